"""Measurements, and the newest of each series."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Insert, Row, and_, bindparam, case, or_, select, update

from bot.domain.measures.history import MICROSECOND, Grain, Labels
from bot.domain.measures.reading import Reading
from bot.store.batch import for_each, microseconds
from bot.store.insert import upsert
from bot.store.tables import measurements, series

SETTLES = timedelta(minutes=1)
"""So long after its end a stretch is rolled up: most values have been written by then."""

_FINE, _SETTLES = Grain.FINE.length // MICROSECOND, SETTLES // MICROSECOND

_KEY = ("service", "metric", "labels")
_NEWEST = ("value", "unit", "at", "fresh_until", "silent_at")


_READ = tuple(series.c[name] for name in (*_KEY, *_NEWEST))
_OF_SERVICE = (
    select(*_READ)
    .where(series.c.service == bindparam("of_service"))
    .order_by(series.c.metric, series.c.labels)
)


class ReadingRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, taken: Collection[Reading]) -> None:
        # Always in the same order of series: two who add the same ones must not wait for each other.
        rows = sorted(map(_columns, taken), key=itemgetter(*_KEY))
        for_each(self._connection, _newest, rows)
        for_each(self._connection, _kept, rows)

    def newest(self, service: str) -> tuple[Reading, ...]:
        found = self._connection.execute(_OF_SERVICE, {"of_service": service})
        return tuple(map(_reading, found))

    def silent(self, now: datetime) -> tuple[Reading, ...]:
        found = select(*_READ).where(series.c.silent_at <= now).order_by(series.c.silent_at)
        return tuple(_reading(row) for row in self._connection.execute(found))

    def listen_until(self, reading: Reading, at: datetime | None) -> None:
        self._connection.execute(update(series).where(*_series(reading)).values(silent_at=at))


def _newest(dialect: str) -> Insert:
    """The newest value of a series, and when its history is to be looked after."""
    newest = upsert(dialect, series).values({name: bindparam(name) for name in (*_KEY, *_NEWEST, "tend_at")})
    new = newest.excluded
    # A slow probe must not put an older value over a newer one.
    changes: dict[str, Any] = {
        name: case((new.at >= series.c.at, new[name]), else_=series.c[name]) for name in _NEWEST
    }
    late = and_(new.at < series.c.rolled_until, or_(series.c.late_at.is_(None), new.at < series.c.late_at))
    changes["late_at"] = case((late, new.at), else_=series.c.late_at)
    sooner = or_(series.c.tend_at.is_(None), new.tend_at < series.c.tend_at)
    changes["tend_at"] = case((sooner, new.tend_at), else_=series.c.tend_at)
    return newest.on_conflict_do_update(index_elements=[series.c[name] for name in _KEY], set_=changes)


def _kept(dialect: str) -> Insert:
    """The raw value; of two that one series has for one instant the last one stays."""
    row = select(
        series.c.id,
        bindparam("at", type_=measurements.c.at.type),
        bindparam("value", type_=measurements.c.value.type),
    ).where(*(series.c[name] == bindparam(name) for name in _KEY))
    kept = upsert(dialect, measurements)
    again = {"value": kept.excluded.value}
    return kept.from_select(["series", "at", "value"], row).on_conflict_do_update(
        index_elements=list(measurements.primary_key), set_=again
    )


def _series(reading: Reading) -> tuple[Any, ...]:
    return (
        series.c.service == reading.service,
        series.c.metric == reading.metric,
        series.c.labels == _written(reading.labels),
    )


def _columns(reading: Reading) -> dict[str, str | int | float | None]:
    at = microseconds(reading.at)
    return {
        "service": reading.service,
        "metric": reading.metric,
        "labels": _written(reading.labels),
        "value": reading.value,
        "unit": reading.unit,
        "at": at,
        "fresh_until": microseconds(reading.fresh_until),
        "silent_at": None if reading.silent_at is None else microseconds(reading.silent_at),
        "tend_at": at - at % _FINE + _FINE + _SETTLES,
    }


@lru_cache(10_000)
def _written(labels: Labels) -> str:
    return json.dumps(labels)


@lru_cache(10_000)
def _read(labels: str) -> Labels:
    return tuple((name, value) for name, value in json.loads(labels))


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        service=row.service,
        metric=row.metric,
        labels=_read(row.labels),
        value=row.value,
        unit=row.unit,
        at=row.at,
        fresh_until=row.fresh_until,
        silent_at=row.silent_at,
    )
