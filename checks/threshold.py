"""Limits as the plan writes them: `> 0.1`, `= 0`, `outside 0..4`."""

from __future__ import annotations

import operator as compare
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from checks.numbers import parse_quantity, plain

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": compare.lt,
    "<=": compare.le,
    "=": compare.eq,
    ">=": compare.ge,
    ">": compare.gt,
}
_ONE_LIMIT = re.compile(r"(<=|>=|<|>|=)\s*(.*)")
_TWO_LIMITS = re.compile(r"outside\s*(\S*?)\s*\.\.\s*(\S*)")
_FORMS = "write < <= = >= or > and a number, such as '> 0.1', or 'outside 0..4'"


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with one limit, or `outside` with two (a value equal to either is inside).

    `operator` is one of `<`, `<=`, `=`, `>=`, `>`, `outside`.
    """

    operator: str
    limit: float
    upper: float | None = None

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read the plan's form; spaces are optional. Raises ValueError with what to write instead."""
        if two := _TWO_LIMITS.fullmatch(text.strip()):
            lower, upper = _limit(text, two[1]), _limit(text, two[2])
            if lower > upper:
                raise ValueError(
                    f"{text!r}: the first limit is above the second; write 'outside A..B', A <= B"
                )
            return cls("outside", lower, upper)
        if one := _ONE_LIMIT.fullmatch(text.strip()):
            return cls(one[1], _limit(text, one[2]))
        raise ValueError(f"{text!r} is not a condition; {_FORMS}")

    def holds(self, value: float) -> bool:
        """Whether `value` meets the condition. NaN meets none."""
        if self.upper is not None:
            return value < self.limit or value > self.upper
        return _COMPARISONS[self.operator](value, self.limit)

    def limits(self) -> tuple[float, ...]:
        return (self.limit,) if self.upper is None else (self.limit, self.upper)

    def __str__(self) -> str:
        limits = plain(self.limit) if self.upper is None else f"{plain(self.limit)}..{plain(self.upper)}"
        return f"{self.operator} {limits}"


def witness(holding: Iterable[Condition], failing: Iterable[Condition] = ()) -> float | None:
    """A value for which all of `holding` and none of `failing` hold, away from their limits; else None.

    Only `=` is asked at its limit: whether a limit itself belongs to both sides is nobody's mistake.
    """
    all_of, none_of = tuple(holding), tuple(failing)
    limits = sorted({limit for each in (*all_of, *none_of) for limit in each.limits()})
    exact = [each.limit for each in all_of if each.operator == "="]
    between = [(low + high) / 2 for low, high in pairwise(limits)]
    for value in exact or [limits[0] - 1, *between, limits[-1] + 1]:
        if all(each.holds(value) for each in all_of) and not any(each.holds(value) for each in none_of):
            return value
    return None


def _limit(condition: str, text: str) -> float:
    try:
        value, unit = parse_quantity(text)
    except ValueError as wrong:
        raise ValueError(f"{condition!r}: {text!r} is not a number; {_FORMS}") from wrong
    if unit:
        raise ValueError(f"{condition!r}: leave out {unit!r}, the metric's unit is understood; {_FORMS}")
    return value
