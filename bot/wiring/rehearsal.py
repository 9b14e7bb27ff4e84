"""The whole bot on a clock that runs many times as fast as it should, and the service with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from time import perf_counter
from typing import Protocol

from bot.clock import HeldClock
from bot.wiring.program import Program

BEAT = timedelta(seconds=1)
"""How far the clock goes at once where nothing falls due before, or what takes a LOOK at its speed."""

LOOK = timedelta(seconds=0.05)
"""So often, in real time, what people do in the browser is looked at."""

_PASSED_OVER = frozenset({"watch-cards", "homes", "history"})
_CONNECTS_WITHIN_S = 30.0


class Watched(Protocol):
    """The service that is watched, on the same clock."""

    def go_on(self, at: datetime) -> None:
        """Let its time go on until then; returns when it has."""
        ...


class Fast:
    """Drives a program and what it watches in the calling thread, step by step."""

    def __init__(self, program: Program, clock: HeldClock, watched: Watched, speed: float) -> None:
        self._program = program
        self._clock = clock
        self._watched = watched
        self._speed = speed
        self._enough = Event()

    def connect(self) -> None:
        """Listen to what people do in the workspace."""
        self._program.connect()
        waited = perf_counter()
        while not self._program.connected and perf_counter() - waited < _CONNECTS_WITHIN_S:
            self._enough.wait(0.02)

    def stop(self) -> None:
        """Come to an end at the next step. Safe to call from a signal."""
        self._enough.set()

    def linger(self) -> None:
        """Time stands still; what people do is still answered, until `stop`."""
        while not self._enough.wait(0.2):
            self._program.settle()

    def settle(self) -> None:
        """Do everything that is due now."""
        self._program.settle()

    def steps(self, until: datetime, stop_at: Callable[[datetime], datetime | None]) -> Iterator[datetime]:
        """Go on until then, at most at the given speed; every step is yielded before what is due is done.

        `stop_at` is when, from now, somebody outside wants the next step.
        """
        began, at = perf_counter(), self._clock.now()
        first, beat = at, max(BEAT, LOOK * self._speed)
        while at < until and not self._enough.is_set():
            at = min(until, at + beat, *self._wanted(at, stop_at(at)))
            self._watched.go_on(at)
            self._enough.wait(max(0.0, (at - first).total_seconds() / self._speed - (perf_counter() - began)))
            self._clock.move_to(at)
            yield at
            self._program.settle()

    def _wanted(self, at: datetime, outside: datetime | None) -> Iterator[datetime]:
        due = self._next_due()
        if due is not None and due > at:
            yield due
        if outside is not None:
            yield max(outside, at + BEAT)

    def _next_due(self) -> datetime | None:
        agenda = self._program.agenda()
        return min((at for topic, at in agenda.items() if topic not in _PASSED_OVER), default=None)
