"""Builds the program: who is given to whom. The only room that knows all the others.

`bot.wiring.local` is not imported here: the bot runs without the local workspace.
"""

from bot.wiring.asking import asking
from bot.wiring.program import Program
from bot.wiring.sites import run_worker, sites_of

__all__ = ["Program", "asking", "run_worker", "sites_of"]
