"""A PostgreSQL with a standby that has whatever it has acknowledged, and takes its place when it is gone."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType

from sqlalchemy import make_url

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.server import Server
from faults.table import Tried
from faults.waiting import until


class Pair:
    """Two servers, and one database on both."""

    def __init__(self) -> None:
        self._first = Server()
        self._folder = Path(mkdtemp(prefix="vigil-standby-"))
        self._cluster = self._folder / "cluster"
        try:
            self._begin_standby()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        # Its commits wait for the standby: nothing that the first one has acknowledged is lost with it.
        self._first.says("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")

    def __enter__(self) -> Pair:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if (self._cluster / "postmaster.pid").exists():
            self._first.tool("pg_ctl", "-w", "-D", str(self._cluster), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._first.__exit__(None, None, None)

    def new(self) -> str:
        """The URL of a new, empty database: whichever of both servers may be written to."""
        url = make_url(self._first.new())
        both = {"host": f"{self._first.socket},{self._folder}", "target_session_attrs": "read-write"}
        return url.set(query=both).render_as_string(hide_password=False)

    def fails_over(self) -> None:
        """The first is gone for good, and the second is told to be the first."""
        self._first.stop()
        self._first.tool("pg_ctl", "-w", "-D", str(self._cluster), "promote")

    def _begin_standby(self) -> None:
        self._first.give(self._folder)
        copy = ("-U", "postgres", "-D", str(self._cluster), "-R", "-X", "stream", "-c", "fast")
        self._first.tool("pg_basebackup", "-h", str(self._first.socket), *copy)
        placed = ("-o", f'-h "" -k {self._folder}', "-l", str(self._folder / "log"))
        self._first.tool("pg_ctl", "-w", *placed, "-D", str(self._cluster), "start")
        until(lambda: self._first.asks("SELECT count(*) FROM pg_stat_replication"), what="a standby")


def failed_over(nursery: Nursery, folder: Path) -> Tried:
    """Two bots, whose database is gone with an alert in hand and there again on another server.

    `recovered_s` is from the moment that the other server takes over to the page.
    """
    with Pair() as pair, scene(Scene(folder / "standby", nursery, pair.new(), metrics=("m0", "m1"))) as here:
        course = Course(here)
        course.begin(count=2)
        course.whole()
        here.breaks("m1")
        pair.fails_over()
        course = Course(here, "m1", bots=course.bots)
        course.struck()
        course.paged_of_it()
        course.acknowledged()
        course.resolved()
        course.rests()
        fault = "PostgreSQL gone for good, a standby takes its place"
        return Tried.of(fault, 1, [prove(here)], course.recovered_s)
