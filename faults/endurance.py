"""A day of load on a held clock: what a bot holds on to."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from bot.clock import HeldClock, RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.wiring import Program
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.table import Tried

MOST_MB = 15.0
EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds: resident memory in MB, threads, open files."""

    memory: float
    threads: int
    files: int

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        process = psutil.Process()
        resident = process.memory_info().rss / 1024**2
        return cls(resident, threading.active_count(), len(os.listdir("/proc/self/fd")))


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


def _grown(early: Held, late: Held) -> tuple[str, ...]:
    grown = []
    if late.memory - early.memory > MOST_MB:
        grown.append("memory has grown")
    if late.threads > early.threads + 1:
        grown.append("threads have become more")
    if late.files > early.files + 2:
        grown.append("open files have become more")
    return tuple(grown)
