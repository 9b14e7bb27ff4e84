"""The one way to write a row that somebody else may be writing at the same time."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what to do where the row is there already, in the dialect of this database."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert unless that breaks a unique key: False when such a row is there already."""
    statement = upsert(connection.dialect.name, table).values(dict(values)).on_conflict_do_nothing()
    # Drivers differ in what they count for an INSERT: the returned row is the proof.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None
