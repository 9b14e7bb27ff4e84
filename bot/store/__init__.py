"""Rows on disk: SQLAlchemy Core over SQLite or PostgreSQL."""

from bot.store.database import Database, StoreError

__all__ = ["Database", "StoreError"]
