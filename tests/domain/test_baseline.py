"""Before and after: tables of samples and verdicts."""

from __future__ import annotations

import math
import tracemalloc
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from scipy.stats import mannwhitneyu

from bot.domain.measures.baseline import Change, compare, compare_all
from bot.domain.measures.sampling import MOST_VALUES, Gathering, Sampled, same_hours, sample_of
from bot.domain.setup import Metric, Tolerance, Worse
from bot.domain.text import Label
from bot.locale import Speaker
from checks.threshold import Condition

NAN = math.nan
LOW = [100.0 + step for step in range(20)]  # 100 to 119, mean 109.5
HIGH = [value * 1.5 for value in LOW]  # half as much again
NEAR = [value * 1.1 for value in LOW]  # a tenth more
FAR = [value * 1.25 for value in LOW]  # exactly a quarter more


def metric(worse: Worse | None = None, **limits: str) -> Metric:
    conditions = {name: Condition.parse(text) for name, text in limits.items()}
    return Metric(key="m", label=Label("M"), worse=worse, **conditions)  # type: ignore[arg-type]


def verdict(
    before: list[float], after: list[float], of: Metric | None = None, tolerance: Tolerance | None = None
) -> tuple[str, str]:
    compared = compare(
        of or metric(target="< 500"), sample_of(before), sample_of(after), tolerance or Tolerance()
    )
    return compared.verdict.value, Speaker("en", "UTC").say(compared.reason)


@pytest.mark.parametrize(
    ("before", "after", "expected", "reason"),
    [
        ([], LOW, "no_data", "no values before"),
        (LOW, [], "no_data", "no values after"),
        ([], [], "no_data", "no values before"),
        ([NAN, NAN], LOW, "no_data", "no value before is a number"),
        (LOW, [NAN], "no_data", "no value after is a number"),
        (LOW, [math.inf], "no_data", "no value after is a number"),  # nor is endlessness
        ([1, 2, 3, 4], [5, 6, 7, 8], "no_data", "too few values to be sure: 4 before, 4 after"),
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], "worse", None),  # with five and five p can be 2/252
        ([1], LOW, "no_data", "too few values to be sure: 1 before, 20 after"),  # 2/21
        (LOW, LOW, "same", "the same values before and after"),
        ([7.0] * 9, [7.0] * 5, "same", "may be chance: p = 1"),  # constant, and the same
        ([7.0] * 9, [8.0] * 9, "same", None),  # constant, a seventh more: tolerated
        ([7.0] * 9, [9.0] * 9, "worse", None),  # constant, more than a quarter more
        ([0.0] * 9, [0.0] * 9, "same", "the same values before and after"),
        ([0.0] * 9, [0.2] * 9, "worse", "surely changed (p < 0.0001), from nothing"),
        ([0.0] * 9, [0.0] * 8 + [0.2], "same", None),  # one value is no proof
        (LOW, HIGH, "worse", "surely changed (p < 0.0001), by 50%, more than 25%"),
        (HIGH, LOW, "better", None),  # from 164 to 110: a third less
        (LOW, NEAR, "same", None),  # sure, and tolerated
        (LOW, FAR, "same", "surely changed (p < 0.0001), by no more than 25%"),  # at the tolerance
        ([*LOW, NAN], HIGH, "worse", None),  # what is no number is left out
    ],
)
def test_a_verdict_needs_certainty_and_size(
    before: list[float], after: list[float], expected: str, reason: str | None
) -> None:
    told, why = verdict(before, after)
    assert told == expected
    assert reason is None or why == reason


@pytest.mark.parametrize(
    ("of", "up", "down"),
    [
        (metric(target="< 500"), "worse", "better"),  # away from a target that lies below
        (metric(target="<= 500"), "worse", "better"),
        (metric(target="> 99"), "better", "worse"),  # more is better
        (metric(target=">= 99.9"), "better", "worse"),
        (metric(target="= 0"), "worse", "better"),  # away from the one value it should have
        (metric(target="= 1000"), "better", "worse"),
        (metric(critical="> 10"), "worse", "better"),  # without a target: towards the limit
        (metric(warning="< 10"), "better", "worse"),
        (metric(critical="outside 1..900"), "worse", "worse"),  # neither side is better
        (metric(), "worse", "worse"),  # nothing says which change is good
        (metric(worse=Worse.DOWN, target="< 500"), "better", "worse"),  # what is said wins
        (metric(worse=Worse.UP), "worse", "better"),
        (metric(worse=Worse.EITHER, target="< 500"), "worse", "worse"),
    ],
)
def test_which_change_is_bad_is_said_by_the_metric(of: Metric, up: str, down: str) -> None:
    assert (verdict(LOW, HIGH, of)[0], verdict(HIGH, LOW, of)[0]) == (up, down)


