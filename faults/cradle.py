"""The process from which bots are forked: it has loaded all that a bot needs, so each is there at once.

It reads one order a line, as JSON, and answers each with the process ID of the bot.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bot.clock
import bot.fleet.queue
import bot.fleet.worker
import bot.store
import bot.web
import bot.wiring
import bot.workspace
from bot.cli import main
from faults.nursery import LEAKY
from faults.points import Faults

_DIES_WITH_ITS_PARENT = 1
_CAPABILITIES_VERSION = 0x20080522
_SET_SECUREBITS = 28
_NO_RIGHTS_BY_BEING_ROOT = 0b11
Order = dict[str, Any]


def serve() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.path.append(LEAKY)
    cradle = os.getpid()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(json.loads(line), cradle)
        print(child, flush=True)


def _live(order: Order, cradle: int) -> None:
    """A bot from its beginning to its end, in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if order["ordinary"]:
        _become_ordinary()
    ctypes.CDLL(None).prctl(_DIES_WITH_ITS_PARENT, signal.SIGKILL)
    if os.getppid() != cradle:
        os._exit(1)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, standard)
    os.environ.update(order["environment"])
    bot.clock.RealClock = _clock_of(Path(order["clock"]))  # type: ignore[misc]
    if order["points"]:
        bot.wiring.Program = _observed(order)  # type: ignore[misc]
    try:
        main(order["arguments"])
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    os._exit(0)


def _become_ordinary() -> None:
    """Without root's rights, for good: the modes of files hold for it, and for what it starts."""
    system = ctypes.CDLL(None)
    system.prctl(_SET_SECUREBITS, _NO_RIGHTS_BY_BEING_ROOT)
    system.capset((ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0), (ctypes.c_uint32 * 6)())


def _clock_of(file: Path) -> type[bot.clock.RealClock]:
    """A clock that goes wrong by as many seconds as the file says, as soon as it says so."""

    class Clock(bot.clock.RealClock):
        def machine(self) -> datetime:
            return super().machine() + timedelta(seconds=float(file.read_text() or 0))

    return Clock


def _observed(order: Order) -> type[bot.wiring.Program]:
    """A program that writes down the points it passes, and is struck at one, unless another bot was."""

    class Observed(bot.wiring.Program):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            Faults(_kills(order), threads=True).watch(self)

    return Observed


def _kills(order: Order) -> Callable[[str], bool]:
    passed = os.open(order["points"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def kills(point: str) -> bool:
        os.write(passed, f"{point}\n".encode())
        if point == order["dies_at"]:
            try:
                os.close(os.open(order["points"] + ".died", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return False
            os.kill(os.getpid(), order["by"])
        return False

    return kills


if __name__ == "__main__":
    serve()
