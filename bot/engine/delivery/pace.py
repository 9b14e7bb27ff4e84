"""How fast a channel may be spoken to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BURST = 8
PERIOD = timedelta(seconds=1)
"""Slack takes about one message a second and channel, and bears short bursts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket that is refilled once a PERIOD; `free_at` is when it will be full again.

    It is kept in the database: all who speak to a channel share what it bears.
    """

    free_at: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long a message that can wait should wait. Pages never do."""
        ahead = (self.free_at or now) - now - (BURST - 1) * PERIOD
        return max(ahead, timedelta(0))

    def spoken(self, now: datetime) -> Pace:
        """A message went out: it takes its place."""
        return Pace(max(self.free_at or now, now) + PERIOD)

    def held(self, until: datetime) -> Pace:
        """Slack asks for quiet until then: what can wait waits."""
        free_at = until + (BURST - 1) * PERIOD
        return Pace(max(self.free_at or free_at, free_at))
