"""Waiting for what other processes do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

DEADLINE_S = 90.0


def until(holds: Callable[[], object], within_s: float = DEADLINE_S, what: str = "it") -> float:
    """How many seconds it took. Raises TimeoutError."""
    began, waiting = time.monotonic(), threading.Event()
    while not holds():
        if time.monotonic() - began > within_s:
            raise TimeoutError(f"{what} did not happen within {within_s:.0f} s")
        waiting.wait(0.05)
    return time.monotonic() - began


def pause(seconds: float) -> None:
    """Let the others go on for a while."""
    threading.Event().wait(seconds)
