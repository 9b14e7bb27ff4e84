"""Pasts of metrics that the tests of criteria and reports are told with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot.domain.criteria.grounds import Grounds, Past
from bot.domain.measures.history import EPOCH, Point, Summary, stretches, summarise
from bot.domain.setup import Metric
from bot.domain.text import Label
from checks.threshold import Condition

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
T0 = datetime(2026, 1, 18, 16, tzinfo=UTC)
"""Midnight in Shanghai: 19 January 2026."""

EVERY = timedelta(minutes=5)
Values = Iterable[tuple[datetime, float]]


def flat(
    value: float | Callable[[float], float],
    length: timedelta = DAY,
    *,
    but: tuple[float, float] | None = None,
    every: timedelta = EVERY,
) -> list[tuple[datetime, float]]:
    """A value (or a function of the hour) every so often from T0 on; none from hour to hour `but`."""
    times = (T0 + number * every for number in range(length // every))
    found = []
    for at in times:
        hour = (at - T0) / HOUR
        if but is None or not but[0] <= hour < but[1]:
            found.append((at, value(hour) if callable(value) else value))
    return found


def summary(values: Values, since: datetime = T0, until: datetime = T0 + DAY) -> Summary:
    moments = [(round((at - EPOCH) / timedelta(microseconds=1)), value) for at, value in values]
    return summarise(list(stretches(moments)), since, until)


def past(values: Values, until: datetime = T0 + DAY) -> Past:
    inside = [(at, value) for at, value in values if T0 <= at < until]
    hours = groupby(inside, key=lambda each: (each[0] - T0) // HOUR)
    return Past(
        summary=summary(inside, T0, until),
        hours=tuple(
            Point(
                at=T0 + number * HOUR,
                summary=summary(list(group), T0 + number * HOUR, T0 + (number + 1) * HOUR),
            )
            for number, group in hours
        ),
    )


def metric(
    key: str, label: str = "", unit: str = "%", tier: int = 2, group: str = "orders", **limits: str
) -> Metric:
    conditions = {name: Condition.parse(text) for name, text in limits.items()}
    return Metric(  # type: ignore[arg-type]
        key=key, label=Label(label or key), unit=unit, tier=tier, group=group, **conditions
    )


def grounds(values: dict[str, Values], *metrics: Metric, length: timedelta = DAY, **more: object) -> Grounds:
    """What is stored about these metrics from T0 on."""
    known = {each.key: each for each in metrics} or {key: metric(key) for key in values}
    return Grounds(  # type: ignore[arg-type]
        since=T0,
        until=T0 + length,
        metrics=known,
        past={key: past(each, T0 + length) for key, each in values.items()},
        **more,
    )
