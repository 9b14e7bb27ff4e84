"""What stretches of values come to, and from what a stretch of time is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.history import (
    EPOCH,
    Grain,
    Piece,
    chart_step,
    merge,
    pieces,
    roll_up,
    stretches,
    summarise,
)

T0 = datetime(2026, 1, 19, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LARGEST = 1.7976931348623157e308


def samples(*seconds: float, value: float = 1.0) -> list[tuple[int, float]]:
    """A value at each of these seconds after T0."""
    return [((T0 + second * SECOND - EPOCH) // timedelta(microseconds=1), value) for second in seconds]


def test_sums_that_no_number_can_hold_stay_numbers() -> None:
    huge = merge(T0, [roll_up(T0, samples(0, 1, value=LARGEST)), roll_up(T0, samples(2, value=LARGEST))])
    tiny = roll_up(T0, samples(3, 4, value=-LARGEST))
    assert (huge.total, tiny.total) == (LARGEST, -LARGEST)
    nothing = roll_up(T0, [(0, float("inf")), (1, float("-inf"))])
    assert nothing.total == 0.0
    whole = summarise([huge, tiny], T0, T0 + HOUR)
    assert (whole.count, whole.mean) == (5, 0.0)


@given(seconds=st.lists(st.integers(0, 7200), min_size=1, max_size=60, unique=True).map(sorted))
def test_stretches_merged_are_the_stretch_of_all(seconds: list[int]) -> None:
    whole = merge(T0, list(stretches(samples(*seconds))))
    assert (whole.count, whole.first, whole.last) == (
        len(seconds),
        T0 + seconds[0] * SECOND,
        T0 + seconds[-1] * SECOND,
    )
    gaps = [later - earlier for earlier, later in pairwise(seconds)]
    assert whole.gap == max(gaps, default=0) * SECOND
    assert whole.filled == len({second // 300 for second in seconds})


INSTANTS = st.integers(0, 10 * 86400).map(lambda second: T0 + second * SECOND)


@given(since=INSTANTS, until=INSTANTS, longest=st.sampled_from([SECOND, 300 * SECOND, HOUR, DAY]))
def test_the_pieces_of_a_stretch_follow_each_other_without_a_gap(
    since: datetime, until: datetime, longest: timedelta
) -> None:
    found = pieces(since, until, (EPOCH, EPOCH), longest)
    if since >= until:
        assert found == ()
        return
    assert (found[0].since, found[-1].until) == (since, until)
    assert all(earlier.until == later.since for earlier, later in pairwise(found))
    for piece in found:
        assert piece.since < piece.until
        if piece.grain:
            assert piece.grain.length <= longest
            assert piece.grain.floor(piece.since) == piece.since
            assert piece.grain.floor(piece.until) == piece.until
    assert sum(piece.grain is Grain.DAY for piece in found) <= 1


@pytest.mark.parametrize(
    ("since", "until", "read"),
    [
        # From one whole day to another.
        (T0, T0 + 2 * DAY, [(Grain.DAY, T0, T0 + 2 * DAY)]),
        # Amid five minutes: raw values only.
        (T0 + SECOND, T0 + 9 * SECOND, [(None, T0 + SECOND, T0 + 9 * SECOND)]),
        # Before hours are kept: whole days; before raw values are kept: whole hours.
        (T0 - 9 * DAY - HOUR, T0 - 8 * DAY + HOUR, [(Grain.DAY, T0 - 10 * DAY, T0 - 8 * DAY)]),
        (T0 - 3 * DAY + 90 * SECOND, T0 - 2 * DAY, [(Grain.DAY, T0 - 3 * DAY, T0 - 2 * DAY)]),
        (
            T0 - 3 * DAY + 2 * HOUR - SECOND,
            T0 - 3 * DAY + 3 * HOUR,
            [(Grain.HOUR, T0 - 3 * DAY + HOUR, T0 - 3 * DAY + 3 * HOUR)],
        ),
    ],
)
def test_from_what_a_stretch_is_read(
    since: datetime, until: datetime, read: list[tuple[Grain | None, datetime, datetime]]
) -> None:
    kept = (T0 - DAY, T0 - 7 * DAY)
    assert pieces(since, until, kept) == tuple(
        Piece(grain=grain, since=first, until=last) for grain, first, last in read
    )


@given(
    hours=st.floats(0.01, 20_000),
    most=st.integers(1, 500),
)
def test_a_chart_has_at_most_as_many_steps_as_asked_for(hours: float, most: int) -> None:
    step = chart_step(hours * HOUR, most)
    assert hours * HOUR <= step * most
    # Steps lie within each other, so that what is rolled up fits them.
    assert step < 300 * SECOND or any(
        step % grain.length == timedelta(0) for grain in Grain if grain.length <= step
    )
