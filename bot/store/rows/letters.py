"""What people did, kept before anything is done about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.events import Inbound
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.tables import letters


class LetterRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, inbound: Inbound) -> bool:
        letter = {
            "identity": inbound.identity,
            "at": inbound.at,
            "look_at": inbound.at,
            "attempts": 0,
            "body": dump(inbound),
        }
        return insert_new(self._connection, letters, letter)

    def claim(
        self, now: datetime, until: datetime, busy: datetime | None = None
    ) -> tuple[Inbound, int] | None:
        if busy is not None and self._in_hand(busy):
            return None
        found = (
            select(letters.c.identity, letters.c.look_at, letters.c.attempts, letters.c.body)
            .where(letters.c.look_at <= now)
            .order_by(letters.c.at)
        )
        for row in self._connection.execute(found):
            mine = letters.c.identity == row.identity, letters.c.look_at == row.look_at
            claim = update(letters).where(*mine).values(look_at=until, attempts=row.attempts + 1)
            if self._connection.execute(claim).rowcount == 1:
                return load(Inbound, row.body), row.attempts + 1
        return None

    def _in_hand(self, busy: datetime) -> bool:
        found = select(letters.c.identity).where(letters.c.look_at > busy, letters.c.attempts > 0).limit(1)
        return self._connection.execute(found).first() is not None

    def done(self, identity: str, now: datetime) -> None:
        self._connection.execute(
            update(letters).where(letters.c.identity == identity).values(look_at=None, done_at=now)
        )

    def unread(self, since: datetime) -> tuple[Inbound, ...]:
        found = select(letters.c.body).where(letters.c.look_at.is_not(None), letters.c.at > since)
        return tuple(load(Inbound, body) for body in self._connection.execute(found).scalars())