@pytest.mark.parametrize(
    ("tolerance", "expected"),
    [
        (Tolerance(change=0.5), "same"),  # 50% is not more than 50%
        (Tolerance(change=0.49), "worse"),
        (Tolerance(change=0), "worse"),
        (Tolerance(confidence=0.9999999), "worse"),  # p is 6.8e-8
        (Tolerance(confidence=0.99999999), "same"),
    ],
)
def test_how_sure_and_how_much_is_configured(tolerance: Tolerance, expected: str) -> None:
    assert verdict(LOW, HIGH, tolerance=tolerance)[0] == expected


def test_a_comparison_carries_its_arithmetic() -> None:
    told = compare(metric(target="< 500"), sample_of(LOW), sample_of(HIGH), Tolerance())
    assert (told.before, told.after, told.change) == (109.5, 164.25, 0.5)
    assert (told.count_before, told.count_after) == (20, 20)
    assert told.ranks is not None
    assert told.ranks.effect == 1.0  # every value after is above every one before
    assert told.ranks.p_value == pytest.approx(mannwhitneyu(LOW, HIGH).pvalue)


def test_a_change_from_nothing_is_no_number() -> None:
    assert compare(metric(), sample_of([0.0] * 9), sample_of([1.0] * 9), Tolerance()).change is None


def test_metrics_are_compared_in_their_order_and_none_is_left_out() -> None:
    metrics = [Metric(key=key, label=Label(key)) for key in ("b", "a")]
    told = compare_all(metrics, {"a": sample_of(LOW)}, {"a": sample_of(LOW)}, Tolerance())
    assert [(each.metric, each.verdict) for each in told] == [("b", Change.NO_DATA), ("a", Change.SAME)]


def test_a_hundred_thousand_values_are_one_sample_in_flat_memory() -> None:
    gathering = Gathering()
    tracemalloc.start()
    try:
        for number in range(100_000):
            gathering.add(number % 1000 / 10)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sample = gathering.sample()
    assert peak < 250_000
    assert (sample.count, sample.mean) == (100_000, pytest.approx(49.95))
    assert MOST_VALUES / 2 <= len(sample.values) <= MOST_VALUES


def test_a_selection_is_spread_over_the_whole_window() -> None:
    sample = sample_of(map(float, range(10_000)))
    steps = {after - before for before, after in zip(sample.values, sample.values[1:], strict=False)}
    assert len(steps) == 1
    assert (sample.values[0], sample.values[-1]) == (0, 9984)


SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 1, 18, tzinfo=SHANGHAI)


def day_of(values: int) -> Sampled:
    """So many values over a day, each being the hour it was measured in."""
    gathering = Gathering()
    for number in range(values):
        gathering.add(number * 24 // values, MIDNIGHT + number * timedelta(days=1) / values)
    return gathering.sample()


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (9, 12, {9, 10, 11}),  # the next day, from nine to noon
        (22, 26, {22, 23, 0, 1}),  # over midnight
        (0, 24, set(range(24))),  # a whole day: all hours
        (9, 40, set(range(24))),
    ],
)
def test_part_of_a_day_is_compared_with_the_same_hours_before(
    since: int, until: int, hours: set[int]
) -> None:
    after = MIDNIGHT + timedelta(days=1)
    alike = same_hours(day_of(480), SHANGHAI, after + timedelta(hours=since), after + timedelta(hours=until))
    assert set(alike.values) == hours
    assert alike.count == 20 * len(hours)
    assert alike.mean == pytest.approx(sum(hours) / len(hours))


def test_too_few_values_of_the_same_hours_are_no_sample() -> None:
    after = MIDNIGHT + timedelta(days=1)
    few = day_of(48)
    assert same_hours(few, SHANGHAI, after + timedelta(hours=9), after + timedelta(hours=12)) is few
    timeless = sample_of(LOW)
    assert same_hours(timeless, SHANGHAI, after, after + timedelta(hours=3)) is timeless


def test_no_values_are_an_empty_sample() -> None:
    empty = sample_of([])
    assert (empty.count, empty.values, empty.not_numbers) == (0, (), 0)
    assert sample_of([NAN]).not_numbers == 1
    assert Sampled().count == 0
