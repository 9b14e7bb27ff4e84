"""How the small words are read: durations, limits, local times, days, targets; ValueError says why not."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.config.errors import did_you_mean
from bot.domain.measures.derived.expression import Expression
from bot.domain.measures.derived.parse import parse_expression
from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.oncall.rotation import Unit
from bot.domain.watches.plan import MIDNIGHT_AFTER
from checks.duration import parse_duration
from checks.threshold import Condition

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = timedelta(days=3660)


def written(value: object) -> str:
    """A value as text, as far as it was text or a number in the file."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be text, not a list, a mapping or nothing")
    return str(value).strip()


def duration(value: object) -> timedelta:
    """`5s`, `10m`, `2h`, `7d`, `1 week`; ValueError otherwise."""
    length = parse_duration(written(value))
    if length > LONGEST:
        raise ValueError(f"`{value}` is too long; at most {LONGEST.days} days")
    return length


def positive_duration(value: object) -> timedelta:
    length = duration(value)
    if length <= timedelta(0):
        raise ValueError("must be longer than nothing, such as `10m`")
    return length


def interval(value: object) -> timedelta:
    length = duration(value)
    if length < timedelta(seconds=1):
        raise ValueError(f"`{value}` is too short; at least 1s")
    return length


def duration_or_off(value: object) -> timedelta | None:
    return None if value is False or value == "off" else positive_duration(value)


def condition(value: object) -> Condition:
    return Condition.parse(written(value))


def expression(value: object) -> Expression:
    return parse_expression(written(value))


def clock_time(value: object) -> time:
    """`09:00` on the local clock; `24:00`, the end of a day, is MIDNIGHT_AFTER."""
    text = written(value)
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text)
    if found:
        hour, minute = int(found[1]), int(found[2])
        if (hour, minute) == (24, 0):
            return MIDNIGHT_AFTER
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(f'`{text}` is not a time of day; write it as "09:00"')


def start_time(value: object) -> time:
    at = clock_time(value)
    if at == MIDNIGHT_AFTER:
        raise ValueError('`24:00` is the end of a day; write "00:00"')
    return at


def local_instant(value: object) -> datetime | date:
    """`2026-01-12` is a date, `2026-01-12T09:00` a naive datetime."""
    text = written(value)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a date; write `2026-01-12` or `2026-01-12T09:00`") from None
    if not 2000 <= instant.year <= 2100:
        raise ValueError(f"`{text}` is far away; write a year from 2000 to 2100")
    if instant.tzinfo is not None:
        raise ValueError(f"`{text}` has an offset; leave it out, the time is the schedule's local one")
    return instant if "T" in text or ":" in text else instant.date()


def local_time(value: object) -> datetime:
    instant = local_instant(value)
    if isinstance(instant, datetime):
        return instant
    return datetime.combine(instant, time())


def zone(value: object) -> str:
    name = written(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=1, cutoff=0.8)
        hint = f"did you mean `{near[0]}`?" if near else "write an IANA name such as `Asia/Shanghai`"
        raise ValueError(f"`{name}` is not a time zone; {hint}") from None
    return name


def target(value: object) -> Target:
    text = written(value)
    kind, colon, key = text.partition(":")
    kinds = [str(known) for known in TargetKind]
    if colon and key and kind in kinds:
        if kind == TargetKind.USERGROUP:
            usergroup(key)
        if kind == TargetKind.CHANNEL:
            channel(key)
        return Target(TargetKind(kind), key)
    if colon and kind not in kinds:
        raise ValueError(f"`{text}` is no target: unknown kind `{kind}`{did_you_mean(kind, kinds)}")
    raise ValueError(f"`{text}` is no target; write `person:NAME`, `team:NAME` or `schedule:NAME`")


def turns(value: object) -> tuple[tuple[str, ...], ...]:
    """`lin`, `[lin, chen]` or `[[lin, wu], chen]`: who takes each turn."""
    found = []
    for entry in value if isinstance(value, list) else [value]:
        together = entry if isinstance(entry, list) else [entry]
        if not together:
            raise ValueError("a turn has nobody in it; write who takes it")
        found.append(tuple(_person(one) for one in together))
    if not found:
        raise ValueError("must have at least 1 entry")
    return tuple(found)


def _person(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"`{value}` is no name of a person; put it in quotes if it is one")
    return key(value)


def cadence(value: object) -> tuple[int, Unit]:
    """`12h`, `1 day`, `2 weeks`, `1 month`: how often a rotation hands off."""
    text = written(value)
    found = re.fullmatch(r"([0-9]{1,4})\s*(h|hours?|d|days?|w|weeks?|months?)", text)
    if not found or not int(found[1]):
        raise ValueError(f"`{text}` is no cadence; write `12h`, `1 day`, `1 week` or `1 month`")
    units = {"h": Unit.HOURS, "d": Unit.DAYS, "w": Unit.WEEKS, "m": Unit.MONTHS}
    return int(found[1]), units[found[2][0]]


def weekday(text: str) -> int:
    word = text.strip().lower()
    if len(word) >= 3:
        for number, name in enumerate(WEEKDAYS):
            if name.startswith(word):
                return number
    raise ValueError(f"`{text.strip()}` is not a weekday; write Mon, Tue, Wed, Thu, Fri, Sat or Sun")


def weekdays(value: object) -> frozenset[int]:
    """`Mon-Fri`, `Sat, Sun` or a list; Monday is 0; a range may wrap (`Fri-Mon`)."""
    parts = value if isinstance(value, list) else written(value).split(",")
    days: set[int] = set()
    for part in parts:
        first, dash, last = written(part).partition("-")
        start = weekday(first)
        end = weekday(last) if dash else start
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def handoff(value: object) -> tuple[int | None, time]:
    """`Mon 09:00` or `09:00`: (weekday or None, local time)."""
    *day, at = written(value).split() or [""]
    if len(day) > 1:
        raise ValueError(f'`{value}` is no hand-off; write "Mon 09:00" or "09:00"')
    return (weekday(day[0]) if day else None), start_time(at)


def days(value: object) -> tuple[int, int]:
    """`2`, `3-7`: the first and the last day, 1 being the deployment's."""
    text = written(value)
    found = re.fullmatch(r"([0-9]{1,3})(?:\s*-\s*([0-9]{1,3}))?", text)
    if not found:
        raise ValueError(f"`{text}` is no day; write `1` or `3-7`")
    first = int(found[1])
    last = int(found[2] or first)
    if not 1 <= first <= last:
        raise ValueError(f"`{text}` is no span of days; day 1 is the deployment's, the later day comes last")
    return first, last


def one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def channel(value: object) -> object:
    if value is None:
        raise ValueError("has no value; write the name without `#`, which begins a comment")
    if isinstance(value, str):
        name = not_empty(value.removeprefix("#"))
        if re.search(r"\s", name) or len(name) > 80:
            raise ValueError(f"`{name}` is no channel: a name has no blanks, and at most 80 characters")
        return name
    return value


def usergroup(slack: str) -> str:
    """The ID by which Slack knows a user group: a handle would mention nobody."""
    if slack and not re.fullmatch(r"S[A-Z0-9]+", slack):
        raise ValueError(f"`{slack}` is no ID of a user group; write one such as S012AB3CD")
    return slack


def web_address(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError(f"`{value}` is no web address; write one such as https://wiki.example.com/orders")
    return value


def key(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,80}", text):
        raise ValueError("may hold letters, digits, `_`, `-` and `.`, at most 80 of them")
    return text
