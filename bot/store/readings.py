"""Measurements, and the newest of each series."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.domain.reading import Reading
from bot.store.insert import upsert
from bot.store.tables import measurements, readings


class ReadingRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, taken: Collection[Reading]) -> None:
        if not taken:
            return
        # Always in the same order of series: two who add the same ones must not wait for each other.
        rows = sorted(map(_columns, taken), key=lambda row: (row["service"], row["metric"], row["labels"]))
        newest = upsert(self._connection, readings)
        # A slow probe must not put an older value over a newer one.
        newer = newest.on_conflict_do_update(
            index_elements=list(readings.primary_key),
            set_={
                column.name: newest.excluded[column.name] for column in readings.c if not column.primary_key
            },
            where=readings.c.at <= newest.excluded.at,
        )
        self._connection.execute(newer, rows)
        kept = ("service", "metric", "labels", "at", "value")
        self._connection.execute(insert(measurements), [{name: row[name] for name in kept} for row in rows])

    def newest(self, service: str) -> tuple[Reading, ...]:
        found = (
            select(readings)
            .where(readings.c.service == service)
            .order_by(readings.c.metric, readings.c.labels)
        )
        return tuple(_reading(row) for row in self._connection.execute(found))

    def silent(self, now: datetime) -> tuple[Reading, ...]:
        found = select(readings).where(readings.c.silent_at <= now).order_by(readings.c.silent_at)
        return tuple(_reading(row) for row in self._connection.execute(found))

    def listen_until(self, reading: Reading, at: datetime | None) -> None:
        self._connection.execute(update(readings).where(*_series(reading)).values(silent_at=at))

    def forget_before(self, instant: datetime) -> int:
        """Delete raw measurements older than `instant`; returns how many."""
        return self._connection.execute(delete(measurements).where(measurements.c.at < instant)).rowcount


def _series(reading: Reading) -> tuple[Any, ...]:
    return (
        readings.c.service == reading.service,
        readings.c.metric == reading.metric,
        readings.c.labels == json.dumps(reading.labels),
    )


def _columns(reading: Reading) -> dict[str, Any]:
    return {
        "service": reading.service,
        "metric": reading.metric,
        "labels": json.dumps(reading.labels),
        "value": reading.value,
        "unit": reading.unit,
        "at": reading.at,
        "fresh_until": reading.fresh_until,
        "silent_at": reading.silent_at,
    }


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        service=row.service,
        metric=row.metric,
        labels=tuple((name, value) for name, value in json.loads(row.labels)),
        value=row.value,
        unit=row.unit,
        at=row.at,
        fresh_until=row.fresh_until,
        silent_at=row.silent_at,
    )
