"""Sketches as bytes: two to three for each bin, so that a row stays small and is read in one go."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from bot.domain.sketch import Sketch

_HEAD = struct.Struct("<QIBBIBB")
"""Zeros; then for positive and for negative values: bins, width of a key, width of a count."""

_BASE = struct.Struct("<i")
_WIDTHS = ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
_CODES = dict(_WIDTHS)


def dump_sketch(sketch: Sketch) -> bytes:
    """Every bin as its distance from the lowest one, and its count, each as narrow as it may be."""
    positive, negative = _bins(sketch.positive), _bins(sketch.negative)
    return _HEAD.pack(sketch.zeros, *positive[0], *negative[0]) + positive[1] + negative[1]


def load_sketch(packed: bytes) -> Sketch:
    """The sketch that `dump_sketch` wrote."""
    zeros, *shapes = _HEAD.unpack_from(packed)
    if not shapes[0] and not shapes[3]:
        return Sketch(zeros=zeros)
    positive, at = _load(packed, _HEAD.size, shapes[:3])
    negative, _ = _load(packed, at, shapes[3:])
    return Sketch(positive, negative, zeros)


def _bins(bins: Mapping[int, int]) -> tuple[tuple[int, int, int], bytes]:
    if not bins:
        return (0, 0, 0), b""
    lowest, highest = min(bins), max(bins)
    key_width, key_code = _narrowest(highest - lowest)
    count_width, count_code = _narrowest(max(bins.values()))
    body = struct.pack(
        f"<{len(bins)}{key_code}{len(bins)}{count_code}", *(key - lowest for key in bins), *bins.values()
    )
    return (len(bins), key_width, count_width), _BASE.pack(lowest) + body


def _load(packed: bytes, at: int, shape: list[int]) -> tuple[dict[int, int], int]:
    bins, key_width, count_width = shape
    if not bins:
        return {}, at
    (lowest,) = _BASE.unpack_from(packed, at)
    layout = f"<{bins}{_CODES[key_width]}{bins}{_CODES[count_width]}"
    numbers = struct.unpack_from(layout, packed, at + _BASE.size)
    keys = (lowest + key for key in numbers[:bins])
    return dict(zip(keys, numbers[bins:], strict=True)), at + _BASE.size + struct.calcsize(layout)


def _narrowest(number: int) -> tuple[int, str]:
    return next((width, code) for width, code in _WIDTHS if number < 1 << 8 * width)
