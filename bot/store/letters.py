"""What people did, kept before anything is done about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.events import Inbound
from bot.store.codec import dump, load
from bot.store.tables import letters


class LetterRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, inbound: Inbound) -> bool:
        found = select(letters.c.identity).where(letters.c.identity == inbound.identity)
        if self._connection.execute(found).first():
            return False
        self._connection.execute(
            insert(letters).values(
                identity=inbound.identity, at=inbound.at, look_at=inbound.at, body=dump(inbound)
            )
        )
        return True

    def claim(self, now: datetime, until: datetime) -> Inbound | None:
        found = (
            select(letters.c.identity, letters.c.look_at, letters.c.body)
            .where(letters.c.look_at <= now)
            .order_by(letters.c.at)
        )
        for row in self._connection.execute(found):
            mine = letters.c.identity == row.identity, letters.c.look_at == row.look_at
            if self._connection.execute(update(letters).where(*mine).values(look_at=until)).rowcount == 1:
                return load(Inbound, row.body)
        return None

    def done(self, identity: str, now: datetime) -> None:
        self._connection.execute(
            update(letters).where(letters.c.identity == identity).values(look_at=None, done_at=now)
        )
