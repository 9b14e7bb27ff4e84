"""The only file that asks the time."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Lock

log = logging.getLogger(__name__)

PACE = 5 / 6
"""How fast time goes here while the machine's clock, which was set back, is behind: ten minutes an hour are
made up, and whoever is to be woken in ten minutes is woken in twelve.
"""

SET_BACK = timedelta(seconds=2)
"""Clocks of computers are corrected by less all the time."""

MOST_AHEAD = timedelta(days=1)
"""What was written down later than that from now is no sign of a clock that was set back lately."""


class RealClock:
    """The machine's clock, but for one thing: it never goes back.

    Set back by an hour, the machine's clock would keep everything waiting for an hour, and let what was
    done be due again. This one goes on from where it was, a little slower, until the other has come up to it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._said, self._ticks = self.machine(), self.ticks()
        self._behind = False

    def machine(self) -> datetime:
        """What the machine's clock says."""
        return datetime.now(UTC)

    def ticks(self) -> float:
        """Seconds that have passed, whatever the machine's clock is set to."""
        return time.monotonic()

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def go_on_from(self, latest: datetime) -> None:
        """Begin no earlier than with what was written down last, by whoever was here before."""
        with self._lock:
            if self._now() < latest <= self._said + MOST_AHEAD:
                self._said = latest

    def _now(self) -> datetime:
        machine, ticks = self.machine(), self.ticks()
        gone = timedelta(seconds=(ticks - self._ticks) * PACE)
        self._said, self._ticks = max(machine, self._said + gone), ticks
        self._remark(self._said - machine)
        return self._said

    def _remark(self, ahead: timedelta) -> None:
        if ahead > SET_BACK and not self._behind:
            log.warning(
                "the clock of this machine was set back by %.0f s; nothing waits for it: times said here are "
                "that much ahead, by ten minutes less each hour",
                ahead.total_seconds(),
            )
        self._behind = ahead > SET_BACK


class HeldClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
