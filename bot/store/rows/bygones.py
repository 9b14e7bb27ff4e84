"""What has been done and is of no use after a while: messages that left, letters that were answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, delete, func, select, union_all

from bot.domain.alerts.alert import AlertState
from bot.domain.watches.watch import WatchState
from bot.engine.ledger import Fate
from bot.store.tables import alerts, incidents, letters, outbox, rereads, watches, workers


class BygoneRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def forget(self, before: datetime, most: int) -> bool:
        open_alert = alerts.c.state != AlertState.RESOLVED.value
        still_open = union_all(
            select(alerts.c.id).where(open_alert),
            select(alerts.c.card).where(open_alert, alerts.c.card.is_not(None)),
            select(watches.c.id).where(watches.c.state != WatchState.ENDED.value),
            select(incidents.c.id).where(incidents.c.open),
        )
        newest = select(func.max(rereads.c.at, type_=rereads.c.at.type)).scalar_subquery()
        gone = (
            self._delete(
                outbox.c.seq,
                most,
                outbox.c.fate != Fate.WAITING,
                outbox.c.ended_at < before,
                outbox.c.subject.not_in(still_open),
            ),
            self._delete(letters.c.identity, most, letters.c.done_at < before),
            self._delete(rereads.c.id, most, rereads.c.at < before, rereads.c.at < newest),
        )
        # A worker that was killed could not sign off; the next one has another name.
        self._connection.execute(delete(workers).where(workers.c.seen_at < before))
        return max(gone) >= most

    def _delete(self, key: Column[object], most: int, *which: ColumnElement[bool]) -> int:
        some = select(key).where(*which).order_by(key).limit(most)
        return self._connection.execute(delete(key.table).where(key.in_(some))).rowcount
