"""Many jobs on one thread: while one waits for a program, the others go on.

A thread each would cost more than the programs do: whatever becomes ready wakes one, and all of them want the
interpreter at the same moment.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from greenlet import GreenletExit, getcurrent, greenlet

LOOK_S = 0.1
"""What has run for longer than this waits for somebody, and its place is another's."""


class _Hand(greenlet):
    """Does one job after the other for a loop, whose own greenlet is its parent.

    It outlives its job: a new one costs as much as all that a job does beside its program.
    """

    def run(self, job: Callable[[], None]) -> None:
        assert self.parent is not None  # noqa: S101 - the loop's own
        while True:
            job()
            job = self.parent.switch(None)


@dataclass(frozen=True, slots=True)
class _Wait:
    """What a job waits for: one of these descriptors, or this instant of the monotonic clock."""

    descriptors: Sequence[int]
    until: float


def ready(descriptors: Sequence[int], until: float) -> Collection[int]:
    """Wait until something can be read from one of these, or a process of these has ended; which ones.

    None of them when `until` has come, an instant of the monotonic clock. On the thread of a loop its other
    jobs go on.
    """
    current = getcurrent()
    if isinstance(current, _Hand):
        assert current.parent is not None  # noqa: S101 - the loop's own
        found: Collection[int] = current.parent.switch(_Wait(descriptors, until))
        return found
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll(_left_ms(until))]


def _left_ms(until: float) -> float:
    return max(0.0, until - time.monotonic()) * 1000


class Loop:
    """A thread for jobs that wait for nothing but programs.

    `size` of them run, and beside them those that have waited for long; `most` altogether.
    """

    def __init__(self, size: int, most: int) -> None:
        self._size = size
        self._most = most
        self._queue: deque[Callable[[], None]] = deque()
        self._free: list[_Hand] = []
        self._begun: dict[_Hand, float] = {}
        self._waits: dict[_Hand, _Wait] = {}
        self._whose: dict[int, _Hand] = {}
        self._poll = select.poll()
        self._bell: tuple[int, int] | None = None
        self._stopping = False
        self._lock = threading.Lock()

    def start(self, *jobs: Callable[[], None]) -> None:
        """Begin jobs as soon as there is room, unless it is stopped. They must not raise."""
        with self._lock:
            if self._stopping:
                return
            self._queue.extend(jobs)
            if self._bell is None:
                self._bell = os.pipe()
                for end in self._bell:
                    os.set_blocking(end, False)
                self._poll.register(self._bell[0], select.POLLIN)
                # Not a daemon: the program does not end before its children have.
                threading.Thread(target=self._run, args=self._bell[:1], name="programs").start()
            self._ring()

    def stop(self) -> None:
        """Begin nothing new, and end what runs: its programs are killed."""
        with self._lock:
            self._stopping = True
            self._queue.clear()
            self._ring()

    def _ring(self) -> None:
        if self._bell:
            with contextlib.suppress(BlockingIOError):  # it is rung already
                os.write(self._bell[1], b"!")

    def _run(self, bell: int) -> None:
        while not self._stopping:
            while self._queue and self._room():
                hand = self._free.pop() if self._free else _Hand()
                self._begun[hand] = time.monotonic()
                self._let(hand, self._queue.popleft())
            self._wait(bell)
        for hand in tuple(self._waits):
            self._forget(hand)
            self._note(hand, hand.throw(GreenletExit))
        while self._waits:
            self._wait(bell)
        with self._lock:
            for end in self._bell or ():
                os.close(end)
            self._bell = None

    def _room(self) -> bool:
        before = time.monotonic() - LOOK_S
        return len(self._begun) < min(
            self._most, self._size + sum(1 for begun in self._begun.values() if begun < before)
        )

    def _wait(self, bell: int) -> None:
        """Until somebody can go on, or there may be room for the next."""
        first = min((wait.until for wait in self._waits.values()), default=math.inf)
        if self._queue:
            first = min(first, time.monotonic() + LOOK_S)
        self._serve(bell, None if first == math.inf else _left_ms(first))
        now = time.monotonic()
        for hand, wait in [(hand, wait) for hand, wait in self._waits.items() if wait.until <= now]:
            if self._waits.get(hand) is wait:
                self._forget(hand)
                self._let(hand, ())
                # To start a program takes long: what has ended meanwhile does not wait until all are started.
                self._serve(bell, 0)

    def _serve(self, bell: int, within_ms: float | None) -> None:
        """Let those go on for which there is something, as soon as there is."""
        found: dict[_Hand, list[int]] = {}
        for descriptor, _ in self._poll.poll(within_ms):
            if descriptor == bell:
                os.read(bell, 4096)
            else:
                found.setdefault(self._whose[descriptor], []).append(descriptor)
        for hand, descriptors in found.items():
            self._forget(hand)
            self._let(hand, descriptors)

    def _let(self, hand: _Hand, given: Callable[[], None] | Collection[int]) -> None:
        """Give it a job, or what it waited for, and let it run until it waits again or is done."""
        self._note(hand, hand.switch(given))

    def _note(self, hand: _Hand, wait: object) -> None:
        if isinstance(wait, _Wait):
            self._waits[hand] = wait
            for descriptor in wait.descriptors:
                self._poll.register(descriptor, select.POLLIN)
                self._whose[descriptor] = hand
            return
        del self._begun[hand]
        if not hand.dead:
            self._free.append(hand)

    def _forget(self, hand: _Hand) -> None:
        for descriptor in self._waits.pop(hand).descriptors:
            self._poll.unregister(descriptor)
            del self._whose[descriptor]
