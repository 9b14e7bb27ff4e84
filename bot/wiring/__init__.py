"""Builds the program: who is given to whom. The only room that knows all the others."""

from bot.wiring.asking import asking
from bot.wiring.local import LocalSlack, seed_of, start_workspace
from bot.wiring.program import Program
from bot.wiring.sites import run_worker

__all__ = ["LocalSlack", "Program", "asking", "run_worker", "seed_of", "start_workspace"]
