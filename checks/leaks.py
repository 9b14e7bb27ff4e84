"""What checks leave behind: programs that run on, and threads and open files of this one.

Whoever has left too much behind is not asked until it is gone, so that it brings nobody else down.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from checks.base import Answer, CouldNotMeasure, Cursor, Kind, Options, Situation

MARK = "VIGIL_MARK"
MARKED = 16
"""One run in so many is marked: to hand on an environment that is not the bot's own takes time."""

MOST_PROGRAMS = 5
"""Of marked runs; there are about MARKED times as many."""

MOST_HELD = 100
"""Threads and open files. Few others begin by chance while one check is asked, and they count too."""

LOOK_S = 30.0
"""How often all processes of the machine are looked at, for all checks together."""


class Marks:
    """The process IDs of marked programs that outlived the check that started them, by their mark."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at = time.monotonic()
        self._found: dict[str, list[int]] = {}

    def of(self, mark: str) -> list[int]:
        with self._lock:
            if time.monotonic() - self._looked_at > LOOK_S:
                self.look()
            return self._found.get(mark, [])

    def look(self) -> None:
        self._looked_at, self._found = time.monotonic(), {}
        for process in filter(str.isdigit, _listed("/proc")):
            with suppress(OSError):  # it has ended, or is somebody else's
                environment = Path("/proc", process, "environ").read_bytes()
                _, marked, rest = environment.partition(f"{MARK}=".encode())
                if marked and not _runs_for_us(int(process)):
                    self._found.setdefault(rest.partition(b"\0")[0].decode(), []).append(int(process))


def _runs_for_us(process: int) -> bool:
    """Whether the check that started it still runs: its group is led by a child of this program."""
    with suppress(OSError):
        leader = Path("/proc", str(os.getpgid(process)), "stat").read_text()
        return int(leader.rpartition(")")[2].split()[1]) == os.getpid()
    return False


def _listed(folder: str) -> list[str]:
    """Nothing where the system has no such folder."""
    return os.listdir(folder) if os.path.isdir(folder) else []


MARKS = Marks()


class Programs:
    """What the programs of one check leave behind."""

    def __init__(self, marks: Marks = MARKS) -> None:
        self._marks = marks
        self._mark = uuid4().hex
        self._runs = count()

    def environment(self, added: Mapping[str, str]) -> Mapping[str, str]:
        """What the next run's environment has beside the bot's own. Raises CouldNotMeasure for a leak."""
        left = self._marks.of(self._mark)
        if len(left) > MOST_PROGRAMS:
            raise CouldNotMeasure(
                f"it leaves programs behind that run on, about {len(left) * MARKED} by now",
                f"let it wait for what it starts, and end what there is, such as process {left[0]}",
            )
        return added if next(self._runs) % MARKED else {**added, MARK: self._mark}


class Contained:
    """A kind that is not ours, which lives in this program: what it leaves behind in it is counted."""

    name: ClassVar[str] = "contained"
    options_model: ClassVar[type[Options]] = Options

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._left: frozenset[object] = frozenset()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        before = _held()
        left = self._left & before
        if len(left) > MOST_HELD:
            threads = sum(isinstance(each, threading.Thread) for each in left)
            raise CouldNotMeasure(
                f"it has left {threads} threads and {len(left) - threads} open files behind in the bot",
                "it leaks, and is asked again when they are gone: mend the package that the kind comes from, "
                "or leave this check out, and start the bot anew",
            )
        try:
            return self._kind.probe(situation, cursor)
        finally:
            self._left = left | (_held() - before)


def _held() -> frozenset[object]:
    """Every thread, and every open file with what it leads to."""
    files = set[object]()
    for number in _listed("/proc/self/fd"):
        with suppress(OSError):
            files.add((number, os.readlink(f"/proc/self/fd/{number}")))
    return frozenset(files | set(threading.enumerate()))
