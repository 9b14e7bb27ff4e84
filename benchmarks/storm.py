"""A storm: 10,000 distinct alerts in ten groups by one body, beside Alertmanager told the same.

    .venv/bin/python benchmarks/storm.py [--alerts 10000] [--rounds 2]

Alertmanager gathers a group for a second and posts it to a webhook; it keeps alerts in memory only. Vigil has
SQLite on disk and answers once all are on it; then it speaks to its Slack, here the local workspace in the
benchmark's own process, whose processor time is not counted. It gathers as it does unless it is told
otherwise: all alerts of a service are one card. Each is run in turn. Counted are the calls in which the
alerts are told and when the last of them came, processor time and memory. The floor is bare Python that reads
the same body and writes an alert and two transitions of each in one transaction. Exit 1 when a limit is
missed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from peers.alertmanager import alertmanager
from peers.program import Absent, wait
from peers.sink import sink
from peers.slack import MENTION, PEOPLE, slack
from peers.vigil import vigil
from peers.web import send_json
from printing import say, within

from bot.store import Database

GROUPS = 10
GROUPING = "grouping: {group_wait: 1s}\n"
WATCHED_S = 20.0
MOST_CALLS = 10
MOST_TIMES_THE_CPU, MOST_MIB = 2.0, 200.0
MOST_LAST_S = 1.36
"""Alertmanager's time where the goal was set; where it takes longer, its time in the same run."""
TELLING = ("chat.postMessage", "chat.update")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run came to; times in seconds after the body was sent.

    `untold` is 1 where the first call was made before all alerts were on disk: it does not count them all.
    """

    answered_s: float
    last_s: float
    calls: int
    cpu_s: float
    memory_mib: float
    untold: int = 0


def alert(number: int) -> dict[str, object]:
    labels = {
        "alertname": f"Alert{number % 100}",
        "cluster": f"cluster-{number % GROUPS}",
        "instance": f"host-{number}",
        "severity": "critical",
    }
    return {"labels": labels, "annotations": {"summary": f"host-{number} is in trouble"}}


def sent(url: str, document: object) -> tuple[float, float]:
    """When it was sent, in seconds since 1970, and how long the answer took."""
    began = time.time()  # noqa: TID251 - as those who are told
    send_json(url, document)
    return began, time.time() - began  # noqa: TID251


def alertmanager_in(alerts: int) -> Figure:
    """One run of Alertmanager. Raises Absent."""
    with tempfile.TemporaryDirectory() as name, sink() as told:
        with alertmanager(Path(name), told.url, "cluster", "1s") as program:
            before = program.cost()
            began, answered = sent(
                f"{program.url}/api/v2/alerts", [alert(number) for number in range(alerts)]
            )
            while program.running and len(told.came) < GROUPS:
                wait(0.05)
            wait(3)
            after = program.cost()
        count = sum(len(json.loads(body)["alerts"]) for _, body in told.came)
        if count < alerts:
            raise SystemExit(f"Alertmanager told of {count} alerts of {alerts}")
        last = max(at for at, _ in told.came)
        return Figure(answered, last - began, len(told.came), after.cpu_s - before.cpu_s, after.memory_mib)


def vigil_in(alerts: int) -> Figure:
    """One run of Vigil."""
    with tempfile.TemporaryDirectory() as name, slack() as there:
        folder = Path(name)
        with vigil(folder, PEOPLE + GROUPING, there.environment) as bot:
            bot.wait_until_ready()
            wait(2)
            before, calls = bot.cost(), len(there.calls)
            body = {"version": "4", "status": "firing", "alerts": [alert(number) for number in range(alerts)]}
            began, answered = sent(f"{bot.url}/api/v1/webhooks/alertmanager", body)
            wait(WATCHED_S)
            after = bot.cost()
        made = [each for each in there.calls[calls:] if each.method in TELLING]
        with sqlite3.connect(folder / "vigil.db") as rows:
            kept = rows.execute("SELECT count(*) FROM alerts").fetchone()[0]
        if kept < alerts or not any(MENTION in each.text for each in made):
            raise SystemExit(f"{kept} of {alerts} are on disk, {len(made)} calls were made")
        untold = 0 if f"{alerts} alerts" in made[0].text else 1
        last = max(each.at for each in made) - began
        return Figure(answered, last, len(made), after.cpu_s - before.cpu_s, after.memory_mib, untold)


def floor_in(alerts: int) -> float:
    """Processor seconds of what nobody can do without: to read the body, to name each alert, to write it."""
    body = json.dumps({"alerts": [alert(number) for number in range(alerts)]})
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "vigil.db"
        Database(f"sqlite:///{file}").close()
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as rows:
            rows.execute("PRAGMA synchronous=FULL")
            before = time.process_time()
            rows.execute("BEGIN IMMEDIATE")
            named = [(_named(each), each) for each in json.loads(body)["alerts"]]
            rows.executemany(_ALERT, [(key, key, json.dumps(each) * 4) for key, each in named])
            for version, event in ((1, "alert.firing"), (2, "alert.escalated")):
                told = [(key, version, event, json.dumps(each["annotations"])) for key, each in named]
                rows.executemany(_TRANSITION, told)
            rows.execute("COMMIT")
            return time.process_time() - before


_ALERT = """
INSERT INTO alerts (id, fingerprint, service, state, severity, version, began_at, fired_at, next_at, priority,
card, rides, body) VALUES (?, ?, 'orders', 'firing', 'critical', 2, 1, 1, 2, 0, 'card', 'page', ?)
"""
_TRANSITION = "INSERT INTO transitions (alert, version, at, event, reason, next_at) VALUES (?, ?, 1, ?, ?, 2)"


def _named(told: dict[str, dict[str, str]]) -> str:
    fingerprint = ",".join(f"{name}={value}" for name, value in sorted(told["labels"].items()))
    return hashlib.sha256(fingerprint.encode()).hexdigest()[:10]


def middle(figures: Sequence[Figure]) -> Figure:
    """The median of each figure, and the worst of what must never be."""
    columns = list(zip(*(astuple(each) for each in figures), strict=True))
    *medians, _ = (statistics.median(column) for column in columns)
    return Figure(*medians, untold=max(columns[-1]))


def told(who: str, figure: Figure) -> None:
    say(f"{who}, until the last of {figure.calls:g} calls", f"{figure.last_s:.2f} s")
    say(f"{who}, processor time", f"{figure.cpu_s:.2f} s")
    say(f"{who}, memory", f"{figure.memory_mib:.0f} MiB")


def judged(ours: Figure, theirs: Figure | None) -> bool:
    """Whether Vigil keeps its limits; beside nobody only those that need no measure."""
    fine = [
        within("storm: calls before all alerts were on disk", ours.untold, 0, ""),
        within("storm: calls to Slack", ours.calls, MOST_CALLS, ""),
        within("storm: memory", ours.memory_mib, MOST_MIB, "MiB"),
    ]
    if theirs:
        times = ours.cpu_s / theirs.cpu_s
        fine += [
            within("storm: the last call", ours.last_s, max(MOST_LAST_S, theirs.last_s), "s"),
            within("storm: processor time, vigil to alertmanager", times, MOST_TIMES_THE_CPU, "times"),
        ]
    return all(fine)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    ours: list[Figure] = []
    theirs: list[Figure] = []
    floor: list[float] = []
    for _ in range(chosen.rounds):
        try:
            theirs.append(alertmanager_in(chosen.alerts))
        except Absent as absent:
            say(str(absent), "")
        ours.append(vigil_in(chosen.alerts))
        floor.append(floor_in(chosen.alerts))
    if theirs:
        told("alertmanager", middle(theirs))
    told("vigil", middle(ours))
    say("floor: read, named and written at once, processor time", f"{statistics.median(floor):.2f} s")
    return 0 if judged(middle(ours), middle(theirs) if theirs else None) else 1


if __name__ == "__main__":
    sys.exit(main())
