"""Ticks, pumps and hands: what falls due is taken up soon, and a failure stops nothing else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.clock import HeldClock, RealClock
from bot.engine.ports import Waits
from bot.scheduler import QUIET, Hands, OwnHands, Scheduler, Work
from checks.child.loop import ready

T0 = datetime(2026, 1, 19, tzinfo=UTC)
ONE = frozenset({"one"})


@contextmanager
def running(scheduler: Scheduler, *works: Work) -> Iterator[Scheduler]:
    scheduler.start(works)
    try:
        yield scheduler
    finally:
        scheduler.stop()


@dataclass
class Rows:
    """Rows that fall due one after the other; notes how late each was taken up."""

    due: datetime
    left: int
    every: timedelta = timedelta(milliseconds=330)
    late: list[timedelta] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def agenda(self) -> dict[str, datetime]:
        return {"one": self.due} if self.left else {}

    def step(self, now: datetime) -> bool:
        if not self.left or now < self.due:
            return False
        self.late.append(now - self.due)
        self.left -= 1
        self.due += self.every
        if not self.left:
            self.done.set()
        return True


def test_what_falls_due_is_taken_up_within_half_a_second() -> None:
    clock = RealClock()
    rows = Rows(due=clock.now() + timedelta(milliseconds=100), left=8)
    with running(Scheduler(clock.now, rows.agenda), Work("one", ONE, rows.step)):
        assert rows.done.wait(30)
    # The middle one: on a busy machine a single one may be late for want of a processor.
    assert sorted(rows.late)[4] < timedelta(seconds=0.5)


def test_what_is_done_in_gusts_is_looked_for_again_before_more_of_it_is_done() -> None:
    looks, seen = [], list[int]()
    twice = threading.Event()

    def agenda() -> dict[str, datetime]:
        looks.append(T0)
        return {"one": T0}

    def step(_: datetime) -> bool:
        seen.append(len(looks))
        if len(seen) == 2:
            twice.set()
        return True

    with running(Scheduler(lambda: T0, agenda), Work("one", ONE, step, in_gusts=True)):
        assert twice.wait(30)
    assert seen[0] < seen[1]


def test_the_bell_wakes_whoever_has_work_and_nobody_else() -> None:
    looks: list[float] = []
    woken: dict[str, threading.Event] = {"one": threading.Event(), "two": threading.Event()}
    due: dict[str, datetime] = {}

    def step(name: str, now: datetime) -> bool:
        woken[name].set()
        return False

    def agenda() -> dict[str, datetime]:
        looks.append(time.monotonic())
        return due

    works = [Work(name, frozenset({name}), partial(step, name)) for name in woken]
    with running(Scheduler(lambda: T0, agenda), *works) as scheduler:
        due["two"] = T0
        began = time.monotonic()
        for _ in range(40):
            scheduler.ring()
            until(lambda: bool(looks))
            looks.clear()
        # The ticks alone would take ten seconds to look forty times.
        assert time.monotonic() - began < 7
        assert woken["two"].wait(30)
    assert not woken["one"].is_set()


def until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(3000):
        if holds():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen in time")


def test_what_fails_is_tried_again_said_once_a_minute_and_stops_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = HeldClock(T0)
    tried: list[datetime] = []
    worked: list[datetime] = []

    def fails(now: datetime) -> bool:
        tried.append(now)
        raise RuntimeError("broken")

    def works(now: datetime) -> bool:
        worked.append(now)
        return False

    with (
        caplog.at_level(logging.ERROR),
        running(
            Scheduler(clock.now, lambda: {"one": T0, "two": T0}),
            Work("breaks", ONE, fails),
            Work("holds", frozenset({"two"}), works),
        ),
    ):
        until(lambda: len(tried) > 2 and len(worked) > 2)
        assert [record.getMessage().split(" failed")[0] for record in caplog.records] == ["breaks"]
        clock.advance(QUIET)
        until(lambda: tried[-1] > T0)
        until(lambda: len(caplog.records) == 2)
    assert "broken" in caplog.text


def test_an_agenda_that_cannot_be_read_is_read_again(caplog: pytest.LogCaptureFixture) -> None:
    asked: list[bool] = []

    def agenda() -> dict[str, datetime]:
        asked.append(True)
        if len(asked) < 3:
            raise OSError("the disk is gone")
        return {"one": T0}

    came = threading.Event()

    def step(now: datetime) -> bool:
        came.set()
        return False

    with running(Scheduler(lambda: T0, agenda), Work("one", ONE, step)):
        assert came.wait(30)
    assert "the disk is gone" in caplog.text


@pytest.mark.parametrize("hands", [Hands, OwnHands])
def test_jobs_done_in_turn_do_not_hold_each_other_up(hands: type[Hands] | type[OwnHands]) -> None:
    done: list[int] = []

    def job(number: int) -> Callable[[], int]:
        def run() -> int:
            if number == 2:
                raise ValueError("two")
            done.append(number)
            return number

        return run

    assert hands().in_turn([job(1), job(3)]) == [1, 3]
    with pytest.raises(ExceptionGroup, match="1 of 3 pieces of work failed") as failed:
        hands().in_turn([job(1), job(2), job(3)])
    assert done == [1, 3, 1, 3]
    assert [str(each) for each in failed.value.exceptions] == ["two"]


def test_hands_work_side_by_side_and_say_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    hands = Hands(2)
    met = threading.Barrier(2, timeout=30)
    assert hands.together([met.wait, met.wait]) in ([0, 1], [1, 0])

    def breaks() -> None:
        raise RuntimeError("slipped")

    hands.start(breaks)
    until(lambda: "slipped" in caplog.text)
    hands.stop()


def test_a_job_that_waits_for_a_program_needs_no_free_hands() -> None:
    hands = Hands(1)
    busy, over, done = threading.Event(), threading.Event(), threading.Event()

    def waits_for_the_world() -> None:
        busy.set()
        over.wait(30)

    hands.start(waits_for_the_world)
    assert busy.wait(30)
    hands.start(done.set, waits=Waits.PROGRAM)
    assert done.wait(30)
    over.set()
    hands.stop()
    hands.start(pytest.fail, waits=Waits.PROGRAM)  # begins nothing more
    hands.start(pytest.fail)


@pytest.mark.parametrize("waits", Waits)
def test_jobs_that_hang_leave_a_quarter_of_the_places_to_those_that_do_not(waits: Waits) -> None:
    hands = Hands(size=1, most=8)
    begun, over, done = threading.Semaphore(0), threading.Event(), threading.Event()

    def hang() -> None:
        begun.release()
        while not over.is_set():
            ready((), time.monotonic() + 0.02)

    hands.start(*[hang] * 20, waits=waits, apart=True)
    assert all(begun.acquire(timeout=30) for _ in range(6))
    hands.start(done.set, waits=waits)
    assert done.wait(30)
    assert not begun.acquire(timeout=0.1)
    over.set()
    assert all(begun.acquire(timeout=30) for _ in range(14))  # each has its turn
    hands.stop()


@pytest.mark.parametrize(
    ("passes", "due_in", "again"),
    [
        (0, None, None),  # nothing is due: the next tick will do
        (0, 600, None),
        (0, 0.6, 0.6),  # the next row falls due before it
        (0, 0.1, 0.25),  # what falls due together is done together
        (0, 0, 0.25),
        (0, -5, 0.25),  # in the hands of another bot, which may be gone
        (1, None, 0.25),  # there was something to do a moment ago
        (3, None, None),
    ],
)
def test_it_looks_again_as_soon_as_there_may_be_something_to_do(
    passes: float, due_in: float | None, again: float | None
) -> None:
    clock = HeldClock(T0)
    agenda: dict[str, datetime] = {"one": T0} if passes else {}
    scheduler = Scheduler(clock.now, lambda: agenda)
    if passes:
        assert scheduler._look() == 0.25
        agenda.clear()
    clock.advance(timedelta(seconds=passes))
    if due_in is not None:
        agenda["one"] = clock.now() + timedelta(seconds=due_in)
    assert scheduler._look() == again
