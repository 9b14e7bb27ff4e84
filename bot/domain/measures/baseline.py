"""Before and after a deployment, metric by metric: by size of change and by a test of ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.measures.ranks import RankTest, compare_ranks, least_p_value
from bot.domain.measures.sampling import Sampled
from bot.domain.setup import Metric, Tolerance, Worse
from bot.domain.text import Label, Quantity, Text, say
from checks.threshold import Condition


class Change(StrEnum):
    """What became of a metric."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    NO_DATA = "no_data"


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

    `change` is relative to the mean before, None where that is zero or missing. `count_…` are all values,
    `tested_…` those whose ranks were compared. `reason` says why the verdict is what it is.
    """

    metric: str
    label: Label
    unit: str
    before: float | None
    after: float | None
    count_before: int
    count_after: int
    tested_before: int
    tested_after: int
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
        if selected := _selected(before, after):
            reason = say("{before}; {item}", before=reason, item=selected)
    return Comparison(
        metric=metric.key,
        label=metric.label,
        unit=metric.unit,
        before=before.mean,
        after=after.mean,
        count_before=before.count,
        count_after=after.count,
        tested_before=len(before.values),
        tested_after=len(after.values),
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
    tested = len(before.values), len(after.values)
    if least_p_value(*tested) >= alpha:
        return say(
            "too few values to be sure: {before} before, {after} after", before=tested[0], after=tested[1]
        )
    return None


def _selected(before: Sampled, after: Sampled) -> Text | None:
    """What the test of ranks was about, where not every value was in it."""
    tested = len(before.values), len(after.values)
    if before.averaged or after.averaged:
        return say(
            "averages of even steps in time ranked: {before} before, {after} after",
            before=tested[0],
            after=tested[1],
        )
    if tested == (before.count, after.count):
        return None
    return say(
        "{tested} of {count} values ranked, evenly picked",
        tested=sum(tested),
        count=before.count + after.count,
    )


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
