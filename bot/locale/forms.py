"""Numbers, lengths of time and moments, as each language writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

_DIGITS = 4
_PLACE = re.compile(r"( ?)\{(\w+)\}( ?)")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Forms:
    """What differs: units of time, the space before them, weekdays, templates of dates, and punctuation.

    `spaced`: a word stands apart from the next one, whatever they are written in.
    """

    units: tuple[str, str, str, str]
    gap: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    year: str
    weekday: str
    comma: str
    colon: str
    stop: str
    heading: str
    note: str
    spaced: bool


FORMS = {
    "en": Forms(
        units=("d", "h", "m", "s"),
        gap="",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        day="{day} {month}",
        year="{day} {month} {year}",
        weekday="{weekday} {date}",
        comma=", ",
        colon=": ",
        stop=". ",
        heading="{title}",
        note="{words} ({note})",
        spaced=True,
    ),
    "zh": Forms(
        units=("天", "小时", "分钟", "秒"),
        gap=" ",
        weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        months=tuple(f"{month}月" for month in range(1, 13)),
        day="{month}{day}日",
        year="{year}年{month}{day}日",
        weekday="{date} {weekday}",
        comma="、",
        colon="：",
        stop="。",
        heading="【{title}】",
        note="{words}（{note}）",
        spaced=False,
    ),
}


def filled(template: str, said: Mapping[str, str], forms: Forms) -> str:
    """The template with its places filled; between two Chinese characters there is no space."""
    if forms.spaced:
        return template.format(**said)

    def place(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        word = said[name]
        left, right = template[: found.start()][-1:], template[found.end() :][:1]
        if before and _HAN.match(left) and _HAN.match(word):
            before = ""
        if after and _HAN.match(right) and _HAN.match(word[-1:]):
            after = ""
        return f"{before}{word}{after}"

    return _PLACE.sub(place, template)


def number(value: float) -> str:
    """At most four significant digits, whole numbers from 1,000 on, no trailing zeros: `12.1`, `0.3`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "-∞")
    size = abs(value)
    if size == 0:
        return "0"
    if not 1e-6 <= size < 1e15:
        return f"{value:.3g}"
    if size >= 1000:
        return f"{value:.0f}"
    places = _DIGITS - 1 - math.floor(math.log10(size))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(value: float, unit: str) -> str:
    """`12.1 s`, `0.3%`, `115/s`; a part of a second in milliseconds: `201 ms`."""
    if unit == "s" and 0 < abs(value) < 1:
        value, unit = value * 1000, "ms"
    space = "" if not unit or unit.startswith(("%", "/")) else " "
    return f"{number(value)}{space}{unit}"


def span(seconds: float, forms: Forms) -> str:
    """The two largest units: `12m 5s`, `2h 5m`, `3d`; under ten seconds with a tenth."""
    sign = "-" if seconds < 0 else ""
    left = abs(seconds)
    if left < 9.95:
        return f"{sign}{number(round(left, 1))}{forms.gap}{forms.units[3]}"
    counts = []
    whole = round(left)
    for size in (86400, 3600, 60, 1):
        counts.append(whole // size)
        whole %= size
    first = next(index for index, count in enumerate(counts) if count)
    shown = [
        f"{counts[index]}{forms.gap}{forms.units[index]}"
        for index in range(first, min(first + 2, 4))
        if counts[index]
    ]
    return sign + " ".join(shown)


def day(on: date, forms: Forms, *, year: bool = False) -> str:
    """`19 Jan`, with the year where it is not plain: `19 Jan 2026`."""
    template = forms.year if year else forms.day
    return template.format(day=on.day, month=forms.months[on.month - 1], year=on.year)


def weekday(on: date, forms: Forms) -> str:
    """`Mon 19 Jan`."""
    return forms.weekday.format(weekday=forms.weekdays[on.weekday()], date=day(on, forms))


def moment(at: datetime, now: datetime | None, forms: Forms) -> str:
    """`14:05` on the local day of `now`, else `19 Jan 14:05`. Both are local."""
    if now and at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{day(at.date(), forms, year=bool(now and now.year != at.year))} {at:%H:%M}"
