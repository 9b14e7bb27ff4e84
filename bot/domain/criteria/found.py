"""What every rule makes its finding with."""

from __future__ import annotations

from bot.domain.alerts.health import condition
from bot.domain.criteria.criterion import Criterion, Rule
from bot.domain.criteria.grounds import Grounds
from bot.domain.text import Quantity, Text, say
from bot.domain.watches.verdict import Finding, Outcome

ROWS = 3
"""So many rows that decide are kept with a finding."""


def if_complete(
    criterion: Criterion, grounds: Grounds, keys: tuple[str, ...], told: Text, value: Quantity | None
) -> Finding:
    """Passed, unless data of these metrics is missing: then it cannot be told."""
    missing = grounds.incomplete(keys, criterion.coverage, criterion.gap)
    if not missing:
        return found(Outcome.PASSED, told, criterion, grounds, value=value, keys=keys)
    why = say("{found}, but data is missing: {first}", found=told, first=missing[0])
    return found(Outcome.INCONCLUSIVE, why, criterion, grounds, value=value, rows=missing[:ROWS], keys=keys)


def no_values(criterion: Criterion, grounds: Grounds) -> Finding:
    told = say("{metric}: no values", metric=grounds.label(criterion.subjects[0]))
    return found(Outcome.INCONCLUSIVE, told, criterion, grounds)


def found(
    outcome: Outcome,
    text: Text,
    criterion: Criterion,
    grounds: Grounds,
    *,
    value: Quantity | None = None,
    rows: tuple[Text, ...] = (),
    keys: tuple[str, ...] | None = None,
    coverage: float | None = None,
) -> Finding:
    metrics = criterion.subjects if keys is None else keys
    parts = [part for key in metrics if key in grounds.metrics and (part := grounds.covered(key)) is not None]
    return Finding(
        outcome=outcome,
        text=text,
        value=value,
        limit=limit_of(criterion, grounds),
        coverage=min(parts, default=None) if coverage is None else coverage,
        rows=rows,
    )


def limit_of(criterion: Criterion, grounds: Grounds) -> Text | None:
    return condition(criterion.limit, unit_of(criterion, grounds)) if criterion.limit else None


def unit_of(criterion: Criterion, grounds: Grounds) -> str:
    if criterion.rule is Rule.CHECKS_PASSED:
        return "%"
    if criterion.rule is Rule.COUNT or not criterion.subjects:
        return ""
    metric = grounds.metrics.get(criterion.subjects[0])
    return metric.unit if metric else ""
