"""An expression over metrics as a tree: `errors / requests * 100`, `rate(pushes, 5m)`, `p - baseline(p)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest value of each series of a metric."""

    metric: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The mean of a metric before the deployment."""

    metric: str


@dataclass(frozen=True, slots=True)
class Over:
    """What a metric did in a window that ends now, each series by itself; `q` is a percentile's rank."""

    function: str
    metric: str
    window: timedelta
    q: float = 0.0


@dataclass(frozen=True, slots=True)
class Across:
    """All series of a part as one."""

    function: str
    part: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of each value: `abs`, or `-` for its negative."""

    function: str
    part: Expression


Expression = Number | Newest | Baseline | Over | Across | Operation | Applied


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it."""
    yield expression
    match expression:
        case Across(_, part) | Applied(_, part):
            yield from parts(part)
        case Operation(_, left, right):
            yield from parts(left)
            yield from parts(right)


def metrics_of(expression: Expression) -> frozenset[str]:
    """The metrics it is made of."""
    return frozenset(part.metric for part in parts(expression) if isinstance(part, Newest | Over | Baseline))
