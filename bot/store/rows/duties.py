"""What falls due by the clock beside alerts and lists."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.engine.ledger.oncall import Duty
from bot.store.insert import insert_new
from bot.store.tables import duties


class DutyRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, duty: Duty) -> None:
        insert_new(self._connection, duties, {"key": duty.key, "next_at": duty.at, "note": duty.note})

    def keep_only(self, kind: str, known: Collection[str]) -> None:
        of_kind = duties.c.key.startswith(kind, autoescape=True)
        self._connection.execute(delete(duties).where(of_kind, duties.c.key.not_in(known)))

    def due(self, now: datetime) -> tuple[Duty, ...]:
        found = select(duties).where(duties.c.next_at <= now).order_by(duties.c.next_at, duties.c.key)
        return tuple(
            Duty(key=row.key, at=row.next_at, note=row.note) for row in self._connection.execute(found)
        )

    def claim(self, duty: Duty, until: datetime) -> bool:
        mine = duties.c.key == duty.key, duties.c.next_at == duty.at
        return self._connection.execute(update(duties).where(*mine).values(next_at=until)).rowcount == 1

    def again(self, key: str, at: datetime | None, note: str) -> None:
        self._connection.execute(update(duties).where(duties.c.key == key).values(next_at=at, note=note))

    def hasten(self, kind: str, at: datetime) -> None:
        later = duties.c.next_at.is_(None) | (duties.c.next_at > at)
        of_kind = duties.c.key.startswith(kind, autoescape=True)
        self._connection.execute(update(duties).where(of_kind, later).values(next_at=at))
