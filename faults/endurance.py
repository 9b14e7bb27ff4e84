"""A day of load on a held clock: what a bot holds on to."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from bot.clock import HeldClock, RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.wiring import Program
from faults.course import Course
from faults.kills import scene
from faults.nursery import LEAKY, Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.table import Tried

MOST_MB = 15.0
EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds: resident memory in MB, threads, open files."""

    memory: float
    threads: int
    files: int

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        return cls.by(os.getpid())

    @classmethod
    def by(cls, number: int) -> Held:
        process = psutil.Process(number)
        return cls(process.memory_info().rss / 1024**2, process.num_threads(), process.num_fds())


def a_day(nursery: Nursery, folder: Path, hours: int = 24) -> Tried:
    """Six alerts an hour, each paged, acknowledged and mended; compared with what it held early."""
    metrics = tuple(f"m{number}" for number in range(6))
    with scene(Scene(folder / "day", nursery, metrics=metrics, every="10s")) as here:
        clock = HeldClock(RealClock().now() - timedelta(hours=hours))
        access = SlackAccess("xoxb-local", "xapp-local", api_url=f"{here.workspace.url}/api/")
        program = Program(load(here.folder / "config.yaml", {}), access, clock, threads=False)
        program.connect()
        here.until(lambda: program.connected and here.connected, "that the bot was connected")
        jumps = program.jumps(clock)
        early = Held.now()
        rounds = hours * 6
        for number in range(rounds):
            metric = here.metrics[number % 6]
            here.breaks(metric)
            jumps.pass_until(clock.now() + EVERY / 4)
            for card in here.cards(metric)[-1:]:
                here.presses(card, "ack")
            jumps.settle()
            here.mends(metric)
            jumps.pass_until(clock.now() + EVERY * 3 / 4)
            if number == rounds // 10:
                early = Held.now()
        late = Held.now()
        program.stop()
        proof = prove(here, cards=False)
    fault = f"{hours} h of load on a clock that jumps"
    tried = Tried.of(fault, rounds, [proof], 0)
    return tried.remarked(
        _grown(early, late),
        f"memory {late.memory - early.memory:+.0f} MB of "
        f"{early.memory:.0f}, threads {late.threads - early.threads:+d}, files {late.files - early.files:+d}",
    )


LEAKS = (
    "leaky: {kind: leaky, every: 1s, timeout: 2s}",
    'daemons: {kind: command, run: [setsid, --fork, sleep, "613"], output: exit, every: 1s, timeout: 2s}',
)
MOST_LEFT = 16 * 10


def leaking(nursery: Nursery, folder: Path) -> Tried:
    """A kind that leaks threads, files and memory, and a program that leaves others behind.

    Both must be named and hold no more from then on, and others be woken for as ever.
    """
    sys.path.append(LEAKY)  # the proof reads the configuration too
    with scene(Scene(folder / "leaking", nursery, checks=LEAKS)) as here:
        course = Course(here)
        course.begin()
        try:
            began = here.now()
            here.until(
                lambda: here.cards("open files behind") and here.cards("programs behind"), "names", 300
            )
            named = here.now() - began
            early = Held.by(course.bots[0].number)
            course.passes(60)
            late = Held.by(course.bots[0].number)
            left = _sleepers()
            course.whole()
            course.rests()
        finally:
            for each in _sleepers():
                each.kill()
        proof = prove(here)
    tried = Tried.of("checks that leak threads, files, memory and programs", len(LEAKS), [proof], 0)
    many = ("too many programs were left",) if len(left) > MOST_LEFT else ()
    return tried.remarked(
        _grown(early, late) + many,
        f"named within {named:.0f} s, by {early.threads} threads, {early.files} files, {len(left)} programs; "
        f"in the next minute memory {late.memory - early.memory:+.0f} MB",
    )


def _sleepers() -> list[psutil.Process]:
    """What the program has left behind."""
    found = psutil.process_iter(["cmdline"])
    return [each for each in found if each.info["cmdline"] == ["sleep", "613"]]


def _grown(early: Held, late: Held) -> tuple[str, ...]:
    grown = []
    if late.memory - early.memory > MOST_MB:
        grown.append("memory has grown")
    if late.threads > early.threads + 1:
        grown.append("threads have become more")
    if late.files > early.files + 2:
        grown.append("open files have become more")
    return tuple(grown)
