"""What it costs to keep what checks answer: readings, alerts judged, and everything in one transaction.

    .venv/bin/python benchmarks/storing.py [--answers 500] [--storage URL]

Each answer has five measurements, as a check of the plan's tier-1 figures has. The floor writes the same
numbers with plain statements on the same database, a transaction each. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from printing import milliseconds, say, timed, within
from sqlalchemy import text

from bot.config import load
from bot.domain.setup import Setup
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.store import Database
from checks.result import Measurement, Result, State

START = datetime(2026, 1, 19, tzinfo=UTC)
FIGURES = ("duplicates", "failures", "latency", "errors", "availability")
CONFIG = "\n".join(
    (
        "service: orders",
        "metrics:",
        *(f'  {name}: {{tier: 1, critical: "> 5"}}' for name in FIGURES),
        '  share: {tier: 1, from: errors / latency, critical: "> 1000"}',
        "checks:",
        "  figures: {kind: command, run: [cat, x], output: json, every: 10s}",
    )
)

MOST_TIMES_THE_FLOOR = 12.0


def answer(number: int) -> Result:
    measured = tuple(Measurement(metric=name, value=random.lognormvariate(0, 0.1)) for name in FIGURES)
    return Result(
        check="figures",
        state=State.OK,
        summary="well",
        measurements=measured,
        started_at=START + number * timedelta(seconds=10),
        duration_s=0.1,
    )


def kept(database: Database, setup: Setup, answers: int) -> Callable[[], None]:
    """Keep answers as the running bot does."""
    service = setup.services["orders"]
    counted = iter(range(sys.maxsize))

    def act() -> None:
        for _ in range(answers):
            result = answer(next(counted))
            with database.transaction() as ledger:
                asked = Asked(service.checks["figures"], result, None)
                keep(ledger, setup, service, asked, result.started_at)

    return act


def written(database: Database, answers: int) -> Callable[[], None]:
    """The same numbers, by plain statements."""
    with database._engine.connect() as connection:
        connection.execute(text("CREATE TABLE plain (name TEXT, at BIGINT, value FLOAT)"))
        connection.commit()

    def act() -> None:
        for number in range(answers):
            rows = [{"name": name, "at": number, "value": random.lognormvariate(0, 0.1)} for name in FIGURES]
            with database._engine.connect() as connection:
                if database._sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.execute(text("INSERT INTO plain VALUES (:name, :at, :value)"), rows)
                connection.commit()

    return act


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--answers", type=int, default=500)
    parser.add_argument("--storage", help="default: a temporary file of SQLite")
    chosen = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(CONFIG)
        database = Database(chosen.storage or f"sqlite:///{Path(folder) / 'vigil.db'}")
        setup = load(config, {})
        ours = timed(kept(database, setup, chosen.answers)).best / chosen.answers
        floor = timed(written(database, chosen.answers)).best / chosen.answers
        database.close()
    say("an answer of five measurements, kept and judged", milliseconds(ours), f"{1 / ours:,.0f} a second")
    say("floor: five rows by plain statements", milliseconds(floor), f"{1 / floor:,.0f} a second")
    return 0 if within("ratio", ours / floor, MOST_TIMES_THE_FLOOR, "times") else 1


if __name__ == "__main__":
    sys.exit(main())
