"""Threads by demand: what hangs holds up nobody, and no more threads are kept than work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from bot.scheduler.threads import Threads
from tests.house import until

MANY = 40


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Lets go whatever hangs, at the end of the test at the latest."""
    event = threading.Event()
    yield event
    event.set()


def hanging(threads: Threads, count: int, released: threading.Event) -> threading.Semaphore:
    """So many jobs that wait until they are released; how many have begun."""
    begun = threading.Semaphore(0)

    def hang() -> None:
        begun.release()
        released.wait()

    for _ in range(count):
        threads.submit(hang)
    return begun


def test_jobs_that_hang_hold_up_no_job_after_them(released: threading.Event) -> None:
    threads = Threads("held", size=2, most=MANY + 2)
    hanging(threads, MANY, released)
    done = threading.Event()
    threads.submit(done.set)
    assert done.wait(30)
    assert threads.together([partial(int, "1"), partial(int, "2")]) == [1, 2]
    threads.stop()


def test_there_are_no_more_threads_than_may_be(released: threading.Event) -> None:
    threads = Threads("most", size=1, most=3)
    begun = hanging(threads, 4, released)
    assert all(begun.acquire(timeout=30) for _ in range(3))
    assert not begun.acquire(timeout=0.3)
    released.set()
    assert begun.acquire(timeout=30)
    threads.stop()


def test_threads_that_are_wanted_no_more_end(released: threading.Event) -> None:
    threads = Threads("surplus", size=2, most=MANY)
    begun = hanging(threads, MANY, released)
    assert all(begun.acquire(timeout=30) for _ in range(MANY))
    released.set()
    until(lambda: sum(each.name.startswith("surplus-") for each in threading.enumerate()) <= 2 + 1)
    threads.stop()


def test_one_thread_does_its_jobs_in_the_order_in_which_they_came() -> None:
    threads = Threads("order", size=1, most=1)
    done: list[int] = []
    for number in range(MANY):
        threads.submit(partial(done.append, number))
    until(lambda: len(done) == MANY)
    assert done == list(range(MANY))
    threads.stop()


def test_jobs_done_together_tell_what_failed() -> None:
    threads = Threads("failed", size=2, most=2)
    with pytest.raises(ValueError, match="invalid literal"):
        threads.together([partial(int, "1"), partial(int, "one")])
    assert threads.together([partial(int, "3")]) == [3]
    threads.stop()


def test_nothing_begins_once_they_are_stopped(released: threading.Event) -> None:
    threads = Threads("stopped", size=1, most=1)
    begun = hanging(threads, 1, released)
    assert begun.acquire(timeout=30)
    late = threading.Event()
    threads.submit(late.set)
    threads.stop()
    released.set()
    until(lambda: not any(each.name.startswith("stopped-") for each in threading.enumerate()))
    assert not late.is_set()
