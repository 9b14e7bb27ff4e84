"""Percentiles of many values in little room: a sketch, right to one per cent, that can be merged."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ddsketch.ddsketch import BaseDDSketch
from ddsketch.mapping import LogarithmicMapping
from ddsketch.store import DenseStore

ACCURACY = 0.01
"""A percentile differs from the value at that rank by one per cent at most."""

LANE = 8
"""Bytes of a bin's count."""

_MAPPING = LogarithmicMapping(ACCURACY)


@dataclass(frozen=True, slots=True)
class Bins:
    """How many values fell into each of DDSketch's logarithmic bins, `size` of them from `lowest` on.

    `lanes` holds the counts side by side in one integer, the lowest bin in its lowest LANE bytes: adding
    two such integers adds all counts at once, and hundreds of sketches are merged in a few milliseconds.
    """

    lowest: int = 0
    size: int = 0
    lanes: int = 0

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Bins:
        if not counts:
            return cls()
        lowest = min(counts)
        size = max(counts) - lowest + 1
        room = bytearray(LANE * size)
        for key, count in counts.items():
            struct.pack_into("<Q", room, LANE * (key - lowest), count)
        return cls(lowest, size, int.from_bytes(room, "little"))

    @classmethod
    def merged(cls, bins: Iterable[Bins]) -> Bins:
        filled = [each for each in bins if each.size]
        if not filled:
            return cls()
        lowest = min(each.lowest for each in filled)
        highest = max(each.lowest + each.size for each in filled)
        lanes = sum(each.lanes << 8 * LANE * (each.lowest - lowest) for each in filled)
        return cls(lowest, highest - lowest, lanes)

    def counts(self) -> Sequence[int]:
        """The count of each bin from `lowest` on."""
        return struct.unpack(f"<{self.size}Q", self.lanes.to_bytes(LANE * self.size, "little"))


@dataclass(frozen=True, slots=True)
class Sketch:
    """Positive and negative values in their bins; `zeros` stand apart."""

    positive: Bins = Bins()
    negative: Bins = Bins()
    zeros: int = 0

    @classmethod
    def of(cls, values: Iterable[float]) -> Sketch:
        key, least, most = _MAPPING.key, _MAPPING.min_possible, _MAPPING.max_possible
        positive: Counter[int] = Counter()
        negative: Counter[int] = Counter()
        zeros = 0
        # Values that come again and again (a rate of 0, say) are looked up once.
        for value, count in Counter(values).items():
            if value > least:
                positive[key(min(value, most))] += count
            elif value < -least:
                negative[key(min(-value, most))] += count
            else:
                zeros += count
        return cls(Bins.of(positive), Bins.of(negative), zeros)

    @classmethod
    def merged(cls, sketches: Sequence[Sketch]) -> Sketch:
        return cls(
            Bins.merged(each.positive for each in sketches),
            Bins.merged(each.negative for each in sketches),
            sum(each.zeros for each in sketches),
        )

    def quantile(self, q: float) -> float | None:
        """The value at rank q (0 to 1), right to ACCURACY; None when there is none."""
        whole = BaseDDSketch(_MAPPING, _store(self.positive), _store(self.negative), self.zeros)
        found = whole.get_quantile_value(q)
        return None if found is None else float(found)


def _store(bins: Bins) -> DenseStore:
    store = DenseStore()
    if bins.size:
        store.bins = list(bins.counts())
        store.offset = store.min_key = bins.lowest
        store.max_key = bins.lowest + bins.size - 1
        store.count = sum(store.bins)
    return store
