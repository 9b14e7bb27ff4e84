"""Before and after a deployment, metric by metric: by size of change and by a test of ranks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from statistics import fmean
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY
from bot.domain.measures.ranks import RankTest, compare_ranks, least_p_value
from bot.domain.setup import Metric, Tolerance, Worse
from bot.domain.text import Label, Quantity, Text, say
from checks.threshold import Condition

MOST_VALUES = 1_000
"""So many values of a sample are kept for the test of ranks; mean and count are of all."""


class Change(StrEnum):
    """What became of a metric."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The values of one metric in a window: their count and mean, and an even selection of them in time.

    `moments` are when the selected `values` were measured, in seconds since 1970 (empty: nobody knows).
    `not_numbers` counts values that were not finite; they are in neither.
    """

    count: int = 0
    mean: float | None = None
    values: tuple[float, ...] = ()
    moments: tuple[int, ...] = ()
    not_numbers: int = 0


@dataclass(slots=True)
class Gathering:
    """Takes values one by one, in order of time, in memory that does not grow with their number."""

    _count: int = 0
    _mean: float = 0.0
    _stride: int = 1
    _kept: list[float] = field(default_factory=list)
    _moments: list[int] = field(default_factory=list)
    _not_numbers: int = 0

    def add(self, value: float, at: datetime | None = None) -> None:
        if not math.isfinite(value):
            self._not_numbers += 1
            return
        if self._count % self._stride == 0:
            self._kept.append(value)
            if at is not None:
                self._moments.append(int(at.timestamp()))
            if len(self._kept) > MOST_VALUES:
                del self._kept[1::2], self._moments[1::2]
                self._stride *= 2
        self._count += 1
        self._mean += (value - self._mean) / self._count

    def sample(self) -> Sampled:
        return Sampled(
            count=self._count,
            mean=self._mean if self._count else None,
            values=tuple(self._kept),
            moments=tuple(self._moments),
            not_numbers=self._not_numbers,
        )


def sample_of(values: Iterable[float]) -> Sampled:
    """All of these values, in order of time."""
    gathering = Gathering()
    for value in values:
        gathering.add(value)
    return gathering.sample()


LEAST_ALIKE = 30
"""With fewer values of the same hours of day, those of all hours are compared instead."""


def same_hours(sampled: Sampled, zone: ZoneInfo, since: datetime, until: datetime) -> Sampled:
    """The values of the hours of day that lie between two instants less than a day apart, if they suffice."""
    if until - since >= DAY or len(sampled.moments) != len(sampled.values):
        return sampled
    first, last = (each.astimezone(zone).time() for each in (since, until))
    alike = [
        (value, moment)
        for value, moment in zip(sampled.values, sampled.moments, strict=True)
        if _between(datetime.fromtimestamp(moment, zone).time(), first, last)
    ]
    if len(alike) < LEAST_ALIKE:
        return sampled
    values, moments = zip(*alike, strict=True)
    return Sampled(count=len(values), mean=fmean(values), values=values, moments=moments)


def _between(at: time, first: time, last: time) -> bool:
    return first <= at < last if first <= last else at >= first or at < last


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was measured in a window before the deployment; `source` says where it comes from."""

    service: str
    since: datetime
    until: datetime
    captured_at: datetime
    source: Text
    samples: Mapping[str, Sampled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One metric before and after, with the arithmetic. `before` and `after` are means (None: no values).

    `change` is relative to the mean before, None where that is zero or missing. `reason` says why the
    verdict is what it is.
    """

    metric: str
    label: Label
    unit: str
    before: float | None
    after: float | None
    count_before: int
    count_after: int
    change: float | None
    ranks: RankTest | None
    verdict: Change
    reason: Text


def compare(metric: Metric, before: Sampled, after: Sampled, tolerance: Tolerance) -> Comparison:
    """Worse or better only if a test of ranks is sure of it and the means differ by more than tolerated."""
    known = before.mean is not None and after.mean is not None
    change = _relative(before.mean or 0.0, after.mean or 0.0) if known else None
    alpha = 1 - tolerance.confidence
    ranks: RankTest | None = None
    if missing := _missing(before, after, alpha):
        verdict, reason = Change.NO_DATA, missing
    else:
        ranks = compare_ranks(before.values, after.values)
        verdict, reason = _judged(metric, (before, after), change, ranks, tolerance)
    return Comparison(
        metric=metric.key,
        label=metric.label,
        unit=metric.unit,
        before=before.mean,
        after=after.mean,
        count_before=before.count,
        count_after=after.count,
        change=change,
        ranks=ranks,
        verdict=verdict,
        reason=reason,
    )


def compare_all(
    metrics: Iterable[Metric],
    before: Mapping[str, Sampled],
    after: Mapping[str, Sampled],
    tolerance: Tolerance,
) -> tuple[Comparison, ...]:
    """Every metric, in the order given; one that has no sample has no data."""
    none = Sampled()
    return tuple(
        compare(metric, before.get(metric.key, none), after.get(metric.key, none), tolerance)
        for metric in metrics
    )


def _missing(before: Sampled, after: Sampled, alpha: float) -> Text | None:
    """Why nothing can be said, if nothing can."""
    for sample, empty, nan in (
        (before, say("no values before"), say("no value before is a number")),
        (after, say("no values after"), say("no value after is a number")),
    ):
        if not sample.count:
            return nan if sample.not_numbers else empty
    if least_p_value(before.count, after.count) >= alpha:
        return say(
            "too few values to be sure: {before} before, {after} after",
            before=before.count,
            after=after.count,
        )
    return None


def _judged(
    metric: Metric,
    samples: tuple[Sampled, Sampled],
    change: float | None,
    ranks: RankTest,
    tolerance: Tolerance,
) -> tuple[Change, Text]:
    before, after = samples
    if (before.mean, before.values) == (after.mean, after.values):
        return Change.SAME, say("the same values before and after")
    if ranks.p_value >= 1 - tolerance.confidence:
        return Change.SAME, say("may be chance: p {p}", p=_written(ranks.p_value))
    tolerated = Quantity(tolerance.change * 100, "%")
    if change is None:
        told = say("surely changed (p {p}), from nothing", p=_written(ranks.p_value))
    elif abs(change) <= tolerance.change:
        return Change.SAME, say(
            "surely changed (p {p}), by no more than {tolerated}",
            p=_written(ranks.p_value),
            tolerated=tolerated,
        )
    else:
        told = say(
            "surely changed (p {p}), by {change}, more than {tolerated}",
            p=_written(ranks.p_value),
            change=Quantity(change * 100, "%"),
            tolerated=tolerated,
        )
    worse = is_worse(metric, before.mean or 0.0, after.mean or 0.0)
    return (Change.WORSE if worse else Change.BETTER), told


def is_worse(metric: Metric, before: float, after: float) -> bool:
    """Whether a change from one value to another is for the worse: by `worse`, else away from the target."""
    match metric.worse or _away_from(metric.target, metric.warning, metric.critical):
        case Worse.UP:
            return after > before
        case Worse.DOWN:
            return after < before
        case Worse.EITHER:
            return True
        case target:
            return abs(after - target) > abs(before - target)


def _away_from(
    target: Condition | None, warning: Condition | None, critical: Condition | None
) -> Worse | float:
    """The bad direction of a metric, or the one value that it should have."""
    if target and target.operator == "=":
        return target.limit
    if target and target.upper is None:
        return Worse.UP if "<" in target.operator else Worse.DOWN
    for bad in (warning, critical):
        if bad and bad.operator[0] in "<>":
            return Worse.UP if ">" in bad.operator else Worse.DOWN
    return Worse.EITHER


def _relative(before: float, after: float) -> float | None:
    """The change as a part of the value before; None where that is zero and there is a change."""
    if after == before:
        return 0.0
    return (after - before) / abs(before) if before else None


def _written(p_value: float) -> str:
    """`= 0.0123`; what is smaller than anybody can tell apart is `< 0.0001`."""
    return f"= {p_value:.2g}" if p_value >= 0.0001 else "< 0.0001"
