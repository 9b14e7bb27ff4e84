"""Criteria about the values of one metric: every one of them, their mean, a percentile."""

from __future__ import annotations

from bot.domain.alerts.health import condition
from bot.domain.criteria.criterion import Criterion
from bot.domain.criteria.found import ROWS, found, if_complete, no_values, unit_of
from bot.domain.criteria.grounds import Grounds
from bot.domain.measures.history import Point
from bot.domain.text import Instant, Quantity, Text, say
from bot.domain.watches.verdict import Finding, Outcome
from checks.threshold import Condition

_NO_LIMIT = Condition(">=", float("-inf"))


def always(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    key, limit = criterion.subjects[0], criterion.limit or _NO_LIMIT
    past, unit = grounds.past.get(key), unit_of(criterion, grounds)
    if past is None or past.summary.min is None or past.summary.max is None:
        return no_values(criterion, grounds)
    offences = grounds.offences.get(number, ())
    bad = next((each for each in (past.summary.max, past.summary.min) if not limit.holds(each)), None)
    if bad is None:
        held = say("all {count} values {limit}", count=past.summary.count, limit=condition(limit, unit))
        return if_complete(criterion, grounds, (key,), held, Quantity(past.summary.max, unit))
    worst = Quantity(bad, unit)
    rows = tuple(
        say("{at}: {value}", at=Instant(each.at), value=Quantity(each.value, unit)) for each in offences
    )
    if offences:
        told = say(
            "{metric} was {value} at {at}, not {limit}",
            metric=grounds.label(key),
            value=Quantity(offences[0].value, unit),
            at=Instant(offences[0].at),
            limit=condition(limit, unit),
        )
    else:
        told = say(
            "{metric} was {value}, not {limit}",
            metric=grounds.label(key),
            value=worst,
            limit=condition(limit, unit),
        )
    return found(Outcome.FAILED, told, criterion, grounds, value=worst, rows=rows)


def average(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    past = grounds.past.get(criterion.subjects[0])
    mean = past.summary.mean if past else None
    said = say("average {value}", value=Quantity(mean or 0.0, unit_of(criterion, grounds)))
    return _one_number(criterion, grounds, mean, said)


def percentile(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    past = grounds.past.get(criterion.subjects[0])
    found = past.summary.percentile(criterion.percentile) if past else None
    value = Quantity(found or 0.0, unit_of(criterion, grounds))
    return _one_number(criterion, grounds, found, say("P{p} {value}", p=criterion.percentile, value=value))


def _one_number(criterion: Criterion, grounds: Grounds, value: float | None, said: Text) -> Finding:
    key, limit, unit = criterion.subjects[0], criterion.limit or _NO_LIMIT, unit_of(criterion, grounds)
    if value is None:
        return no_values(criterion, grounds)
    if limit.holds(value):
        return if_complete(criterion, grounds, (key,), said, Quantity(value, unit))
    told = say("{found}, not {limit}", found=said, limit=condition(limit, unit))
    hours = grounds.past[key].hours
    worst = sorted(hours, key=lambda point: point.summary.mean or 0.0, reverse="<" in limit.operator)
    rows = tuple(hour(point, unit) for point in worst[:ROWS])
    return found(Outcome.FAILED, told, criterion, grounds, value=Quantity(value, unit), rows=rows)


def hour(point: Point, unit: str) -> Text:
    return say(
        "from {at}: average {mean}, highest {high}, {count} values",
        at=Instant(point.at),
        mean=Quantity(point.summary.mean or 0.0, unit),
        high=Quantity(point.summary.max or 0.0, unit),
        count=point.summary.count,
    )
