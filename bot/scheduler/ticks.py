"""Ticks that wake the engine, and the last-resort except.

The database says what is due. A look at its agenda wakes whoever has something to do: one a second, one
when the next row falls due, four a second while there is something to do. A commit that left work rings the
bell, so that nobody waits for the next look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import HeldClock

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""At the latest after this time it is looked again: another process may have written something."""

_AGAIN_S = 0.25
"""So soon it is looked again while something is due, or was a moment ago; what falls due is done in gusts."""

_STAYS_AWAKE = timedelta(seconds=2)

QUIET = timedelta(minutes=1)
"""What fails again in the same way is said again only after this time."""

_BEHIND_S = 0.01
"""So much later than whoever is woken by name the others are: all of them want the interpreter."""

_MOMENT = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of due work: `step` does the first due piece and says whether there may be more.

    `topics` are the agenda's words for it. Of what is done `in_gusts` a step does all that is due: what falls
    due meanwhile waits for the next look, and is not done one by one.
    """

    name: str
    topics: frozenset[str]
    step: Callable[[datetime], object]
    in_gusts: bool = False


@dataclass(slots=True)
class _Pump:
    work: Work
    wanted: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Scheduler:
    """Runs every Work on a thread of its own, when the agenda or the bell says so. Implements Bell."""

    def __init__(self, now: Callable[[], datetime], agenda: Callable[[], Mapping[str, datetime]]) -> None:
        self._now = now
        self._agenda = agenda
        self._pumps: list[_Pump] = []
        self._ticks = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
        self._stopping = threading.Event()
        self._rung = threading.Event()
        self._ahead = threading.Event()
        self._awake_until: datetime | None = None
        self._said: dict[str, datetime] = {}

    def start(self, works: Sequence[Work]) -> None:
        """Do what is due from now on; what was due while nobody was up, at once."""
        self._pumps = [_Pump(work) for work in works]
        for pump in self._pumps:
            pump.thread = threading.Thread(target=self._run, args=(pump,), name=pump.work.name, daemon=True)
            pump.thread.start()
        threading.Thread(target=self._listen, name="bell", daemon=True).start()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._ticks.add_job(self._tick, "interval", seconds=TICK_SECONDS)
        self._ticks.start()
        self.ring()

    def adopt(self, works: Sequence[Work]) -> None:
        """Do the works of the same names in another way from their next piece on."""
        named = {work.name: work for work in works}
        for pump in self._pumps:
            pump.work = named[pump.work.name]

    def ring(self) -> None:
        self._rung.set()

    def wake(self, topic: str) -> None:
        for pump in self._pumps:
            if topic in pump.work.topics:
                pump.wanted.set()
        self._ahead.set()
        self.ring()

    def stop(self, seconds: float = 4.0) -> None:
        """Let every thread finish its piece of work; at most about `seconds`."""
        self._stopping.set()
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        self.ring()
        for pump in self._pumps:
            pump.wanted.set()
        for pump in self._pumps:
            if pump.thread:
                pump.thread.join(seconds)

    def _listen(self) -> None:
        """A ring is a look out of turn: only whoever has something to do is woken."""
        again: float | None = None
        while not self._stopping.is_set():
            self._rung.wait(again)
            if self._ahead.is_set():
                self._ahead.clear()
                self._stopping.wait(_BEHIND_S)
            self._rung.clear()
            again = self._look()

    def _tick(self) -> None:
        if self._look() is not None:
            self.ring()

    def _look(self) -> float | None:
        """Wake whoever has something to do; after how many seconds to look again, if before the tick."""
        try:
            now, agenda = self._now(), self._agenda()
        except Exception as error:  # noqa: BLE001 - logged below
            self._complain(f"could not look at the agenda; trying again every {TICK_SECONDS:g} s", error)
            return None
        due = {topic for topic, at in agenda.items() if at <= now}
        for pump in self._pumps:
            if pump.work.topics & due:
                pump.wanted.set()
        if due:
            self._awake_until = now + _STAYS_AWAKE
        if self._awake_until and now < self._awake_until:
            return _AGAIN_S
        first = min(agenda.values(), default=None)
        wait = (first - now).total_seconds() if first else TICK_SECONDS
        return max(wait, _AGAIN_S) if wait < TICK_SECONDS else None

    def _complain(self, what: str, error: Exception) -> None:
        failure, now = f"{what}: {type(error).__name__}: {error}", self._now()
        if failure in self._said and now - self._said[failure] < QUIET:
            return
        self._said = {said: at for said, at in self._said.items() if now - at < QUIET} | {failure: now}
        log.error(what, exc_info=error)

    def _run(self, pump: _Pump) -> None:
        while True:
            pump.wanted.wait()
            pump.wanted.clear()
            try:
                while not self._stopping.is_set() and pump.work.step(self._now()):
                    if pump.work.in_gusts:
                        break
            except Exception as error:  # noqa: BLE001 - logged below
                self._complain(
                    f"{pump.work.name} failed; what was due is still due and is tried again", error
                )
            if self._stopping.is_set():
                return


def settle(
    now: Callable[[], datetime], agenda: Callable[[], Mapping[str, datetime]], works: Sequence[Work]
) -> None:
    """Do in the calling thread everything that is due, until nothing is."""
    while due := {topic for topic, at in agenda().items() if at <= now()}:
        if not any(work.step(now()) for work in works if work.topics & due):
            return


class Jumps:
    """Does in the calling thread what is due, on a clock that is moved to whatever falls due next.

    It does not stop for the topics that are `passed_over`: they are done when it stops for others.
    """

    def __init__(
        self,
        clock: HeldClock,
        agenda: Callable[[], Mapping[str, datetime]],
        works: Sequence[Work],
        passed_over: frozenset[str] = frozenset(),
    ) -> None:
        self._clock = clock
        self._agenda = agenda
        self._works = works
        self._stops = frozenset(topic for work in works for topic in work.topics) - passed_over

    def settle(self) -> None:
        """Do everything that is due now."""
        settle(self._clock.now, self._agenda, self._works)

    def pass_until(self, at: datetime) -> None:
        """Move the clock there, and stop at whatever falls due before."""
        while (due := self._next_stop()) is not None and due < at:
            # What is due and was not done is in the hands of another bot, which may be gone.
            now = self._clock.now()
            self._clock.move_to(due if due > now else now + _MOMENT)
            self.settle()
        self._clock.move_to(max(at, self._clock.now()))

    def _next_stop(self) -> datetime | None:
        return min((at for topic, at in self._agenda().items() if topic in self._stops), default=None)
