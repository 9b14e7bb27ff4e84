"""A clock for the whole sample: it jumps over every pause, as far as it is told, and then stands still."""

from __future__ import annotations

import asyncio
import math
import selectors
import time


class Clock(selectors.SelectSelector):
    """Seconds since it began. It moves to the next timer instead of waiting, but not beyond `until`."""

    def __init__(self, begins_at: float, until: float = math.inf) -> None:
        """`begins_at` is in epoch seconds; from now on it is what `time` tells in this program."""
        super().__init__()
        self.now = 0.0
        self.until = until
        self._begins_at = begins_at
        time.monotonic = lambda: self.now
        time.time = lambda: begins_at + self.now

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop that lives by this clock."""
        loop = asyncio.SelectorEventLoop(self)
        loop.time = lambda: self.now  # type: ignore[method-assign]
        return loop

    async def go_on(self, at: float) -> None:
        """Let time go on until that instant, in epoch seconds; returns when it has come."""
        self.until = max(self.until, at - self._begins_at)
        await asyncio.sleep(self.until - self.now)
        self.now = self.until  # a timer may be a nanosecond early

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # What has arrived already came at this instant, before any timer.
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        step = min(math.inf if timeout is None else max(timeout, 0), self.until - self.now)
        if step <= 0 or step == math.inf:
            return super().select(None)
        self.now += step
        return ready
