"""How late checks are asked when there are many: 10,000 HTTP checks a minute, each on its beat.

    .venv/bin/python benchmarks/lateness.py [--checks 10000] [--minutes 2]

When a check was due stands in the database, when it was asked in the log of the target (nginx-light). Counted
are also checks that were not asked once a minute. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from peers.program import Absent, Program, wait
from peers.target import WebTarget, web_target
from peers.vigil import vigil
from printing import say, within
from throughput import config, http_check

PERIOD_S = 60.0
MOST_S = 1.5


def beats(database: Path) -> dict[int, float]:
    """When each check is due, in seconds after the full minute."""
    with sqlite3.connect(database) as rows:
        found = rows.execute('SELECT "check", next_at FROM schedule').fetchall()
    return {int(check.removeprefix("check-")): at / 1e6 % PERIOD_S for check, at in found}


def asked(log: Path, since: float, until: float) -> list[tuple[int, float]]:
    """Which check was asked when, in that stretch."""
    found = []
    for line in log.read_text().splitlines():
        uri, at = line.split(" ")
        if since <= float(at) < until and uri[1:].isdecimal():
            found.append((int(uri[1:]), float(at)))
    return found


def watched(program: Program, target: WebTarget, checks: int, minutes: float) -> tuple[float, float]:
    """Wait until each has been asked once and it goes evenly; the stretch after that."""
    while program.running and target.asked() < checks:
        wait(0.5)
    wait(5)
    since = target.newest()
    wait(minutes * PERIOD_S)
    return since, since + minutes * PERIOD_S


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checks", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as of_target, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with web_target(Path(of_target)) as target:
                part = config(partial(http_check, target.port), chosen.checks, "1m")
                with vigil(folder, part) as program:
                    since, until = watched(program, target, chosen.checks, chosen.minutes)
                    cost = program.cost()
                due = beats(folder / "vigil.db")
                heard = asked(target.log, since, until)
        except Absent as absent:
            say(str(absent), "")
            return 1
    late = sorted((at - due[check]) % PERIOD_S for check, at in heard)
    times = Counter(check for check, _ in heard)
    lost = sum(max(0, int(chosen.minutes) - 1 - times[check]) for check in range(chosen.checks))
    say(f"{len(heard):,} checks in {chosen.minutes:g} min", f"{cost.memory_mib:.0f} MiB")
    say("lateness, median", f"{statistics.median(late):.2f} s")
    say("lateness, worst", f"{late[-1]:.2f} s")
    kept = within("lateness, p99", late[int(0.99 * len(late))], MOST_S, "s")
    return 0 if within("turns lost", lost, 0, "") and kept else 1


if __name__ == "__main__":
    sys.exit(main())
