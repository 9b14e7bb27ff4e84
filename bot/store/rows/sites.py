"""What workers at other sites answer, and which of them are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.engine.ledger.sites import Present, Reply
from bot.store.codec import dump, load
from bot.store.insert import upsert
from bot.store.tables import replies as kept
from bot.store.tables import workers


class SiteRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reply(self, replies: Collection[Reply], asked_at: datetime) -> None:
        if not replies:
            return
        new = upsert(self._connection.dialect.name, kept).on_conflict_do_nothing()
        rows = [{"errand": each.errand, "asked_at": asked_at, "body": dump(each)} for each in replies]
        self._connection.execute(new, rows)

    def replies(self, errands: Collection[str]) -> tuple[Reply, ...]:
        found = select(kept.c.body).where(kept.c.errand.in_(errands)).order_by(kept.c.errand)
        return tuple(load(Reply, body) for body in self._connection.execute(found).scalars())

    def taken(self, errands: Collection[str]) -> None:
        self._connection.execute(delete(kept).where(kept.c.errand.in_(errands)))

    def forget(self, before: datetime) -> None:
        self._connection.execute(delete(kept).where(kept.c.asked_at < before))

    def arrive(self, worker: Present) -> None:
        new = upsert(self._connection.dialect.name, workers).values(
            site=worker.site, worker=worker.worker, version=worker.version, seen_at=worker.seen_at
        )
        seen = {"version": new.excluded.version, "seen_at": new.excluded.seen_at}
        self._connection.execute(
            new.on_conflict_do_update(index_elements=list(workers.primary_key), set_=seen)
        )

    def leave(self, worker: Present) -> None:
        mine = workers.c.site == worker.site, workers.c.worker == worker.worker
        self._connection.execute(delete(workers).where(*mine))

    def present(self) -> tuple[Present, ...]:
        found = select(workers).order_by(workers.c.site, workers.c.worker)
        return tuple(
            Present(site=row.site, worker=row.worker, version=row.version, seen_at=row.seen_at)
            for row in self._connection.execute(found)
        )
