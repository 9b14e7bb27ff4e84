"""Numbers as programs print them and as people read them."""

from __future__ import annotations

import math
import re

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\s0-9.,;=|]+)?")


def parse_quantity(text: str) -> tuple[float, str]:
    """`12.5 ms` → (12.5, "ms"); the unit may be missing. Raises ValueError on anything else."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()[:40]!r} is not a number; write 12.5, or with a unit 12.5 ms")
    value = float(match[1])
    if not math.isfinite(value):
        raise ValueError(f"{match[1][:40]} is too large a number")
    return value, match[2] or ""


def plain(value: float) -> str:
    """The shortest text that reads back as the same number: `10`, `0.1`, `1e-07`."""
    value = float(value)  # where a float is wanted an int will do
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
