"""The one way to write a row that somebody else may be writing at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what to do where the row is there already, in the dialect of this database."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 2 MB, and loaded already by whoever is connected

    return postgresql.insert(table)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert unless that breaks a unique key: False when such a row is there already."""
    # Drivers differ in what they count for an INSERT: the returned row is the proof.
    return connection.execute(_new(connection.dialect.name, table), dict(values)).first() is not None


@cache
def _new(dialect: str, table: Table) -> ReturningInsert[Any]:
    """Composed once; the columns are those of the values it is executed with."""
    return upsert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)
