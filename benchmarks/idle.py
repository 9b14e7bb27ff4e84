"""A bot that has nothing to do: how soon it is ready, and what it takes then, beside those that do less.

    .venv/bin/python benchmarks/idle.py [--rounds 2] [--seconds 20]

Vigil is `vigil up` on a configuration that names the service alone, with its local workspace in the same
process: on a new database, and started again. The floor is a Python that imports slack_bolt, SQLAlchemy and
APScheduler and waits. Alertmanager and Icinga 2 have nothing to do either. Ready is who answers: Vigil by
/readyz, which waits for Slack, Alertmanager at its port, Icinga 2 when it has written its process ID, the
floor when it says so. Each is run in turn; the figures are medians. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peers.alertmanager import alertmanager
from peers.icinga import icinga
from peers.program import Absent, Program, wait
from peers.vigil import vigil
from peers.web import send
from printing import say, within

MOST_READY_S, MOST_MIB, MOST_PERCENT = 2.0, 90.0, 0.3
SETTLES_S = 3.0
"""What belongs to the start is over by then."""

_FLOOR = """
import apscheduler.schedulers.background, slack_bolt, sqlalchemy, sqlalchemy.dialects.sqlite, sys, threading
print("ready", flush=True)
threading.Event().wait()
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run came to: s until it was ready by the clock, and of the processor; MiB; percent of one."""

    ready_s: float
    started_cpu_s: float
    memory_mib: float
    idle_percent: float


def rested(program: Program, began: float, seconds: float) -> Figure:
    """Of a program that is ready at this instant."""
    ready, started = time.monotonic() - began, program.cost()
    wait(SETTLES_S)
    before = program.cost()
    wait(seconds)
    after = program.cost()
    idle = 100 * (after.cpu_s - before.cpu_s) / seconds
    return Figure(ready, started.cpu_s, after.memory_mib, idle)


def until(ready: Callable[[], bool]) -> None:
    """Wait for it, a minute at most."""
    for _ in range(6_000):
        if ready():
            return
        wait(0.01)
    raise SystemExit("a program did not become ready within a minute")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def floor_in(seconds: float) -> Figure:
    with _folder() as folder:
        began = time.monotonic()
        program = Program([sys.executable, "-c", _FLOOR], folder)
        try:
            until(lambda: b"ready" in program.output.read_bytes())
            return rested(program, began, seconds)
        finally:
            program.stop()


def alertmanager_in(seconds: float) -> Figure:
    """Raises Absent."""
    with _folder() as folder:
        began = time.monotonic()
        with alertmanager(folder, "http://127.0.0.1:9/", "cluster", "1s") as program:
            return rested(program, began, seconds)


def icinga_in(seconds: float) -> Figure:
    """Raises Absent."""
    with _folder() as folder:
        began = time.monotonic()
        with icinga(folder, "/bin/true", 0, 60) as program:
            until((folder / "run" / "icinga2.pid").exists)
            return rested(program, began, seconds)


def vigil_in(folder: Path, seconds: float) -> Figure:
    """On the database in this folder, or a new one."""
    began = time.monotonic()
    with vigil(folder, "") as bot:
        until(lambda: _answers(f"{bot.url}/readyz"))
        return rested(bot, began, seconds)


def _answers(url: str) -> bool:
    try:
        send(url)
    except OSError:
        return False
    return True


def told(who: str, figures: list[Figure]) -> Figure:
    """Say the medians of somebody, and return them."""
    found = Figure(
        statistics.median(each.ready_s for each in figures),
        statistics.median(each.started_cpu_s for each in figures),
        statistics.median(each.memory_mib for each in figures),
        statistics.median(each.idle_percent for each in figures),
    )
    say(f"{who}, ready after", f"{found.ready_s:.2f} s", f"{found.started_cpu_s:.2f} s of the processor")
    say(f"{who}, memory", f"{found.memory_mib:.0f} MiB")
    say(f"{who}, idle", f"{found.idle_percent:.2f} %")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    chosen = parser.parse_args()
    found: dict[str, list[Figure]] = {}
    for _ in range(chosen.rounds):
        for who, run in (("floor", floor_in), ("alertmanager", alertmanager_in), ("icinga", icinga_in)):
            try:
                found.setdefault(who, []).append(run(chosen.seconds))
            except Absent as absent:
                say(str(absent), "")
        with _folder() as folder:
            for who in ("vigil, a new database", "vigil, started again"):
                found.setdefault(who, []).append(vigil_in(folder, chosen.seconds))
    ours = {who: told(who, figures) for who, figures in found.items() if figures}
    again, new = ours["vigil, started again"], ours["vigil, a new database"]
    kept = [
        within("idle: ready by the clock", max(again.ready_s, new.ready_s), MOST_READY_S, "s"),
        within("idle: memory, started again", again.memory_mib, MOST_MIB, "MiB"),
        within("idle: memory, a new database", new.memory_mib, MOST_MIB, "MiB"),
        within("idle: processor", again.idle_percent, MOST_PERCENT, "%"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
