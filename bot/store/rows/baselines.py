"""Baselines, as they were captured."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, insert, select

from bot.domain.measures.baseline import Baseline
from bot.domain.watches.watch import Watch, WatchState
from bot.store.codec import dump, load
from bot.store.tables import baselines, watches


class BaselineRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, baseline: Baseline, watch_id: str | None) -> None:
        self._connection.execute(
            insert(baselines).values(
                service=baseline.service,
                watch=watch_id,
                captured_at=baseline.captured_at,
                body=dump(baseline),
            )
        )

    def of_watch(self, watch_id: str) -> Baseline | None:
        found = select(baselines.c.body).where(baselines.c.watch == watch_id)
        return self._first(found.order_by(baselines.c.seq.desc()))

    def newest(self, service: str) -> Baseline | None:
        found = select(baselines.c.body).where(baselines.c.service == service)
        return self._first(found.order_by(baselines.c.captured_at.desc(), baselines.c.seq.desc()))

    def wanting(self) -> Watch | None:
        there = select(baselines.c.seq).where(baselines.c.watch == watches.c.id).exists()
        found = select(watches.c.body).where(watches.c.state != WatchState.ENDED.value, ~there)
        body = self._connection.execute(found.order_by(watches.c.started_at).limit(1)).scalar()
        return None if body is None else load(Watch, body)

    def _first(self, found: Select[Any]) -> Baseline | None:
        body = self._connection.execute(found.limit(1)).scalar()
        return None if body is None else load(Baseline, body)
