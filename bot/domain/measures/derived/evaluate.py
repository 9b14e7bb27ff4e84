"""What an expression comes to, series by series. What cannot be told has no value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite
from typing import Protocol

from bot.domain.measures.derived.expression import (
    Across,
    Applied,
    Baseline,
    Expression,
    Newest,
    Number,
    Over,
)
from bot.domain.measures.history import Labels, Summary

Series = Mapping[Labels, float]
"""A value for each series; a plain number is a series without labels."""


class Inputs(Protocol):
    """What an expression may ask for, at one instant."""

    def newest(self, metric: str) -> Series:
        """Values that are still news."""
        ...

    def summaries(self, metric: str, window: timedelta) -> Mapping[Labels, Summary]: ...

    def values(self, metric: str, window: timedelta) -> Mapping[Labels, Sequence[tuple[datetime, float]]]:
        """In order of time."""
        ...

    def baseline(self, metric: str) -> float | None: ...


def evaluate(expression: Expression, inputs: Inputs) -> Series:
    """The value of every series of an expression that has one."""
    return {labels: value for labels, value in _series(expression, inputs).items() if isfinite(value)}


def _series(expression: Expression, inputs: Inputs) -> Series:
    match expression:
        case Number(value):
            return {(): value}
        case Newest(metric):
            return inputs.newest(metric)
        case Baseline(metric):
            mean = inputs.baseline(metric)
            return {} if mean is None else {(): mean}
        case Over():
            return dict(_over(expression, inputs))
        case Across(function, part):
            values = list(_series(part, inputs).values())
            return {(): _ACROSS[function](values)} if values else {}
        case Applied(function, part):
            apply = _APPLIED[function]
            return {labels: apply(value) for labels, value in _series(part, inputs).items()}
    pairs = _paired(_series(expression.left, inputs), _series(expression.right, inputs))
    return dict(_combined(expression.operator, pairs))


def _over(over: Over, inputs: Inputs) -> Iterator[tuple[Labels, float]]:
    if over.function in _COUNTERS:
        for labels, values in inputs.values(over.metric, over.window).items():
            grown = _COUNTERS[over.function](values)
            if grown is not None:
                yield labels, grown
        return
    for labels, summary in inputs.summaries(over.metric, over.window).items():
        found = _summed_up(over, summary)
        if found is not None:
            yield labels, found


def _summed_up(over: Over, summary: Summary) -> float | None:
    if over.function == "percentile":
        return summary.percentile(over.q)
    if over.function == "count":
        return float(summary.count)
    if over.function == "sum":
        return None if summary.mean is None else summary.mean * summary.count
    return {"avg": summary.mean, "min": summary.min, "max": summary.max}[over.function]


def increase(values: Sequence[tuple[datetime, float]]) -> float | None:
    """How much a counter grew; after a reset it began at zero. None for less than two values."""
    if len(values) < 2:
        return None
    return sum(
        later - earlier if later >= earlier else later for (_, earlier), (_, later) in pairwise(values)
    )


def rate(values: Sequence[tuple[datetime, float]]) -> float | None:
    """How much a counter grew a second."""
    grown = increase(values)
    if grown is None:
        return None
    length = (values[-1][0] - values[0][0]).total_seconds()
    return grown / length if length > 0 else None


_COUNTERS: dict[str, Callable[[Sequence[tuple[datetime, float]]], float | None]] = {
    "increase": increase,
    "rate": rate,
}
_ACROSS: dict[str, Callable[[list[float]], float]] = {
    "avg": lambda values: sum(values) / len(values),
    "count": lambda values: float(len(values)),
    "max": max,
    "min": min,
    "sum": sum,
}
_APPLIED: dict[str, Callable[[float], float]] = {"abs": abs, "-": lambda value: -value}


def _paired(left: Series, right: Series) -> Iterator[tuple[Labels, float, float]]:
    """Series with the same labels; one without labels goes with every one of the other side."""
    if set(right) == {()}:
        yield from ((labels, value, right[()]) for labels, value in left.items())
    elif set(left) == {()}:
        yield from ((labels, left[()], value) for labels, value in right.items())
    else:
        yield from ((labels, left[labels], right[labels]) for labels in left if labels in right)


def _combined(operator: str, pairs: Iterator[tuple[Labels, float, float]]) -> Iterator[tuple[Labels, float]]:
    for labels, left, right in pairs:
        if operator == "/":
            if right:
                yield labels, left / right
        else:
            yield (
                labels,
                left + right if operator == "+" else left - right if operator == "-" else left * right,
            )
