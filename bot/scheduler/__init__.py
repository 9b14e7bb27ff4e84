"""What makes the engine move: ticks, threads that work, jumps of a held clock."""

from bot.scheduler.crew import Hands, OwnHands
from bot.scheduler.ticks import QUIET, Jumps, Scheduler, Work, settle

__all__ = ["QUIET", "Hands", "Jumps", "OwnHands", "Scheduler", "Work", "settle"]
