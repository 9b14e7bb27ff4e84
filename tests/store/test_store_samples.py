"""What is compared before and after is a fair sample of what is stored, on both databases."""

from __future__ import annotations

import random
from datetime import timedelta
from statistics import fmean

import pytest
from scipy.stats import mannwhitneyu
from stage import add, at, reading

from bot.domain.measures.baseline import Change, compare
from bot.domain.measures.history import Retention
from bot.domain.measures.sampling import MOST_VALUES, Sampled
from bot.domain.setup import Metric, Service, Tolerance
from bot.domain.text import Label
from bot.domain.watches.plan import Plan
from bot.engine.measures.baselines import capture, compare_since, sampled
from bot.locale import Speaker
from bot.store import Database

HOUR = 3600.0
METRIC = Metric(key="cpu", label=Label("CPU"))
SURELY_MORE = 1.4
"""Times as much is more than tolerated; among values that vary so much it takes some to be sure."""


def kept(database: Database, since: float, count: int, times: float = 1.0, host: str = "") -> list[float]:
    """So many values that vary much, one a second."""
    chance = random.Random(since)  # noqa: S311 - no secret
    values = [times * chance.lognormvariate(0, 0.5) for _ in range(count)]
    for first in range(0, count, 500):
        part = values[first : first + 500]
        add(database, *(reading(value, since + first + n, host) for n, value in enumerate(part)))
    return values


def found(database: Database, since: float, until: float) -> Sampled:
    with database.reading() as rows:
        return sampled(rows, "orders", "cpu", at(since), at(until))


def test_of_few_values_every_one_is_compared(database: Database) -> None:
    values = kept(database, 0, 50)
    sample = found(database, 0, HOUR)
    assert (sample.count, sample.values) == (50, tuple(values))
    assert sample.moments == tuple(int(at(second).timestamp()) for second in range(50))


def test_of_many_values_a_systematic_sample_is_compared_and_that_is_said(database: Database) -> None:
    before, after = kept(database, 0, 2500), kept(database, 2500, 3000, SURELY_MORE)
    samples = found(database, 0, 2500), found(database, 2500, 5500)
    for sample, values in zip(samples, (before, after), strict=True):
        assert (sample.count, sample.mean) == (len(values), pytest.approx(fmean(values)))
        assert MOST_VALUES / 2 < len(sample.values) <= MOST_VALUES
        # the first value of each even step, so every second or third
        steps = {later - earlier for earlier, later in zip(sample.moments, sample.moments[1:], strict=False)}
        assert max(steps) - min(steps) <= 1
    told = compare(METRIC, *samples, Tolerance())
    assert told.verdict is Change.WORSE
    assert told.ranks
    # SciPy says the same of the same values, and judges all of them alike.
    assert told.ranks.p_value == pytest.approx(mannwhitneyu(*(each.values for each in samples)).pvalue)
    assert mannwhitneyu(before, after).pvalue < 0.02
    said = Speaker("en", "UTC").say(told.reason)
    tested = len(samples[0].values) + len(samples[1].values)
    assert said.endswith(f"; {tested} of 5500 values ranked, evenly picked")


def test_every_series_has_its_share_of_a_sample(database: Database) -> None:
    kept(database, 0, 900, host="a")
    kept(database, 0, 900, times=100.0, host="b")
    sample = found(database, 0, 900)
    high = sum(value > 10 for value in sample.values)
    assert sample.count == 1800
    assert high == len(sample.values) / 2


def test_where_single_values_are_kept_no_more_their_averages_are_compared_and_that_is_said(
    database: Database,
) -> None:
    day = 24 * HOUR
    add(database, *(reading(10.0, second) for second in (*range(0, int(day), 600), 5 * day)))
    old = Retention(raw=timedelta(days=2), hourly=timedelta(days=30), daily=timedelta(days=60))
    more = True
    while more:
        with database.transaction() as rows:
            more = rows.history.tend(at(6 * day), old)
    sample = found(database, 0, day)
    assert (sample.count, sample.averaged, len(sample.values)) == (144, True, 24)
    told = compare(METRIC, sample, found(database, 5 * day, 6 * day), Tolerance(confidence=0.5))
    assert "averages of even steps in time ranked: 24 before, 1 after" in Speaker("en", "UTC").say(
        told.reason
    )


DAY_S = 24 * HOUR
SERVICE = Service(key="orders", channel="oncall", metrics={"cpu": METRIC}, plan=Plan(zone="UTC"))


def every_ten_minutes(database: Database, value: float, since: float, until: float) -> None:
    seconds = range(int(since), int(until), 600)
    add(database, *(reading(value, second) for second in seconds))


@pytest.mark.parametrize(
    ("week_earlier", "source", "mean"),
    [
        (1.0, "the same hours a week earlier", 7.0),
        (0.95, "the same hours a week earlier", 7.0),  # nearly all of it is enough
        (0.5, "the 1d before", 1.0),
        (0.0, "the 1d before", 1.0),
    ],
)
def test_before_a_deployment_is_the_same_day_of_the_week_where_enough_of_it_is_stored(
    database: Database, week_earlier: float, source: str, mean: float
) -> None:
    deployed = 7 * DAY_S
    every_ten_minutes(database, 7.0, 0, week_earlier * DAY_S)
    every_ten_minutes(database, 1.0, deployed - DAY_S, deployed)
    with database.reading() as rows:
        kept = capture(rows, SERVICE, at(deployed), at(deployed))
    assert Speaker("en", "UTC").say(kept.source) == source
    assert kept.until - kept.since == timedelta(days=1)
    assert kept.samples["cpu"].mean == mean


def test_a_window_before_any_data_is_no_data(database: Database) -> None:
    every_ten_minutes(database, 1.0, 0, DAY_S)
    with database.reading() as rows:
        kept = capture(rows, SERVICE, at(0), at(DAY_S))
        (told,) = compare_since(rows, SERVICE, kept, (at(0), at(DAY_S)))
    assert (kept.samples["cpu"].count, told.verdict) == (0, Change.NO_DATA)
    assert Speaker("en", "UTC").say(told.reason) == "no values before"
