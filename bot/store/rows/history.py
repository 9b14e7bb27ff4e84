"""What is kept of the past: read from roll-ups and raw values together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    select,
    type_coerce,
    union_all,
)

from bot.domain.measures.history import (
    EPOCH,
    MICROSECOND,
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
        found = select(measurements).where(*inside).order_by(measurements.c.series, measurements.c.at)
        if most is not None and self._more_than(most, inside):
            rows: Iterable[Row[Any]] = self._picked(known, since, until, max(1, most // len(known)))
        else:
            rows = self._connection.execute(found, execution_options={"yield_per": 1000})
        return (Sample(at=row.at, value=row.value, labels=known[row.series]) for row in rows)

    def _more_than(self, most: int, inside: Sequence[ColumnElement[bool]]) -> bool:
        some = select(measurements.c.at).where(*inside).limit(most + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one() > most

    def _picked(
        self, known: Iterable[int], since: datetime, until: datetime, steps: int
    ) -> Iterator[Row[Any]]:
        """The first value of each of so many even steps in time, of every series, reading no others."""
        step = max(1, -(-((until - since) // MICROSECOND) // steps))
        for each in known:
            yield from self._connection.execute(_first_of_steps(each, since, until, step))

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


def _first_of_steps(of: int, since: datetime, until: datetime, step: int) -> Select[Any]:
    """The first value of a series in each step of so many microseconds: one look into the index a step."""
    moment = type_coerce(measurements.c.at, BigInteger)
    start, end = (each // MICROSECOND for each in (since - EPOCH, until - EPOCH))
    earliest = select(func.min(moment).label("at")).where(measurements.c.series == of, moment < end)
    walk = earliest.where(moment >= start).cte("walk", recursive=True)
    following = start + ((walk.c.at - start) // step + 1) * step
    next_at = earliest.where(moment >= following).scalar_subquery()
    walk = walk.union_all(select(next_at).where(walk.c.at.is_not(None)))
    found = select(measurements).join(walk, moment == walk.c.at).where(measurements.c.series == of)
    return found.order_by(measurements.c.at)


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
