"""Silences, and when each maintenance window is looked at next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.alerts.quiet.silence import Silence
from bot.store.codec import dump, load
from bot.store.insert import insert_new, insert_or_change
from bot.store.tables import silences, windows

_ACTIVE = (
    select(silences.c.body)
    .where(
        silences.c.ended_at.is_(None),
        silences.c.since <= bindparam("now"),
        silences.c.until > bindparam("now"),
    )
    .order_by(silences.c.until, silences.c.id)
)


class SilenceRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def active(self, now: datetime) -> tuple[Silence, ...]:
        found = self._connection.execute(_ACTIVE, {"now": now}).scalars()
        return tuple(load(Silence, body) for body in found)

    def get(self, silence_id: str) -> Silence | None:
        body = self._connection.execute(select(silences.c.body).where(silences.c.id == silence_id)).scalar()
        return None if body is None else load(Silence, body)

    def save(self, silence: Silence) -> None:
        values = {
            "id": silence.id,
            "since": silence.since,
            "until": silence.until,
            "ended_at": silence.ended_at,
            "body": dump(silence),
        }
        insert_or_change(self._connection, silences, [values])


class WindowRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look(self, name: str, at: datetime) -> None:
        if not insert_new(self._connection, windows, {"name": name, "next_at": at}):
            self._connection.execute(update(windows).where(windows.c.name == name).values(next_at=at))

    def keep_only(self, names: Collection[str]) -> None:
        self._connection.execute(delete(windows).where(windows.c.name.not_in(names)))

    def due(self, now: datetime) -> tuple[tuple[str, datetime | None], ...]:
        found = select(windows).where(windows.c.next_at <= now).order_by(windows.c.next_at, windows.c.name)
        return tuple((row.name, row.until) for row in self._connection.execute(found))

    def stands(self, name: str, *, until: datetime | None, next_at: datetime | None) -> None:
        changed = update(windows).where(windows.c.name == name).values(until=until, next_at=next_at)
        self._connection.execute(changed)
