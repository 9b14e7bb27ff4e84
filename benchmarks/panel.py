"""The status panel of 1,000 metrics over ten million stored measurements, and a percentile of one of them.

    .venv/bin/python benchmarks/panel.py [--rows 10000000]

The floors: to read the newest value of each metric by a plain statement, and a day of one metric's raw
values. Counted is processor time. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from printing import milliseconds, say, timed, within
from stored import filled, tended

from bot.config import load
from bot.domain.setup import Setup
from bot.engine.people.overview import panel
from bot.store import Database

METRICS = 1000
EVERY = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_PANEL_MS, MOST_PERCENTILE_MS = 20.0, 5.6


def declared(folder: Path, names: Sequence[str], more: str = "") -> Setup:
    """A service with these metrics, and whatever else is to be configured."""
    lines = "\n".join(f'  {each}: {{tier: 1, target: "< 2", critical: "> 5", unit: s}}' for each in names)
    (folder / "config.yaml").write_text(f"service: orders\nmetrics:\n{lines}\n{more}")
    return load(folder / "config.yaml", {})


def percentile_of_a_day(database: Database, metric: str, end: datetime) -> None:
    with database.reading() as ledger:
        ledger.history.summary("orders", metric, end - DAY, end).percentile(99)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    chosen = parser.parse_args()
    names = [f"latency-{number}" for number in range(METRICS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        setup = declared(folder, names)
        database = Database(f"sqlite:///{folder / 'vigil.db'}")
        end = filled(database, names, chosen.rows, EVERY)
        tended(database, end + timedelta(minutes=10))
        plain = sqlite3.connect(folder / "vigil.db")

        def built() -> None:
            with database.reading() as ledger:
                found = panel(ledger, setup, setup.services["orders"], end)
            assert sum(len(group.rows) for group in found.groups) == METRICS  # noqa: S101

        newest = "SELECT metric, value, unit, at FROM series WHERE service = 'orders'"
        since = int((end - DAY).timestamp() * 1e6)
        day = f"SELECT value FROM measurements WHERE series = 8 AND at >= {since}"  # noqa: S608
        floors = [
            timed(lambda ask=ask: plain.execute(ask).fetchall(), 9, time.process_time).median
            for ask in (newest, day)
        ]  # type: ignore[misc]
        say("floor: the newest values by a plain statement", milliseconds(floors[0]))
        found_s = timed(built, 9, time.process_time).median
        kept = within(
            f"panel of {METRICS:,} metrics, {chosen.rows:,} values", found_s * 1000, MOST_PANEL_MS, "ms"
        )
        say("floor: a day of one metric's raw values", milliseconds(floors[1]))
        found_s = timed(lambda: percentile_of_a_day(database, names[7], end), 9, time.process_time).median
        kept &= within("p99 of 24 h of one metric of them", found_s * 1000, MOST_PERCENTILE_MS, "ms")
        plain.close()
        database.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
