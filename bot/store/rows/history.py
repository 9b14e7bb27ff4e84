"""What is kept of the past: read from roll-ups and raw values together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    func,
    select,
    type_coerce,
    union_all,
)

from bot.domain.measures.history import (
    EPOCH,
    Grain,
    Labels,
    Point,
    Retention,
    Rollup,
    Sample,
    Summary,
    chart_step,
    pieces,
    stretches,
    summarise,
)
from bot.store.rows.rolling import load_rollup, tend
from bot.store.tables import measurements, rollups, series

Series = Sequence[Row[Any]]
"""Rows of the table of series."""


class HistoryRows:
    """Implements engine.ledger.History."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tend(self, now: datetime, retention: Retention) -> bool:
        return tend(self._connection, now, retention)

    def values(
        self, service: str, metric: str, since: datetime, until: datetime, *, most: int | None = None
    ) -> Iterator[Sample]:
        known = {row.id: _labels(row) for row in self._series(service, metric, None)}
        inside = measurements.c.series.in_(known), *_within(measurements.c.at, since, until)
        step = 1
        if most is not None:
            count = self._connection.execute(select(func.count()).where(*inside)).scalar_one()
            step = max(1, -(-count // most))
        found = select(measurements).where(*inside).order_by(measurements.c.series, measurements.c.at)
        rows = self._connection.execute(found, execution_options={"yield_per": 1000})
        return (
            Sample(at=row.at, value=row.value, labels=known[row.series])
            for row in islice(rows, 0, None, step)
        )

    def summary(
        self, service: str, metric: str, since: datetime, until: datetime, labels: Labels | None = None
    ) -> Summary:
        known = self._series(service, metric, labels)
        return summarise(self._read(known, since, until, Grain.DAY.length), since, until)

    def points(
        self, service: str, metric: str, since: datetime, until: datetime, most: int = 120
    ) -> tuple[Point, ...]:
        known = self._series(service, metric, None)
        raw_since, hours_since = _kept(known)
        step = chart_step(until - since, most)
        if since < raw_since:
            step = max(step, (Grain.DAY if since < hours_since else Grain.HOUR).length)
        found = self._read(known, since, until, step)
        slots = groupby(sorted(found, key=lambda each: each.at), lambda each: (each.at - EPOCH) // step)
        return tuple(
            Point(at=(at := EPOCH + slot * step), summary=summarise(inside, at, at + step))
            for slot, inside in slots
        )

    def _series(self, service: str, metric: str, labels: Labels | None) -> Series:
        found = select(series).where(series.c.service == service, series.c.metric == metric)
        if labels is not None:
            found = found.where(series.c.labels == json.dumps(labels))
        return self._connection.execute(found).all()

    def _read(self, known: Series, since: datetime, until: datetime, longest: timedelta) -> list[Rollup]:
        """Everything that these series said in a stretch of time, in stretches not longer than `longest`."""
        if not known or since >= until:
            return []
        read = pieces(since, until, _kept(known), longest)
        ids = [row.id for row in known]
        raw = [(ids, each.since, each.until) for each in read if each.grain is None]
        rolled = [each for each in read if each.grain is not None]
        if rolled:
            raw += _not_rolled_up(known, rolled[0].since, rolled[-1].until)
        conditions = [
            (
                rollups.c.series.in_(ids),
                rollups.c.grain == each.grain,
                *_within(rollups.c.at, each.since, each.until),
            )
            for each in rolled
        ]
        return [*self._rolled(conditions), *self._raw(raw, longest)]

    def _rolled(self, conditions: Sequence[tuple[ColumnElement[bool], ...]]) -> Iterator[Rollup]:
        if conditions:
            found = union_all(*(select(*rollups.c).where(*each) for each in conditions))
            yield from map(load_rollup, self._connection.execute(found))

    def _raw(
        self, ranges: Sequence[tuple[list[int], datetime, datetime]], longest: timedelta
    ) -> Iterator[Rollup]:
        moment = type_coerce(measurements.c.at, BigInteger)
        for ids, since, until in ranges:
            inside = measurements.c.series.in_(ids), *_within(measurements.c.at, since, until)
            found = select(measurements.c.series, moment, measurements.c.value).where(*inside)
            rows = self._connection.execute(found.order_by(measurements.c.series, moment)).all()
            for _, mine in groupby(rows, lambda row: row[0]):
                yield from stretches([(at, value) for _, at, value in mine], min(longest, Grain.FINE.length))


def _not_rolled_up(
    known: Series, since: datetime, until: datetime
) -> list[tuple[list[int], datetime, datetime]]:
    """The values of this stretch that no roll-up holds yet, by series."""
    waiting = [(max(row.rolled_until, since), row.id) for row in known if row.at >= row.rolled_until]
    by_start = groupby(sorted(each for each in waiting if each[0] < until), lambda each: each[0])
    return [([of for _, of in together], start, until) for start, together in by_start]


def _kept(known: Series) -> tuple[datetime, datetime]:
    raw_since = max((row.raw_since for row in known), default=EPOCH)
    return raw_since, max((row.hours_since for row in known), default=EPOCH)


def _within(column: Any, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return column >= since, column < until


def _labels(row: Row[Any]) -> Labels:
    return tuple((name, value) for name, value in json.loads(row.labels))
