"""Threads by demand: what hangs holds up nobody, and of what works no more is done at once than helps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

Answered = TypeVar("Answered")

LOOK_S = 0.1
"""A thread that is at one job for longer than this waits for somebody, and its place is another's."""


class Threads:
    """`size` threads that work, and beside them those that wait for somebody; `most` altogether.

    Jobs are begun in the order in which they came. The threads are daemons: none keeps the program alive.
    """

    def __init__(self, name: str, size: int, most: int) -> None:
        self._name = name
        self._size = size
        self._most = most
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._queued = self._count = self._idle = self._ended = 0
        self._begun: dict[int, float] = {}
        self._short = threading.Event()
        self._watching = False
        self._stopped = False

    def submit(self, *jobs: Callable[[], None]) -> None:
        """Do them as soon as there are threads; after `stop` not at all. They must not raise."""
        with self._lock:
            for job in jobs:
                self._jobs.put(job)
            self._queued += len(jobs)
            self._hire(self._size + self._waiting())
            if self._queued > self._idle:
                self._short.set()
                if not self._watching:
                    self._watching = True
                    threading.Thread(target=self._watch, name=f"{self._name}-watch", daemon=True).start()

    def together(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        """Do all jobs side by side; the answers in their order. Raises what the first that failed raised."""
        promised: list[Future[Answered]] = [Future() for _ in jobs]
        for future, job in zip(promised, jobs, strict=True):
            self.submit(_keeping(future, job))
        return [future.result() for future in promised]

    def stop(self) -> None:
        """Begin nothing new."""
        with self._lock:
            self._stopped = True
            self._short.set()
            for _ in range(self._count):
                self._jobs.put(_nothing)

    def _waiting(self) -> int:
        before = time.monotonic() - LOOK_S
        return sum(1 for begun in self._begun.values() if begun < before)

    def _hire(self, wanted: int) -> None:
        """Start threads for the jobs that nobody will take, as long as there are fewer than are wanted."""
        while self._queued > self._idle and self._count < min(wanted, self._most):
            self._count += 1
            self._idle += 1
            name = f"{self._name}-{self._count}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _watch(self) -> None:
        """While jobs wait: look whether those who have one are working, or waiting for somebody."""
        pause = threading.Event()
        while self._short.wait():
            ended = self._ended
            pause.wait(LOOK_S)
            with self._lock:
                if self._stopped:
                    return
                if self._queued <= self._idle:
                    self._short.clear()
                    continue
                # Where nobody came to an end meanwhile, those in front of the queue may hang as well.
                stalled = self._ended == ended
                self._hire(self._most if stalled else self._size + self._waiting())

    def _work(self) -> None:
        me = threading.get_ident()
        while True:
            job = self._jobs.get()
            if self._stopped:
                return
            with self._lock:
                self._queued -= 1
                self._idle -= 1
                self._begun[me] = time.monotonic()
            try:
                job()
            finally:
                with self._lock:
                    del self._begun[me]
                    self._ended += 1
                    surplus = self._count - self._waiting() > self._size
                    if surplus:
                        self._count -= 1
                    else:
                        self._idle += 1
            if surplus:
                return


def _keeping(future: Future[Answered], job: Callable[[], Answered]) -> Callable[[], None]:
    def keep() -> None:
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001 - handed over to whoever waits for the answer
            future.set_exception(error)

    return keep


def _nothing() -> None:
    """What wakes a thread that is to end."""
