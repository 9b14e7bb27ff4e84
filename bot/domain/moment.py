"""Stretches of time as people type them: `4h`, `18:00-22:00`, `2026-01-20T18:00 2026-01-20T22:00`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY, instant, wall
from bot.domain.text import MiswordedError, say
from checks.duration import parse_duration

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_FORMS = say("write `4h`, `18:00-22:00`, or `2026-01-20T18:00 2026-01-20T22:00`")


def stretch(words: Sequence[str], zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """From when until when. A length begins now; a time of day that is over means tomorrow's.

    Raises MiswordedError.
    """
    parts = [part for word in words for part in _split(word) if part.lower() not in ("until", "to", "from")]
    if len(parts) == 1:
        if _is_moment(parts[0]):
            return now, _moment(parts[0], zone, now, now)
        return now, now + _length(parts[0])
    if len(parts) != 2:
        raise MiswordedError(
            say("`{word}` is no stretch of time; {forms}", word=" ".join(words), forms=_FORMS)
        )
    since = _moment(parts[0], zone, now - timedelta(hours=12), now)
    if not _is_moment(parts[1]):
        return since, since + _length(parts[1])
    return since, _moment(parts[1], zone, since, now)


def length_of(word: str) -> timedelta:
    """`10m`. Raises MiswordedError, and OverflowError for what is longer than the calendar."""
    try:
        return parse_duration(word)
    except ValueError:
        raise MiswordedError(
            say("`{word}` is no length of time; write 30s, 10m, 2h, 7d or 2 weeks", word=word)
        ) from None


def _no_stretch(word: str) -> MiswordedError:
    return MiswordedError(say("`{word}` is no stretch of time; {forms}", word=word, forms=_FORMS))


def _split(word: str) -> list[str]:
    """`18:00-22:00` is two times; the hyphens of a date are its own."""
    both = re.fullmatch(r"(\d{1,2}:\d{2})[-–](\d{1,2}:\d{2})", word)
    return [both[1], both[2]] if both else [word]


def _is_moment(word: str) -> bool:
    return bool(_CLOCK.fullmatch(word) or re.match(r"\d{4}-\d", word))


def _length(word: str) -> timedelta:
    try:
        length = parse_duration(word)
    except ValueError:
        raise MiswordedError(
            say("`{word}` is no stretch of time; {forms}", word=word, forms=_FORMS)
        ) from None
    if length <= timedelta(0):
        raise MiswordedError(say("`{word}` is no time at all; {forms}", word=word, forms=_FORMS))
    return length


def _moment(word: str, zone: ZoneInfo, after: datetime, now: datetime) -> datetime:
    """A local time; a time of day is the first one later than `after`."""
    shown = _CLOCK.fullmatch(word)
    if shown:
        day: date = wall(zone, after).date()
        at = time(int(shown[1]), int(shown[2]))
        return next(found for n in range(-1, 3) if (found := instant(zone, day + n * DAY, at)) > after)
    try:
        given = datetime.fromisoformat(word)
    except ValueError:
        raise MiswordedError(say("`{word}` is no time; {forms}", word=word, forms=_FORMS)) from None
    if abs(given.year - now.year) > 2:
        raise MiswordedError(say("`{word}` is far away; {forms}", word=word, forms=_FORMS))
    return given if given.tzinfo else instant(zone, given.date(), given.time())
