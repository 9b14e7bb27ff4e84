"""Rows on disk: SQLAlchemy Core over SQLite or PostgreSQL."""

from bot.store.archive import ArchiveError
from bot.store.database import Condition, Database, StoreError, condition_of

__all__ = ["ArchiveError", "Condition", "Database", "StoreError", "condition_of"]
