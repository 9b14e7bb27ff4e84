"""A database for one simulation: on no disk that lasts, with its busiest rows in memory."""

from bot.store.scratch.database import Scratch
from bot.store.scratch.rows import Heard

__all__ = ["Heard", "Scratch"]
