"""The database is gone, refuses, is full or locked while somebody is to be woken."""

from __future__ import annotations

import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.server import Server
from faults.table import Tried, Untried

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
        course.passes(seconds)
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
    """No file of the bot can grow."""

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


def disk_full(nursery: Nursery, folder: Path, seconds: float) -> Tried:
    """The database lies on a small disk, which somebody else fills up."""
    with small_disk(folder / "disk") as disk:
        here = Scene(folder / "disk-full", nursery, f"sqlite:///{disk / 'vigil.db'}", metrics=("m0", "m1"))
        rubbish = disk / "rubbish"
        return _struck(
            f"SQLite: disk full for {seconds:.0f} s",
            here,
            lambda _: _fill(rubbish),
            lambda _: rubbish.unlink(),
            seconds,
        )


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Raises Untried where nobody may mount one."""
    place.mkdir(parents=True)
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if not (mount and unmount and _runs(mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place))):
        raise Untried("mounting a small disk needs root")
    try:
        yield place
    finally:
        _runs(unmount, "--lazy", str(place))


def _runs(*command: str) -> bool:
    return not subprocess.run(command, capture_output=True).returncode


def _fill(rubbish: Path) -> None:
    """To the last byte."""
    with suppress(OSError), rubbish.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def not_to_be_written(nursery: Nursery, folder: Path, what: str, seconds: float) -> Tried:
    """A bot that begins finds the "file" or the "folder" of its database read-only, by its mode."""
    place = folder / f"read-only-{what}"
    here = Scene(place, nursery, f"sqlite:///{place / 'kept' / 'vigil.db'}", metrics=("m0", "m1"))
    (place / "kept").mkdir()
    target, strict, usual = {
        "file": (place / "kept" / "vigil.db", 0o400, 0o600),
        "folder": (place / "kept", 0o500, 0o700),
    }[what]

    def strike(course: Course) -> None:
        course.bots[0].send(signal.SIGTERM)
        course.bots[0].ends_within(10)
        target.chmod(strict)

    fault = f"SQLite: its {what} read-only for {seconds:.0f} s"
    tried = _struck(fault, here, strike, lambda _: target.chmod(usual), seconds)
    told = "set `storage`" in (place / "bot.log").read_text()
    return tried.remarked(() if told else ("the bot did not say how to mend it",))
