"""How fast a channel may be spoken to."""

from __future__ import annotations

from datetime import datetime, timedelta

BURST = 8
PERIOD = timedelta(seconds=1)
"""Slack takes about one message a second and channel, and bears short bursts."""


class Pace:
    """A bucket a channel, refilled once a PERIOD. Pages are counted but never wait."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}

    def wait(self, channel: str, now: datetime) -> timedelta:
        """How long a message that can wait should wait; zero takes a place."""
        free_at = max(self._free_at.get(channel, now), now)
        ahead = free_at - now - (BURST - 1) * PERIOD
        if ahead > timedelta(0):
            return ahead
        self._free_at[channel] = free_at + PERIOD
        return timedelta(0)

    def hold(self, channel: str, until: datetime) -> None:
        """Slack asks for quiet until then: what can wait waits."""
        free_at = until + (BURST - 1) * PERIOD
        self._free_at[channel] = max(self._free_at.get(channel, free_at), free_at)

    def count(self, channel: str, now: datetime) -> None:
        """A page went out: it takes its place without asking."""
        self._free_at[channel] = max(self._free_at.get(channel, now), now) + PERIOD
