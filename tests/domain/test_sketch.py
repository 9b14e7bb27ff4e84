"""Sketches: percentiles right to one per cent, merged or not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.measures.sketch import ACCURACY, Sketch
from bot.store.rows.sketches import dump_sketch, load_sketch

VALUES = st.lists(
    st.one_of(
        st.floats(-1e300, 1e300, allow_subnormal=False),
        st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e300, -1e300]),
        st.floats(0.1, 10),
    ),
    max_size=50,
)
RANKS = st.floats(0, 1)


def exact(values: list[float], q: float) -> float:
    return sorted(values)[math.floor(q * (len(values) - 1))]


@settings(max_examples=60, deadline=None)
@given(values=VALUES, q=RANKS)
def test_a_percentile_is_right_to_one_per_cent(values: list[float], q: float) -> None:
    found = Sketch.of(values).quantile(q)
    if not values:
        assert found is None
        return
    rank = q * (len(values) - 1)
    near = {exact(values, q), sorted(values)[math.ceil(rank)]}
    assert any(found == pytest.approx(value, rel=ACCURACY * 1.01, abs=1e-300) for value in near)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(VALUES, max_size=4))
def test_merged_sketches_are_the_sketch_of_all_values(parts: list[list[float]]) -> None:
    merged = Sketch.merged([Sketch.of(part) for part in parts])
    whole = Sketch.of([value for part in parts for value in part])
    for bins, all_bins in ((merged.positive, whole.positive), (merged.negative, whole.negative)):
        assert sum(bins.counts()) == sum(all_bins.counts())
    for q in (0, 0.3, 0.5, 0.99, 1):
        assert merged.quantile(q) == whole.quantile(q)


@settings(max_examples=60, deadline=None)
@given(values=VALUES)
def test_a_sketch_survives_as_bytes(values: list[float]) -> None:
    sketch = Sketch.of(values)
    assert load_sketch(dump_sketch(sketch)) == sketch


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ([], 34),
        ([0.0] * 1000, 34),  # a rate of nothing
        ([5.0] * 100_000, 38),  # a value that never changes
        ([float(number) for number in range(1, 31)], 210),  # five minutes of values
        ([1e-300, 1e300], 60),  # far apart
    ],
)
def test_a_sketch_takes_little_room(values: list[float], most: int) -> None:
    assert len(dump_sketch(Sketch.of(values))) <= most
