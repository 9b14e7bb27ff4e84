"""A share of the places that all have: those who keep theirs for long never take all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock

Job = Callable[[], None]


class Share:
    """Has at most `most` jobs begun by `begin` at once; the others wait for one of these to end."""

    def __init__(self, begin: Callable[[Job], None], most: int) -> None:
        self._begin = begin
        self._free = most
        self._waiting: deque[Job] = deque()
        self._lock = Lock()

    def start(self, *jobs: Job) -> None:
        """Begin jobs in the order in which they came, each as soon as there is room."""
        with self._lock:
            self._waiting.extend(jobs)
        self._fill()

    def _fill(self) -> None:
        with self._lock:
            some = [self._waiting.popleft() for _ in range(min(self._free, len(self._waiting)))]
            self._free -= len(some)
        for job in some:
            self._begin(partial(self._in_room, job))

    def _in_room(self, job: Job) -> None:
        try:
            job()
        finally:
            with self._lock:
                self._free += 1
            self._fill()
