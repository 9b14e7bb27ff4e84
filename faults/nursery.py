"""Bots as processes of their own: begun within a blink, and seen to be gone by whoever killed them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

REPOSITORY = Path(__file__).resolve().parents[1]
LEAKY = str(REPOSITORY / "faults" / "leaky")
"""Where the kind of check is installed that leaks."""


class Life:
    """A process that somebody else is the parent of."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._watched: int | None = None
        with suppress(ProcessLookupError):  # it has ended already
            self._watched = os.pidfd_open(number)

    @property
    def alive(self) -> bool:
        return not self.ends_within(0)

    def ends_within(self, seconds: float) -> bool:
        if self._watched is None:
            return True
        waiting = select.poll()
        waiting.register(self._watched, select.POLLIN)
        return bool(waiting.poll(seconds * 1000))

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            os.kill(self.number, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.ends_within(10)


class Nursery:
    """Begins bots and workers; all that it began are gone with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cradle = subprocess.Popen(
            [sys.executable, "-m", "faults.cradle"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cradle.kill()
        self._cradle.communicate()

    def begin(
        self,
        folder: Path,
        arguments: list[str],
        environment: dict[str, str],
        dies_at: str | None = None,
        by: signal.Signals = signal.SIGKILL,
        ordinary: bool = False,
    ) -> Life:
        """`vigil` with these arguments. `dies_at` names a fault point; with "" those passed are kept.

        `ordinary`: without root's rights.
        """
        order = {
            "arguments": arguments,
            "environment": environment,
            "log": str(folder / "bot.log"),
            "clock": str(folder / "clock"),
            "points": "" if dies_at is None else str(folder / "points"),
            "dies_at": dies_at,
            "by": by,
            "ordinary": ordinary,
        }
        with self._lock:
            if not self._cradle.stdin:
                raise RuntimeError("the cradle cannot be spoken to")
            self._cradle.stdin.write(json.dumps(order) + "\n")
            self._cradle.stdin.flush()
            return Life(int(self._answer()))

    def _answer(self) -> str:
        line = self._cradle.stdout.readline() if self._cradle.stdout else ""
        if not line:
            raise RuntimeError("the cradle is gone; its words are above")
        return line.strip()
