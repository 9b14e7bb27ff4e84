"""The one way to write a row that somebody else may be writing at the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

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
    insert = _written(connection.dialect, table, tuple(values))
    # Drivers differ in what they count for an INSERT: the returned row is the proof.
    return connection.exec_driver_sql(insert.text, insert.given(values)).first() is not None


@dataclass(frozen=True, slots=True)
class _Written:
    """An INSERT composed once: for one row SQLAlchemy does more than the database.

    `binds` makes of each value what the driver takes, in the order of the text.
    """

    text: str
    binds: Mapping[str, Callable[[Any], Any] | None]
    by_place: bool

    def given(self, values: Mapping[str, object]) -> dict[str, Any] | tuple[Any, ...]:
        taken = {name: bind(values[name]) if bind else values[name] for name, bind in self.binds.items()}
        return tuple(taken.values()) if self.by_place else taken


def insert_or_change(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert each row, or change the one under its primary key to these values. All have the same columns."""
    if rows:
        insert = _written(connection.dialect, table, tuple(rows[0]), changes=True)
        connection.exec_driver_sql(insert.text, [insert.given(row) for row in rows])


@cache
def _written(dialect: Dialect, table: Table, columns: tuple[str, ...], *, changes: bool = False) -> _Written:
    insert = upsert(dialect.name, table)
    if changes:
        values = {name: insert.excluded[name] for name in columns if name not in table.primary_key}
        composed: ClauseElement = insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_=values
        )
    else:
        composed = insert.on_conflict_do_nothing().returning(*table.primary_key)
    compiled = composed.compile(dialect=dialect, column_keys=columns)
    order = getattr(compiled, "positiontup", None)
    binds = {
        name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order or columns
    }
    return _Written(str(compiled), binds, by_place=order is not None)
