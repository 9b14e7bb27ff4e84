"""A simulated watch of the shipped plan: seven days of measurements and rounds, written straight to disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.clock import HeldClock
from bot.config import load
from bot.domain.events import Inbound, InboundKind
from bot.domain.measures.reading import Reading
from bot.domain.panel import RoundRow
from bot.domain.text import Label
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.watch import Watch
from bot.engine.measures.baselines import capture_due
from bot.engine.people.request import Request
from bot.engine.watches.gates.judge import judge_gate
from bot.engine.watches.watch import Start, start_watch
from bot.engine.world import World
from bot.scheduler import OwnHands
from bot.store import Database
from checks.result import State

SHIPPED = Path(__file__).parents[2] / "config.yaml"
SHANGHAI = ZoneInfo("Asia/Shanghai")
DEPLOYED = datetime(2026, 1, 19, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(minutes=10)

HEALTHY = {
    "order_duplication_rate": 0.0,
    "push_failure_rate": 0.1,
    "order_success_rate": 99.9,
    "error_rate": 0.02,
    "availability": 100.0,
    "retry_success_rate": 99.0,
    "latency_p50": 60.0,
    "latency_p95": 130.0,
    "latency_p99": 0.201,
    "latency_p999": 1.2,
    "latency_mean": 67.0,
    "throughput": 1000.0,
    "cpu": 15.0,
    "memory": 25.0,
    "disk": 40.0,
    "network_latency": 0.01,
    "log_size": 10.0,
}
Shape = Callable[[str, float], float | None]
"""What a metric measures at an hour since the deployment; None where nothing could be measured."""


class Bell:
    def ring(self) -> None:
        """Nobody sleeps here."""

    def wake(self, topic: str) -> None:
        """The same."""


class Week:
    """A watch that began at midnight, and what was measured of it."""

    def __init__(self, folder: Path, before: timedelta = DAY) -> None:
        self.setup = replace(load(SHIPPED, {}), storage=f"sqlite:///{folder / 'week.db'}")
        self.service = self.setup.services["orders"]
        self.database = Database(self.setup.storage)
        self.clock = HeldClock(DEPLOYED)
        self.before = before
        self.world = World(
            setup=self.setup,
            clock=self.clock,
            store=self.database,
            bell=Bell(),
            crew=OwnHands(),
            awake_since=DEPLOYED,
            **cast("dict[str, Any]", dict.fromkeys(("door", "ask", *_others()))),
        )
        with self.database.transaction() as rows:
            self.watch: Watch = start_watch(
                rows,
                self.service,
                Start(version="resilience-v1.0", deployed_at=DEPLOYED, owner="lin"),
                DEPLOYED,
            )

    def measured(self, shape: Shape | None = None, days: float = 7) -> Week:
        """Every metric every ten minutes, from before the deployment on, as `shape` says; rounds in order."""
        self._measure(shape or (lambda key, hour: HEALTHY[key]), days)
        with self.database.transaction() as rows:
            for listed in rows.entries.of_watch(self.watch.id):
                if listed.entry.kind is EntryKind.ROUND and listed.entry.at < DEPLOYED + days * DAY:
                    rows.entries.save(_held(listed))
        self.clock.move_to(DEPLOYED + days * DAY)
        while capture_due(self.world, self.clock.now()):
            pass
        return self

    def _measure(self, shape: Shape, days: float) -> None:
        start = DEPLOYED - self.before
        batch: list[Reading] = []
        for step in range(int((self.before + days * DAY) / EVERY)):
            at = start + step * EVERY
            hour = (at - DEPLOYED) / HOUR
            for key in self.service.metrics:
                value = shape(key, hour) if key in HEALTHY else 0.0
                if value is not None:
                    batch.append(self._reading(key, value, at))
        with self.database.transaction() as rows:
            rows.readings.add(batch)

    def _reading(self, key: str, value: float, at: datetime) -> Reading:
        return Reading(
            service="orders",
            metric=key,
            labels=(),
            value=value,
            unit=self.service.metrics[key].unit,
            at=at,
            fresh_until=at + 2 * EVERY,
        )

    def gate(self, days: int) -> Listed:
        """The gate so many days after the deployment, as it stands."""
        with self.database.reading() as rows:
            entries = rows.entries.of_watch(self.watch.id)
        return next(
            each
            for each in entries
            if each.entry.kind is EntryKind.GATE and each.entry.at == DEPLOYED + days * DAY
        )

    def judge(self, days: int) -> Listed:
        """The gate falls due."""
        self.clock.move_to(DEPLOYED + days * DAY)
        judge_gate(self.world, self.gate(days))
        return self.gate(days)

    def request(self, rows: Any, person: str, *arguments: str) -> Request:
        """What a person asks for now."""
        now = self.clock.now()
        inbound = Inbound(
            identity=f"i{now}", kind=InboundKind.ACTION, at=now, person=person, channel="oncall"
        )
        return Request(rows, self.world, inbound, person, arguments, now)


def _others() -> Iterator[str]:
    """What else a world has and this one does without."""
    known = {"setup", "clock", "store", "bell", "crew", "awake_since", "door", "ask"}
    return (name for name in World.__dataclass_fields__ if name not in known)


def _held(listed: Listed) -> Listed:
    row = RoundRow(check="host", label=Label("System resources"), state=State.OK, summary="fine")
    return replace(
        listed,
        ran_at=listed.entry.at,
        outcome=EntryState.PASSED,
        rows=(row,),
        entry=replace(listed.entry, state=EntryState.PASSED),
        next_at=None,
    )
