"""The test of ranks, with SciPy and the definitions themselves as the judges."""

from __future__ import annotations

from itertools import product
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from bot.domain.measures.ranks import compare_ranks, least_p_value

VALUES = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(lambda value: round(value, 3))
SAMPLES = st.lists(VALUES, min_size=1, max_size=30)
TIED = st.lists(st.integers(0, 4).map(float), min_size=1, max_size=40)


def test_worked_by_hand() -> None:
    """Three and three, one overlap: 5 of 9 pairs are won and one is tied with nobody.

    Before 1, 3, 5 and after 2, 4, 6. The pairs that after wins: 2>1; 4>1, 4>3; 6>1, 6>3, 6>5: six of nine.
    Of the 20 ways to mix them, 7 have six wins or more (3 with six, 2 with seven, 1 each with eight, nine):
    p = 2 × 7/20 = 0.7. Delta is 2 × 6/9 - 1 = 1/3. Differences: -3 -1 -1 1 1 1 3 3 5, the middle one 1.
    """
    told = compare_ranks([1, 3, 5], [2, 4, 6])
    assert told.p_value == pytest.approx(0.7)
    assert told.effect == pytest.approx(1 / 3)
    assert told.shift == 1


@settings(deadline=None)
@given(SAMPLES | TIED, SAMPLES | TIED)
def test_the_probability_is_scipys(a: list[float], b: list[float]) -> None:
    expected = mannwhitneyu(a, b, alternative="two-sided", method="auto").pvalue
    if expected != expected:  # every value is the same: SciPy has no answer, and there is no difference
        expected = 1.0
    assert compare_ranks(a, b).p_value == pytest.approx(expected, rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=8, unique=True), st.integers(1, 60))
def test_few_values_are_counted_exactly_however_many_stand_against_them(few: list[float], many: int) -> None:
    others = [max(few) + 0.5 + step for step in range(many)]
    expected = mannwhitneyu(few, others, alternative="two-sided", method="exact").pvalue
    assert compare_ranks(few, others).p_value == pytest.approx(expected)
    assert compare_ranks(few, others).p_value == pytest.approx(least_p_value(len(few), many))


@settings(deadline=None)
@given(SAMPLES | TIED, SAMPLES | TIED)
def test_effect_and_shift_are_what_their_definitions_say(a: list[float], b: list[float]) -> None:
    differences = [after - before for before, after in product(a, b)]
    told = compare_ranks(a, b)
    wins = sum(each > 0 for each in differences) - sum(each < 0 for each in differences)
    assert told.effect == pytest.approx(wins / len(differences))
    assert told.shift == pytest.approx(median(differences), rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(SAMPLES, SAMPLES)
def test_turned_round_it_says_the_opposite(a: list[float], b: list[float]) -> None:
    there, back = compare_ranks(a, b), compare_ranks(b, a)
    assert there.p_value == pytest.approx(back.p_value)
    assert there.effect == pytest.approx(-back.effect)
    assert there.shift == pytest.approx(-back.shift, abs=1e-9)
