"""Tokens of programs, and wishes to read config.yaml again."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.domain.bearer import Bearer
from bot.engine.ledger.upkeep import Reread
from bot.store.insert import insert_new
from bot.store.tables import bearers, rereads


class BearerRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Bearer, ...]:
        found = self._connection.execute(select(bearers).order_by(bearers.c.name))
        return tuple(
            Bearer(name=row.name, digest=row.digest, made_at=row.made_at, made_by=row.made_by)
            for row in found
        )

    def keep(self, bearer: Bearer) -> bool:
        columns = {
            "name": bearer.name,
            "digest": bearer.digest,
            "made_at": bearer.made_at,
            "made_by": bearer.made_by,
        }
        return insert_new(self._connection, bearers, columns)

    def revoke(self, name: str) -> bool:
        return self._connection.execute(delete(bearers).where(bearers.c.name == name)).rowcount == 1


class RereadRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, reread: Reread) -> None:
        insert_new(self._connection, rereads, {"id": reread.id, "at": reread.at, "by": reread.by})

    def newest(self) -> Reread | None:
        found = select(rereads).order_by(rereads.c.at.desc(), rereads.c.id.desc()).limit(1)
        row = self._connection.execute(found).first()
        return None if row is None else Reread(id=row.id, at=row.at, by=row.by)
