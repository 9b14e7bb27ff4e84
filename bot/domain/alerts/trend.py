"""How a metric went around an alert, and whether the problem is older than the deployment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.text import Quantity, Span, Text, say

_BARS = "▁▂▃▄▅▆▇█"
BEFORE = timedelta(minutes=30)
"""How far before an alert its trend begins."""

LOOK_BACK = timedelta(days=7)
MOST_POINTS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Means of even stretches in order of time, and the extremes of all values in them."""

    values: tuple[float, ...]
    low: Quantity
    high: Quantity
    since: datetime


def sparkline(values: Sequence[float]) -> str:
    """`▁▁▂█`: one block a value, the lowest to the highest; what does not change is a flat line."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high == low:
        return _BARS[0] * len(values)
    # Halved, because the distance of two very large numbers is none that can be told.
    steps = (((value / 2 - low / 2) / (high / 2 - low / 2)) for value in values)
    return "".join(_BARS[min(int(step * len(_BARS)), len(_BARS) - 1)] for step in steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """How a problem relates to the newest deployment before it.

    `before` counts its alerts in the time before the deployment in which it was measured, `measured` long.
    """

    version: str
    after: timedelta
    before: int
    measured: timedelta


def novelty(found: Novelty) -> Text:
    """`first seen 12m after v1, absent in the 7d before`. What was not measured before says nothing."""
    seen = say("First seen {span} after {version}", span=Span.of(found.after), version=found.version)
    if found.measured <= timedelta(0):
        return seen
    length = Span.of(found.measured)
    if found.before:
        return say("{seen}, {count} times in the {span} before", seen=seen, count=found.before, span=length)
    return say("{seen}, absent in the {span} before", seen=seen, span=length)
