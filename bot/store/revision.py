"""The one way to write a row that is numbered by its changes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, update

from bot.engine.ledger import Outdated
from bot.store.insert import insert_new


def save_revision(
    connection: Connection,
    table: Table,
    key: str,
    values: Mapping[str, object],
    begun: Mapping[str, object],
) -> None:
    """Write `values`, with their `revision`, to the row `key`; the first one enters it, with `begun` too.

    Raises Outdated when somebody else was quicker.
    """
    revision = values["revision"]
    assert isinstance(revision, int)  # noqa: S101 - a number counts the changes
    if revision == 1:
        if not insert_new(connection, table, {"id": key, **begun, **values}):
            raise Outdated(f"{table.name}: {key}, or another in its place, is there already")
        return
    mine = table.c.id == key, table.c.revision == revision - 1
    if connection.execute(update(table).where(*mine).values(dict(values))).rowcount != 1:
        raise Outdated(f"{table.name}: {key} is no longer at revision {revision - 1}")
