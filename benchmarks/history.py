"""What history costs: percentiles of a million values, and the room that ten million take.

    .venv/bin/python benchmarks/history.py [--rows 10000000] [--storage URL]

Values come every 10 s from 116 series, so that a day has a million; they are written in order of time, as
checks write them. The floor is a query of the database's own that only counts and averages the raw values.
Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from printing import milliseconds, say, timed, within
from sqlalchemy import func, insert, select, text

from bot.domain.measures.history import Retention
from bot.domain.measures.reading import Reading
from bot.store import Database
from bot.store.tables import measurements

SERIES = 116
EVERY = timedelta(seconds=10)
START = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = Retention(raw=timedelta(days=400), hourly=timedelta(days=400), daily=timedelta(days=800))

MOST_MS = 20.0
"""A 24-hour percentile over a million values."""
MOST_BYTES = {"sqlite": 60.0, "postgresql": 130.0}
"""A value, its index and its share of the roll-ups."""


def reading(number: int, at: datetime, service: str = "orders") -> Reading:
    return Reading(
        service=service,
        metric="latency",
        labels=(("host", f"host-{number:03}"),) if service == "orders" else (),
        value=random.lognormvariate(0, 1),
        unit="s",
        at=at,
        fresh_until=at,
    )


def filled(database: Database, rows: int) -> datetime:
    """Write that many values, and the newest of each series through the front door; when the last one was."""
    with database.transaction() as ledger:
        ledger.readings.add([reading(number, START) for number in range(SERIES)])
    beats = rows // SERIES
    for first in range(1, beats, 500):
        with database._engine.connect() as connection:
            if database._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(insert(measurements), list(_beats(first, min(first + 500, beats))))
            connection.commit()
    end = START + beats * EVERY
    with database.transaction() as ledger:
        ledger.readings.add([reading(number, end) for number in range(SERIES)])
    return end


def _beats(first: int, last: int) -> Iterator[dict[str, object]]:
    for beat in range(first, last):
        at = START + beat * EVERY
        for series in range(1, SERIES + 1):
            yield {"series": series, "at": at, "value": random.lognormvariate(0, 1)}


def dense(database: Database) -> datetime:
    """A million values of one series in a day."""
    step = DAY / 1_000_000
    with database.transaction() as ledger:
        ledger.readings.add([reading(0, START, "dense")])
    with database._engine.connect() as connection:
        if database._sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        series = connection.execute(text("SELECT id FROM series WHERE service = 'dense'")).scalar_one()
        for first in range(1, 1_100_000, 50_000):
            rows = [
                {"series": series, "at": START + number * step, "value": random.lognormvariate(0, 1)}
                for number in range(first, first + 50_000)
            ]
            connection.execute(insert(measurements), rows)
        connection.commit()
    end = START + 1_100_000 * step
    with database.transaction() as ledger:
        ledger.readings.add([reading(0, end, "dense")])
    return end


def tended(database: Database, now: datetime) -> list[float]:
    """Roll everything up; how long each transaction took."""
    bites: list[float] = []
    more = True
    while more:

        def bite() -> None:
            nonlocal more
            with database.transaction() as ledger:
                more = ledger.history.tend(now, KEEP)

        bites.append(timed(bite, 1).best)
    return bites


def asked(database: Database, service: str, end: datetime) -> tuple[int, float]:
    """How many values a day has, and the best of five times to tell its percentile."""
    count = 0

    def ask() -> None:
        nonlocal count
        with database.reading() as ledger:
            summary = ledger.history.summary(service, "latency", end - DAY, end)
            summary.percentile(99)
            count = summary.count

    best = timed(ask, 7).best
    return count, best


def floor(database: Database, end: datetime) -> float:
    """The best of three times to count and average the raw values of a day."""
    day = measurements.c.at >= end - DAY, measurements.c.at < end
    query = select(func.count(), func.avg(measurements.c.value)).where(*day, measurements.c.series <= SERIES)

    def ask() -> None:
        with database._engine.connect() as connection:
            connection.execute(query).all()

    return timed(ask, 3).best


def size(database: Database) -> int:
    with database._engine.connect() as connection:
        if database._sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return os.path.getsize(str(database._url.database))
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--storage", help="default: a temporary file of SQLite")
    chosen = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(chosen.storage or f"sqlite:///{Path(folder) / 'vigil.db'}")
        empty = size(database)
        end = filled(database, chosen.rows)
        raw = size(database)
        bites = tended(database, end + timedelta(minutes=10))
        whole = size(database)
        kept = [_sizes(database, chosen.rows, raw - empty, whole - empty)]
        say("rolling up, a value", f"{sum(bites) / chosen.rows * 1e6:.2f} µs", f"{len(bites)} transactions")
        say("the longest transaction of it", milliseconds(max(bites)))
        kept.append(_percentiles(database, end))
        database.close()
    return 0 if all(kept) else 1


def _sizes(database: Database, rows: int, raw: int, whole: int) -> bool:
    say(f"{rows:,} raw values", f"{raw / 1e6:,.0f} MB", f"{raw / rows:.1f} bytes a value")
    limit = MOST_BYTES["sqlite" if database._sqlite else "postgresql"]
    return within("with five minutes, hours and days, a value", whole / rows, limit, "bytes")


def _percentiles(database: Database, end: datetime) -> bool:
    least = floor(database, end)
    count, many = asked(database, "orders", end)
    say(
        f"{count:,} values of {SERIES} series, p99 of 24 h",
        milliseconds(many),
        f"{least / many:.0f} times the floor's speed",
    )
    say("floor: the database counts and averages the same", milliseconds(least))
    end = dense(database)
    tended(database, end + timedelta(minutes=2))
    count, one = asked(database, "dense", end - timedelta(seconds=37))
    return within(f"{count:,} values of one series, p99 of 24 h", one * 1000, MOST_MS, "ms")


if __name__ == "__main__":
    sys.exit(main())
