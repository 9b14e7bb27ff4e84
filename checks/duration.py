"""Lengths of time as the configuration writes them: `500ms`, `5s`, `10m`, `2h`, `7d`, `1 week`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)")
_FORMS = "write a number and a unit: 500ms, 5s, 10m, 2h, 7d or 2 weeks"


def parse_duration(text: str) -> timedelta:
    """`10m` → ten minutes; `0` needs no unit. Raises ValueError with what to write instead."""
    if text.strip() == "0":
        return timedelta(0)
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; {_FORMS}")
    name = match[2]
    unit = _UNITS.get(name) or (_UNITS.get(name[:-1]) if len(name) > 2 and name.endswith("s") else None)
    if name in {"month", "months"}:
        raise ValueError(f"{text!r}: months differ in length; write days or weeks, such as 30d")
    if unit is None:
        raise ValueError(f"{text!r}: there is no unit {match[2]!r}; {_FORMS}")
    try:
        return float(match[1]) * unit
    except OverflowError:
        raise ValueError(f"{text!r} is too long a time") from None


_WORDS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def in_words(length: timedelta) -> str:
    """For people, rounded to its two largest units: `1 d 2 h`, `41 s`, `0.3 s`."""
    seconds = length.total_seconds()
    if seconds < 10:
        return f"{seconds:.2g} s"
    left = round(seconds)
    told: list[str] = []
    for size, unit in _WORDS:
        if left >= size and len(told) < 2:
            told.append(f"{left // size} {unit}")
        elif told:
            break
        left %= size
    return " ".join(told)


def _as_duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_duration(value)
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    raise ValueError(f"{value!r} has no unit; {_FORMS}")


Duration = Annotated[timedelta, BeforeValidator(_as_duration)]
"""A pydantic field: validates from text or a timedelta, refuses bare numbers other than 0."""
