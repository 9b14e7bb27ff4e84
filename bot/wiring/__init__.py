"""Builds the program: who is given to whom. The only room that knows all the others."""

from bot.wiring.asking import asking
from bot.wiring.local import LocalSlack, seed_of, start_workspace
from bot.wiring.program import Program

__all__ = ["LocalSlack", "Program", "asking", "seed_of", "start_workspace"]
