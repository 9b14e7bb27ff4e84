"""The trend of a metric in one line of text, and what is said about how new a problem is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts.trend import Novelty, novelty, sparkline
from bot.domain.text import Span, Text, say

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), ""),
        ((3.0,), "▁"),
        ((2.0, 2.0, 2.0), "▁▁▁"),  # what does not change is flat
        ((0.0, 1.0), "▁█"),
        ((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"),
        ((-7, 0, 7), "▁▅█"),
        ((-1.7e308, 0, 1.7e308), "▁▅█"),  # whose distance is no number any more
    ],
)
def test_a_line_rises_from_the_lowest_to_the_highest(values: tuple[float, ...], line: str) -> None:
    assert sparkline(values) == line


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40))
def test_every_value_is_one_block(values: list[float]) -> None:
    assert len(sparkline(values)) == len(values)


SEEN = say("First seen {span} after {version}", span=Span(720), version="v1")


@pytest.mark.parametrize(
    ("before", "measured", "words"),
    [
        (0, 7 * DAY, say("{seen}, absent in the {span} before", seen=SEEN, span=Span.of(7 * DAY))),
        (
            3,
            2 * DAY,
            say("{seen}, {count} times in the {span} before", seen=SEEN, count=3, span=Span.of(2 * DAY)),
        ),
        (0, timedelta(0), SEEN),  # what was not measured says nothing
    ],
)
def test_a_problem_is_new_only_where_there_was_somebody_to_see_it(
    before: int, measured: timedelta, words: Text
) -> None:
    found = Novelty(version="v1", after=timedelta(minutes=12), before=before, measured=measured)
    assert novelty(found) == words
