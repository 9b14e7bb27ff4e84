"""Measurements by the million, put into the database at once, as if checks had answered for days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.domain.measures.history import Retention
from bot.domain.measures.reading import Reading
from bot.store import Database

START = datetime(2026, 1, 5, tzinfo=UTC)
KEEP = Retention(raw=timedelta(days=4000), hourly=timedelta(days=4000), daily=timedelta(days=8000))

_FILL = text(
    "WITH RECURSIVE beats(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM beats WHERE n < :beats - 1) "
    "INSERT INTO measurements (series, at, value) SELECT series.id, :start + n * :every, "
    "1 + abs(random() % 1000) / 1000.0 FROM series CROSS JOIN beats"
)
"""Each series gets a value a beat, one series after the other: many rows must be written in the order of the
table's key. SQLite alone knows this `random`."""


def reading(metric: str, at: datetime) -> Reading:
    """A value of a series, fresh for a day."""
    until = at + timedelta(days=1)
    return Reading(service="orders", metric=metric, labels=(), value=1.5, unit="s", at=at, fresh_until=until)


def filled(database: Database, metrics: Sequence[str], rows: int, every: timedelta) -> datetime:
    """So many rows altogether, a value of each metric every so often; when the last one was."""
    beats = max(1, rows // len(metrics))
    with database.transaction() as ledger:
        ledger.readings.add([reading(metric, START) for metric in metrics])
    step = every // timedelta(microseconds=1)
    begin = (START - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    with database._engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(_FILL, {"beats": beats, "start": begin, "every": step})
        connection.commit()
    end = START + beats * every
    with database.transaction() as ledger:
        ledger.readings.add([reading(metric, end) for metric in metrics])
    return end


def tended(database: Database, now: datetime) -> None:
    """Roll everything up."""
    more = True
    while more:
        with database.transaction() as ledger:
            more = ledger.history.tend(now, KEEP)
