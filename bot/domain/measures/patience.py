"""Who keeps a place for as long as may be waited for an answer is asked apart from those that answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_NEARLY = 0.9
"""Some kinds of checks give up a little before their time is up."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Whether a check is asked `apart` next time, in a limited share of the places, and why."""

    apart: bool
    reason: str


AMONG_ALL = Seat(apart=False, reason="it answers in time")


def seat(took: timedelta, timeout: timedelta) -> Seat:
    """By the last answer alone: one that hangs waits among its like at once, and is back once it answers.

    What it said does not matter, only for how long its place was nobody else's.
    """
    if took < _NEARLY * timeout:
        return AMONG_ALL
    seconds, most = took.total_seconds(), timeout.total_seconds()
    return Seat(apart=True, reason=f"its last answer took {seconds:.3g} s of the {most:.3g} s that it has")
