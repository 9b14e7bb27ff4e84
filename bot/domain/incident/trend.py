"""Whether a metric keeps getting worse, or never gets well: judged from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from bot.domain.incident.playbook import Course, Trend
from bot.domain.text import Quantity, Span, Text, say

LEAST = 6
"""So many values at least: fewer tell of no trend."""

COVERED = 0.8
"""The values must cover so much of the time: what was not measured is neither bad nor good."""

STEEP = 1.1
"""Worse by a tenth from third to third; less is noise."""


def judge_trend(
    trend: Trend, values: Sequence[tuple[datetime, float]], unit: str, now: datetime
) -> Text | None:
    """The sentence that makes rolling back due; None when there is no reason. `values` in order of time."""
    since = now - trend.for_
    inside = [(at, value) for at, value in values if since <= at <= now]
    if len(inside) < LEAST or inside[-1][0] - inside[0][0] < trend.for_ * COVERED:
        return None
    numbers = [value for _, value in inside]
    span = Span.of(trend.for_)
    if trend.course is Course.STUCK:
        if not all(trend.bad.holds(value) for value in numbers):
            return None
        newest = Quantity(numbers[-1], unit)
        return say(
            "{metric} has not recovered for {span}, it is {value}",
            metric=trend.label,
            span=span,
            value=newest,
        )
    return _worsening(trend, inside, unit)


def _worsening(trend: Trend, inside: Sequence[tuple[datetime, float]], unit: str) -> Text | None:
    numbers = [value for _, value in inside]
    third = len(numbers) // 3
    first, middle, last = (
        median(part) for part in (numbers[:third], numbers[third:-third], numbers[-third:])
    )
    upwards = trend.bad.operator in (">", ">=", "outside", "=")
    worse = first * STEEP < last and first <= middle <= last
    if not upwards:
        worse = last * STEEP < first and first >= middle >= last
    if not worse or not all(trend.bad.holds(value) for value in numbers[-third:]):
        return None
    return say(
        "{metric} keeps getting worse: from {first} to {last} within {span}",
        metric=trend.label,
        first=Quantity(first, unit),
        last=Quantity(last, unit),
        span=Span.of(trend.for_),
    )
