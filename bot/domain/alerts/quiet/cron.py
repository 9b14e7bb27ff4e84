"""Cron's five fields: `minute hour day month weekday`, in local time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_PART = re.compile(r"(\*|\w+(?:-\w+)?)(?:/(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """The times an expression names. As in cron, a day fits by either of `day` and `weekday` where both
    are restricted; Sunday is 0 and 7."""

    written: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_day or by_weekday) if self.either else (by_day and by_weekday)

    def times(self) -> Iterator[time]:
        """The times of a day that fits, in order."""
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield time(hour, minute)


def parse_cron(text: str) -> Cron:
    """`0 3 * * sat`. Raises ValueError with what to write instead."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"`{text}` has {len(fields)} fields; write five: minute hour day month weekday")
    minutes, hours, days, months, weekdays = map(_field, fields, _FIELDS)
    # Only `*` itself leaves a field open: `*/2` restricts it.
    either = fields[2] != "*" and fields[4] != "*"
    return Cron(text, minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)


def _field(text: str, of: tuple[str, int, int, tuple[str, ...]]) -> frozenset[int]:
    name, least, most, _ = of
    found: set[int] = set()
    for part in text.lower().split(","):
        match = _PART.fullmatch(part)
        step = int(match[2] or 1) if match else 0
        if match is None or step == 0:
            raise ValueError(f"`{part}` is no {name}; write `*`, a number, `1-5`, `*/15` or a list of them")
        first, _, last = match[1].partition("-")
        low = least if first == "*" else _number(first, of)
        high = most if first == "*" or (match[2] and not last) else _number(last or first, of)
        if not least <= low <= high <= most:
            raise ValueError(f"`{part}` is no {name}; it lies between {least} and {most}")
        found.update(range(low, high + 1, step))
    return frozenset(found)


def _number(text: str, of: tuple[str, int, int, tuple[str, ...]]) -> int:
    name, least, most, names = of
    if text in names:
        return names.index(text) + least
    if not text.isdecimal():
        known = f" or {names[0]}…{names[-1]}" if names else ""
        raise ValueError(f"`{text}` is no {name}; write {least}-{most}{known}")
    return int(text)
