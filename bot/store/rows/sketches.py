"""Sketches as bytes: a byte or two for each bin, in the form that is read and merged at once."""

from __future__ import annotations

import struct

from bot.domain.measures.sketch import LANE, Bins, Sketch

_HEAD = struct.Struct("<Q")
"""Zeros; then come the bins of positive and of negative values."""

_BINS = struct.Struct("<iIBI")
"""The lowest bin, how many follow, the width of a count, and how many pairs (0: every count is there)."""

_PAIR = struct.Struct("<IQ")
"""Where values lie far apart: a bin's distance from the lowest one, and its count."""

_WIDTHS = (1, 2, 4, 8)
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


def dump_sketch(sketch: Sketch) -> bytes:
    """The sketch in as few bytes as counts of one width, or pairs of bin and count, take."""
    return _HEAD.pack(sketch.zeros) + _dump(sketch.positive) + _dump(sketch.negative)


def load_sketch(packed: bytes) -> Sketch:
    """The sketch that `dump_sketch` wrote."""
    (zeros,) = _HEAD.unpack_from(packed)
    positive, at = _load(packed, _HEAD.size)
    negative, _ = _load(packed, at)
    return Sketch(positive, negative, zeros)


def _dump(bins: Bins) -> bytes:
    counts = bins.counts()
    most = max(counts, default=0)
    width = next(width for width in _WIDTHS if most < 1 << 8 * width)
    pairs = [(distance, count) for distance, count in enumerate(counts) if count]
    if len(pairs) * _PAIR.size < bins.size * width:
        head = _BINS.pack(bins.lowest, bins.size, width, len(pairs))
        return head + b"".join(_PAIR.pack(*pair) for pair in pairs)
    body = struct.pack(f"<{bins.size}{_CODES[width]}", *counts)
    return _BINS.pack(bins.lowest, bins.size, width, 0) + body


def _load(packed: bytes, at: int) -> tuple[Bins, int]:
    lowest, size, width, pairs = _BINS.unpack_from(packed, at)
    at += _BINS.size
    if pairs:
        end = at + pairs * _PAIR.size
        counts = {lowest + distance: count for distance, count in _PAIR.iter_unpack(packed[at:end])}
        return Bins.of(counts), end
    # Each byte of a count goes to its place in the lane, all counts at once.
    end = at + size * width
    room = bytearray(LANE * size)
    for number in range(width):
        room[number::LANE] = packed[at + number : end : width]
    return Bins(lowest, size, int.from_bytes(room, "little")), end
