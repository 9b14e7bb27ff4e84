"""Who has App Home open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.store.insert import insert_new
from bot.store.tables import homes


class HomeRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opened(self, person: str, now: datetime) -> None:
        values = {"opened_at": now, "redraw_at": now}
        if not insert_new(self._connection, homes, {"person": person, **values}):
            self._connection.execute(update(homes).where(homes.c.person == person).values(values))

    def changed(self, at: datetime) -> None:
        earliest = func.coalesce(homes.c.redraw_at, at)
        self._connection.execute(update(homes).where(earliest >= at).values(redraw_at=at))

    def claim(self, now: datetime) -> tuple[str, ...]:
        found = select(homes.c.person).where(homes.c.redraw_at <= now).order_by(homes.c.person)
        due = tuple(self._connection.execute(found).scalars())
        mine = [
            person
            for person in due
            if self._connection.execute(
                update(homes).where(homes.c.person == person, homes.c.redraw_at <= now).values(redraw_at=None)
            ).rowcount
            == 1
        ]
        return tuple(mine)
