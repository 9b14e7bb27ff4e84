"""Who has App Home open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, select, update

from bot.store.insert import upsert
from bot.store.tables import homes

# Rows are locked in the order in which `claim` takes them: otherwise each may wait for the other.
_TO_DRAW = (
    select(homes.c.person)
    .where(homes.c.redraw_at.is_(None) | (homes.c.redraw_at > bindparam("then")))
    .order_by(homes.c.person)
    .with_for_update()
)


class HomeRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opened(self, person: str, now: datetime) -> None:
        draws = upsert(self._connection.dialect.name, homes).values(
            person=person, opened_at=now, redraw_at=now
        )
        new = draws.excluded
        earliest = case((homes.c.redraw_at < new.redraw_at, homes.c.redraw_at), else_=new.redraw_at)
        kept = {"opened_at": new.opened_at, "redraw_at": earliest}
        self._connection.execute(
            draws.on_conflict_do_update(index_elements=list(homes.primary_key), set_=kept)
        )

    def changed(self, at: datetime) -> None:
        people = self._connection.execute(_TO_DRAW, {"then": at}).scalars().all()
        if people:
            self._connection.execute(update(homes).where(homes.c.person.in_(people)).values(redraw_at=at))

    def claim(self, now: datetime, until: datetime) -> tuple[str, ...]:
        found = select(homes.c.person).where(homes.c.redraw_at <= now).order_by(homes.c.person)
        due = tuple(self._connection.execute(found).scalars())
        mine = [
            person
            for person in due
            if self._connection.execute(
                update(homes)
                .where(homes.c.person == person, homes.c.redraw_at <= now)
                .values(redraw_at=until)
            ).rowcount
            == 1
        ]
        return tuple(mine)

    def drawn(self, person: str, until: datetime) -> None:
        mine = homes.c.person == person, homes.c.redraw_at == until
        self._connection.execute(update(homes).where(*mine).values(redraw_at=None))

    def again(self, person: str, at: datetime) -> None:
        later = homes.c.person == person, homes.c.redraw_at > at
        self._connection.execute(update(homes).where(*later).values(redraw_at=at))
