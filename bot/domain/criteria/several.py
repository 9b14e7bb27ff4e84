"""Criteria about several metrics: complete data, no swings, no worse than before."""

from __future__ import annotations

from statistics import median

from bot.domain.criteria.criterion import Criterion
from bot.domain.criteria.found import ROWS, found, if_complete
from bot.domain.criteria.grounds import Grounds, percent
from bot.domain.criteria.values import hour
from bot.domain.measures.baseline import Change
from bot.domain.measures.history import Point
from bot.domain.text import Quantity, say
from bot.domain.watches.verdict import Finding, Outcome

SWING = 6.0
SWING_PART = 0.25
"""An hour swings when its mean is more than SWING median deviations away from the median hour, and more
than SWING_PART of it: both, so that a metric that hardly moves is not blamed for a trifle."""


def data_complete(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    told = say(
        "{count} of {all} metrics complete", count=len(criterion.subjects), all=len(criterion.subjects)
    )
    return if_complete(criterion, grounds, criterion.subjects, told, None)


def no_swings(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    rows = tuple(
        say("{metric}, {hour}", metric=grounds.label(key), hour=hour(point, grounds.metrics[key].unit))
        for key in criterion.subjects
        if key in grounds.past and key in grounds.metrics
        for point in swings(grounds.past[key].hours)
    )
    if rows:
        told = say("{count} hours are far from the others: {first}", count=len(rows), first=rows[0])
        return found(Outcome.FAILED, told, criterion, grounds, value=Quantity(len(rows)), rows=rows[:ROWS])
    told = say(
        "no hour is more than {size} median deviations and {part} away from the median hour",
        size=SWING,
        part=percent(SWING_PART),
    )
    return if_complete(criterion, grounds, criterion.subjects, told, Quantity(0.0))


def swings(hours: tuple[Point, ...]) -> tuple[Point, ...]:
    """The hours whose mean is far from the median hour: see SWING."""
    means = [point.summary.mean for point in hours if point.summary.mean is not None]
    if len(means) < 3:
        return ()
    middle = median(means)
    deviation = median(abs(mean - middle) for mean in means)
    far = max(SWING * deviation, SWING_PART * abs(middle))
    return tuple(
        point for point in hours if point.summary.mean is not None and abs(point.summary.mean - middle) > far
    )


def as_before(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    compared = [grounds.compared[key] for key in criterion.subjects if key in grounds.compared]
    rows = tuple(say("{metric}: {why}", metric=each.label, why=each.reason) for each in compared)
    worse, unknown = (
        [row for each, row in zip(compared, rows, strict=True) if each.verdict is verdict]
        for verdict in (Change.WORSE, Change.NO_DATA)
    )
    if worse:
        told = say("{count} worse than before: {first}", count=len(worse), first=worse[0])
        return found(Outcome.FAILED, told, criterion, grounds, rows=tuple(worse[:ROWS]))
    if unknown:
        told = say("{count} cannot be compared: {first}", count=len(unknown), first=unknown[0])
        return found(Outcome.INCONCLUSIVE, told, criterion, grounds, rows=tuple(unknown[:ROWS]))
    if not compared:
        told = say("there is no baseline to compare with")
        return found(Outcome.INCONCLUSIVE, told, criterion, grounds)
    told = say("{count} of {all} no worse than before", count=len(compared), all=len(compared))
    return if_complete(criterion, grounds, criterion.subjects, told, None)
