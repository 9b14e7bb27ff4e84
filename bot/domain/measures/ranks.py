"""Two samples by their ranks: Mann–Whitney's test, its effect size, and Hodges–Lehmann's estimate."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

EXACT = 8
"""With so few values in one sample, and no value twice, the probabilities are counted, not approximated."""

_FEW = 30
"""Thirty and thirty values can be mixed in 10^17 ways."""

_HALVINGS = 48
"""The range of all differences, halved so often, is as narrow as the numbers are exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """How the second sample lies beside the first.

    `p_value` is two-sided. `effect` is Cliff's delta, from -1 (every value of the second below every one
    of the first) to 1. `shift` is Hodges–Lehmann's estimate: the median of all differences second - first.
    """

    p_value: float
    effect: float
    shift: float


def compare_ranks(first: Sequence[float], second: Sequence[float]) -> RankTest:
    """Neither sample is empty; every value is finite."""
    a, b = sorted(first), sorted(second)
    # Pairs that the second sample wins, a tie being half a win: Mann–Whitney's U.
    wins = sum(bisect_left(a, value) + bisect_right(a, value) for value in b) / 2
    pairs = len(a) * len(b)
    return RankTest(p_value=_p_value(wins, a, b), effect=2 * wins / pairs - 1, shift=_median_difference(a, b))


def least_p_value(first: int, second: int) -> float:
    """The smallest two-sided p that samples of these sizes can come to, when nothing is tied.

    0 where it is smaller than anybody could ask for: to count the ways would take long.
    """
    few = min(first, second)
    return min(1.0, 2 / math.comb(first + second, few)) if few <= _FEW else 0.0


def _p_value(wins: float, a: list[float], b: list[float]) -> float:
    n, m = len(a), len(b)
    counts = [len(list(same)) for _, same in groupby(sorted(a + b))]
    extreme = max(wins, n * m - wins)
    if min(n, m) <= EXACT and max(counts) == 1:
        return min(1.0, 2 * _exact_tail(math.ceil(extreme), n, m))
    ties = sum(count**3 - count for count in counts) / ((n + m) * (n + m - 1))
    deviation = math.sqrt(n * m / 12 * (n + m + 1 - ties))
    if deviation == 0:
        return 1.0
    # Half a win less: the normal curve is continuous, the wins are whole.
    z = (extreme - n * m / 2 - 0.5) / deviation
    return min(1.0, math.erfc(z / math.sqrt(2)))


def _exact_tail(wins: int, n: int, m: int) -> float:
    """The probability of at least so many wins if both samples are alike.

    The arrangements with k wins are the coefficient of q^k in the Gaussian binomial of n + m over n.
    """
    few, many, top = min(n, m), max(n, m), n * m
    ways = [1] + [0] * top
    for step in range(1, few + 1):
        for k in range(top, many + step - 1, -1):
            ways[k] -= ways[k - many - step]
        for k in range(step, top + 1):
            ways[k] += ways[k - step]
    return sum(ways[wins:]) / math.comb(n + m, n)


def _median_difference(a: list[float], b: list[float]) -> float:
    """The median of all len(a) × len(b) differences, without making them."""
    pairs = len(a) * len(b)
    lower = _nth_difference(a, b, (pairs + 1) // 2)
    return lower if pairs % 2 else (lower + _nth_difference(a, b, pairs // 2 + 1)) / 2


def _nth_difference(a: list[float], b: list[float], nth: int) -> float:
    """The nth smallest (from 1) of all differences, or one that is as good as equal to it."""
    low, high = b[0] - a[-1], b[-1] - a[0]
    if _not_above(a, b, low)[0] >= nth:
        return low
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        if _not_above(a, b, middle)[0] >= nth:
            high = middle
        else:
            low = middle
    return _not_above(a, b, high)[1]


def _not_above(a: list[float], b: list[float], limit: float) -> tuple[int, float]:
    """How many differences are at most `limit`, and the largest of them: both samples are walked once."""
    count = index = 0
    largest = -math.inf
    for value in a:
        while index < len(b) and b[index] - value <= limit:
            index += 1
        if index:
            count += index
            largest = max(largest, b[index - 1] - value)
    return count, largest
