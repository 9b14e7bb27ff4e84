"""What reports cost over ten million stored measurements: each takes the processor less than a second.

    .venv/bin/python benchmarks/reports.py [--rows 10000000] [--storage URL]

The metrics of the shipped configuration are measured evenly over the seven days of a watch and the day
before it. Pictures are drawn too, in a process of their own: one by itself, and all of the final report with
its page. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from printing import say, timed, within
from sqlalchemy import insert

from bot.config import load
from bot.domain.measures.history import Retention
from bot.domain.measures.reading import Reading
from bot.domain.report.filed import Filed
from bot.domain.report.report import Report, ReportKind
from bot.domain.setup import Service, Setup
from bot.engine.measures.baselines import capture
from bot.engine.reports.gather import Asked, compose
from bot.engine.watches.watch import Start, start_watch
from bot.render.press import Press
from bot.store import Database
from bot.store.tables import measurements

SHIPPED = Path(__file__).parents[1] / "config.yaml"
DEPLOYED = datetime(2026, 1, 18, 16, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = 8 * DAY
KEEP = Retention(raw=timedelta(days=400), hourly=timedelta(days=400), daily=timedelta(days=800))
MOST_S = 1.0
MOST_PICTURE_S = 1.0
MOST_MB = 20.0
"""What composing a report may hold at once, however much is stored."""


def filled(database: Database, setup: Setup, service: Service, rows: int) -> str:
    """The ID of a watch with that many values in it and before it."""
    start = DEPLOYED - DAY
    metrics = list(service.metrics)
    beats = rows // len(metrics)
    with database.transaction() as ledger:
        watch = start_watch(ledger, service, Start(version="v1", deployed_at=DEPLOYED), DEPLOYED)
        ledger.readings.add([reading(metric, start) for metric in metrics])
    for first in range(1, beats, 5_000):
        with database._engine.connect() as connection:
            if database._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            last = min(first + 5_000, beats)
            connection.execute(insert(measurements), list(_beats(first, last, beats, len(metrics))))
            connection.commit()
    with database.transaction() as ledger:
        ledger.readings.add([reading(metric, start + LONG) for metric in metrics])
    while _tended(database, start + LONG + DAY):
        pass
    with database.reading() as ledger:
        baseline = capture(ledger, service, DEPLOYED, DEPLOYED)
    with database.transaction() as ledger:
        ledger.baselines.keep(baseline, watch.id)
    return watch.id


def _tended(database: Database, now: datetime) -> bool:
    with database.transaction() as ledger:
        return ledger.history.tend(now, KEEP)


def _beats(first: int, last: int, beats: int, series: int) -> Iterator[dict[str, object]]:
    for beat in range(first, last):
        at = DEPLOYED - DAY + LONG * (beat / beats)
        for number in range(1, series + 1):
            yield {"series": number, "at": at, "value": random.lognormvariate(0, 1)}


def reading(metric: str, at: datetime) -> Reading:
    return Reading(service="orders", metric=metric, labels=(), value=1.0, unit="", at=at, fresh_until=at)


def _composed(database: Database, setup: Setup, service: Service, watch_id: str, rows: int) -> int:
    """Compose every report, and draw the final one; how many limits were missed."""
    until = DEPLOYED + 7 * DAY

    def report(kind: ReportKind) -> Report:
        with database.reading() as ledger:
            watch = ledger.watches.get(watch_id)
            return compose(ledger, setup, Asked(kind=kind, service=service, watch=watch, at=until), until)

    missed = 0
    for kind in ReportKind:
        took = timed(partial(report, kind), 1, time.process_time).best
        missed += not within(f"{kind} report over {rows:,} values", took, MOST_S, "s")
    tracemalloc.start()
    final = report(ReportKind.FINAL)
    peak = tracemalloc.get_traced_memory()[1] / (1 << 20)
    tracemalloc.stop()
    missed += not within("memory that the final report holds at most", peak, MOST_MB, "MB")
    return missed + _drawn(final)


def _drawn(report: Report) -> int:
    """Draw the first chart of a report alone, then make all its files; how many limits were missed."""
    press = Press({})
    begun = perf_counter()
    (picture,) = press.pictures(report.charts[:1], "zh", report.zone)
    took = perf_counter() - begun
    missed = not within(f"picture of {len(picture.png) // 1024} KB", took, MOST_PICTURE_S, "s")
    begun = perf_counter()
    files = press.files(Filed(report=report, evidence=""), "zh")
    say(f"the {len(files)} files of a report, with all pictures", f"{perf_counter() - begun:.2f} s")
    return int(missed)


def main() -> int:
    parser = argparse.ArgumentParser(description="What reports cost over many stored measurements.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--storage", default="", help="a database to fill; default a file of SQLite")
    given = parser.parse_args()
    random.seed(1)
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        storage = given.storage or f"sqlite:///{folder}/reports.db"
        setup = replace(load(SHIPPED, os.environ), storage=storage)
        service = setup.services["orders"]
        database = Database(storage)
        watch_id = filled(database, setup, service, given.rows)
        missed += _composed(database, setup, service, watch_id, given.rows)
        database.close()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
