"""What a tick costs a check at 10,000 schedules: to find it due and claim it, and to write its calm answer.

    .venv/bin/python benchmarks/ticking.py [--checks 10000] [--storage URL]

As the running bot does it: a tick every quarter of a second takes what is due then, and writes the answers in
which all is well together. The floor writes a row a check, batched alike, by plain statements; beside the
firing stands APScheduler with a job a check, in memory and in a database. Counted is processor time; exit 1
when a limit is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from peers.jobs import firing_s
from printing import milliseconds, say, within
from sqlalchemy import text

from bot.config import load
from bot.domain.setup import Service, Setup
from bot.engine.alerts.findings import Asked
from bot.engine.ledger import Appointment
from bot.engine.measures.answers import Answered, Calm, keep_calm, plain
from bot.store import Database
from checks.result import Measurement, Result, State

START = datetime(2026, 1, 19, tzinfo=UTC)
EVERY = timedelta(minutes=1)
TICK = timedelta(seconds=0.25)
MOST_FIRING_MS, MOST_STORING_MS = 0.05, 0.03
PEER_S = 8.0


def configured(folder: Path, checks: int) -> Setup:
    metrics = "\n".join(f'  latency-{n}: {{tier: 1, critical: "> 5", unit: s}}' for n in range(checks))
    lines = "\n".join(
        f"  check-{n}: {{kind: command, run: [x], output: json, every: 1m, metrics: {{t: latency-{n}}}}}"
        for n in range(checks)
    )
    (folder / "config.yaml").write_text(f"service: orders\nmetrics:\n{metrics}\nchecks:\n{lines}\n")
    return load(folder / "config.yaml", {})


def timed(act: Callable[[], object]) -> float:
    """Processor seconds."""
    began = time.process_time()
    act()
    return time.process_time() - began


def claimed(database: Database, now: datetime) -> tuple[Appointment, ...]:
    """What is due now, and leased."""
    with database.transaction() as ledger:
        due = ledger.schedule.due(now)
        ledger.schedule.enter([replace(each, at=now + EVERY / 2) for each in due])
    return due


def answered(setup: Setup, service: Service, appointment: Appointment, now: datetime) -> Calm:
    told = (Measurement(metric="t", value=0.1, unit="s"),)
    result = Result(
        check=appointment.check,
        state=State.OK,
        summary="well",
        measurements=told,
        started_at=now,
        duration_s=0.1,
    )
    asked = Asked(service.checks[appointment.check], result, None)
    whole = Answered(service=service, appointment=appointment, asked=asked, at=now)
    found = plain(setup, whole, replace(appointment, at=appointment.at + EVERY))
    assert isinstance(found, Calm)  # noqa: S101 - the benchmark's own answer
    return found


def written(database: Database, answers: list[Calm]) -> None:
    with database.transaction() as ledger:
        assert not keep_calm(ledger, answers)  # noqa: S101 - nothing was bad before


def plainly(database: Database, count: int, beat: int) -> None:
    rows = [{"name": f"check-{number}", "at": beat, "value": 0.1} for number in range(count)]
    with database._engine.connect() as connection:
        if database._sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(text("INSERT INTO plain VALUES (:name, :at, :value)"), rows)
        connection.commit()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checks", type=int, default=10_000)
    parser.add_argument("--storage", help="default: a temporary file of SQLite")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        setup = configured(Path(name), chosen.checks)
        service = setup.services["orders"]
        database = Database(chosen.storage or f"sqlite:///{Path(name) / 'vigil.db'}")
        with database.transaction() as ledger:
            for number, key in enumerate(service.checks):
                ledger.schedule.plan("orders", key, START + number * EVERY / chosen.checks)
        with database._engine.connect() as connection:
            connection.execute(text("CREATE TABLE plain (name TEXT, at BIGINT, value FLOAT)"))
            connection.commit()
        firing = judging = storing = floor = 0.0
        count = 0
        for beat in range(1, 2 * int(EVERY / TICK)):
            now, due = START + beat * TICK, list[Appointment]()
            firing += timed(lambda now=now, due=due: due.extend(claimed(database, now)))  # type: ignore[misc]
            began = time.process_time()
            answers = [answered(setup, service, each, now) for each in due]
            judging += time.process_time() - began
            storing += timed(lambda answers=answers: written(database, answers))  # type: ignore[misc]
            floor += timed(lambda due=due, beat=beat: plainly(database, len(due), beat))  # type: ignore[misc]
            count += len(due)
        database.close()
        elsewhere = f"sqlite:///{Path(name) / 'jobs.db'}"
        jobs = {
            "in memory": firing_s(chosen.checks, EVERY, PEER_S),
            "in a database": firing_s(chosen.checks, EVERY, PEER_S, elsewhere),
        }
    for where, taken_s in jobs.items():
        say(f"a firing of APScheduler's, {where}", milliseconds(taken_s))
    say(f"{count:,} checks of {chosen.checks:,}, an answer judged", milliseconds(judging / count))
    say("floor: a row a check by plain statements", milliseconds(floor / count))
    kept = within("a firing", firing / count * 1000, MOST_FIRING_MS, "ms")
    return 0 if within("an answer stored", storing / count * 1000, MOST_STORING_MS, "ms") and kept else 1


if __name__ == "__main__":
    sys.exit(main())
