"""Vigil in the benchmark's own process: what else is measured there waits for Python's lock beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.clock import RealClock
from bot.config import load
from bot.slack.access import access_from
from bot.wiring import Program
from peers.program import wait
from peers.vigil import configured


@contextmanager
def vigil_inside(folder: Path, parts: str, slack: Mapping[str, str]) -> Iterator[str]:
    """A bot as `vigil` starts it, but here, once it is ready: its URL."""
    program = Program(load(configured(folder, parts), {}), access_from(slack), RealClock())
    web = program.serve_web("127.0.0.1", 0)
    program.start()
    try:
        while program.readiness().troubles:
            wait(0.1)
        yield web.url
    finally:
        web.stop()
        program.stop()
