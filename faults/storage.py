"""The database is gone, refuses, is full or locked while somebody is to be woken."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.server import Server
from faults.table import Tried
from faults.waiting import pause

Deed = Callable[[Course], object]


def _struck(fault: str, here: Scene, strike: Deed, relent: Deed, seconds: float) -> Tried:
    """An alert begins under it; `recovered_s` is from its end to the page."""
    with scene(here):
        course = Course(here)
        course.begin()
        course.whole()
        course.rests()
        course = Course(here, here.metrics[1], bots=course.bots)
        strike(course)
        here.breaks(course.metric)
        pause(seconds)
        idle = ("it struck nothing",) if seconds and course.was_paged else ()
        relent(course)
        course.struck()
        course.paged_of_it()
        course.acknowledged()
        course.resolved()
        course.rests()
        return Tried.of(fault, 1, [prove(here)], course.recovered_s).remarked(idle)


def gone(nursery: Nursery, folder: Path, server: Server, seconds: float) -> Tried:
    here = Scene(folder / f"gone-{seconds}", nursery, server.new(), metrics=("m0", "m1"))
    fault = f"PostgreSQL gone for {seconds:.0f} s, as in a crash" if seconds else "PostgreSQL restarted"
    return _struck(fault, here, lambda _: server.stop(), lambda _: server.start(), seconds)


def read_only(nursery: Nursery, folder: Path, server: Server, seconds: float) -> Tried:
    def refuses(state: str) -> Deed:
        alter = f"ALTER SYSTEM SET default_transaction_read_only = {state}"
        return lambda _: server.says(alter, "SELECT pg_reload_conf()")

    here = Scene(folder / "read-only", nursery, server.new(), metrics=("m0", "m1"))
    return _struck(f"PostgreSQL read-only for {seconds:.0f} s", here, refuses("on"), refuses("off"), seconds)


def full(nursery: Nursery, folder: Path, seconds: float) -> Tried:
    """No file of the bot can grow, as on a full disk."""

    def files_end_at(most: int) -> Deed:
        limits = most, resource.RLIM_INFINITY
        return lambda course: _limit(course.bots[0].number, limits)

    here = Scene(folder / "full", nursery, metrics=("m0", "m1"))
    fault = f"SQLite: no room to write for {seconds:.0f} s"
    return _struck(fault, here, files_end_at(1), files_end_at(resource.RLIM_INFINITY), seconds)


def _limit(process: int, limits: tuple[int, int]) -> None:
    resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


def locked(nursery: Nursery, folder: Path, seconds: float) -> Tried:
    here = Scene(folder / "locked", nursery, metrics=("m0", "m1"))
    with closing(sqlite3.connect(here.folder / "vigil.db", isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 10000")
        return _struck(
            f"SQLite locked by somebody else for {seconds:.0f} s",
            here,
            lambda _: other.executescript("BEGIN IMMEDIATE"),
            lambda _: other.rollback(),
            seconds,
        )
