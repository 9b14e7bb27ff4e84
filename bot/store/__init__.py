"""Rows on disk: SQLAlchemy Core over SQLite or PostgreSQL."""

from bot.store.archive import ArchiveError
from bot.store.database import Condition, Database, StoreError, condition_of
from bot.store.scratch import Scratch

__all__ = ["ArchiveError", "Condition", "Database", "Scratch", "StoreError", "condition_of"]
