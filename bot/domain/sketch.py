"""Percentiles of many values in little room: a sketch, right to one per cent, that can be merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ddsketch.ddsketch import BaseDDSketch
from ddsketch.mapping import LogarithmicMapping
from ddsketch.store import DenseStore

ACCURACY = 0.01
"""A percentile differs from the value at that rank by one per cent at most."""

_MAPPING = LogarithmicMapping(ACCURACY)


@dataclass(frozen=True, slots=True)
class Sketch:
    """How many values fell into each of DDSketch's logarithmic bins, by sign; `zeros` stand apart."""

    positive: Mapping[int, int] = field(default_factory=dict)
    negative: Mapping[int, int] = field(default_factory=dict)
    zeros: int = 0

    @classmethod
    def of(cls, values: Iterable[float]) -> Sketch:
        key, least = _MAPPING.key, _MAPPING.min_possible
        # Values that come again and again (a rate of 0, say) are looked up once.
        positive: Counter[int] = Counter()
        negative: Counter[int] = Counter()
        zeros = 0
        for value, count in Counter(values).items():
            if value > least:
                positive[key(value)] += count
            elif value < -least:
                negative[key(-value)] += count
            else:
                zeros += count
        return cls(positive, negative, zeros)

    @classmethod
    def merged(cls, sketches: Iterable[Sketch]) -> Sketch:
        positive: dict[int, int] = {}
        negative: dict[int, int] = {}
        zeros = 0
        for sketch in sketches:
            _pour(sketch.positive, positive)
            _pour(sketch.negative, negative)
            zeros += sketch.zeros
        return cls(positive, negative, zeros)

    def quantile(self, q: float) -> float | None:
        """The value at rank q (0 to 1), right to ACCURACY; None when there is none."""
        whole = BaseDDSketch(_MAPPING, _store(self.positive), _store(self.negative), self.zeros)
        found = whole.get_quantile_value(q)
        return None if found is None else float(found)


def _pour(bins: Mapping[int, int], into: dict[int, int]) -> None:
    for key, count in bins.items():
        into[key] = into.get(key, 0) + count


def _store(bins: Mapping[int, int]) -> DenseStore:
    store = DenseStore()
    for key, count in sorted(bins.items()):
        store.add(key, count)
    return store
