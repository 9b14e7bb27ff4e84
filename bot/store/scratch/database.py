"""The same store for one simulation: a database that is gone with it, and whose decisions cost little."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from bot.domain.audit import Source
from bot.store.agenda import earliest
from bot.store.scratch.rows import Heard, Memory, ScratchRows, total_changes
from bot.store.tables import metadata

_PRAGMAS = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-16000", "temp_store=MEMORY")


class Scratch:
    """Implements engine.ledger.Store, for one thread. `heard` is told what each decision wrote.

    Its file has no name, lies with the temporary files and is gone when it is closed; a decision that
    writes nothing to it begins no transaction there. History is not rolled up.
    """

    def __init__(self, heard: Callable[[Heard], None]) -> None:
        self._heard = heard
        self._engine = create_engine(
            "sqlite://", creator=lambda: sqlite3.connect("", isolation_level=None), poolclass=StaticPool
        )
        self._connection = self._engine.connect()
        for pragma in _PRAGMAS:
            self._connection.exec_driver_sql(f"PRAGMA {pragma}")
        metadata.create_all(self._connection)
        self._memory = Memory()
        self._rows = {each: ScratchRows(self._connection, self._memory, each) for each in Source}
        self._deciding = self._begun = False
        event.listen(self._engine, "before_cursor_execute", self._begin)
        self._agenda: dict[str, datetime] = {}
        self._looked_at = -1

    @contextmanager
    def transaction(self, source: Source = Source.BOT) -> Iterator[ScratchRows]:
        """Write."""
        self._deciding = True
        try:
            yield self._rows[source]
        except BaseException:
            self._fail()
            raise
        self._end("COMMIT")
        self._memory.undo.keep()
        if self._memory.written:
            written = list(self._memory.written)
            self._memory.written.clear()
            for each in written:
                self._heard(each)

    @contextmanager
    def reading(self) -> Iterator[ScratchRows]:
        """Read; what is written here is not kept."""
        self._deciding = True
        try:
            yield self._rows[Source.BOT]
        finally:
            self._fail()

    def agenda(self) -> dict[str, datetime]:
        """For each kind of work when its first row is due; found anew only when something was written."""
        written = total_changes(self._connection)
        if written != self._looked_at:
            self._agenda = earliest(self._connection)
            self._looked_at = written
        silent_at = self._memory.past.silent_at
        if silent_at is None:
            self._agenda.pop("silence", None)
        else:
            self._agenda["silence"] = silent_at
        return self._agenda

    def close(self) -> None:
        """Forget everything. Safe to call twice."""
        self._connection.close()
        self._engine.dispose()

    def _begin(self, _connection: Connection, cursor: Any, *_: object) -> None:
        if self._deciding and not self._begun:
            self._begun = True
            cursor.connection.execute("BEGIN")

    def _fail(self) -> None:
        self._end("ROLLBACK")
        self._memory.fail()

    def _end(self, how: str) -> None:
        self._deciding = False
        if self._begun:
            self._begun = False
            self._connection.exec_driver_sql(how)
