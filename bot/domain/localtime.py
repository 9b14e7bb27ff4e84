"""Wall-clock times and the instants (UTC) they stand for, in zones whose clocks are put forward and back."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT_AFTER = time.max
"""`24:00`: the end of a day, which `datetime.time` cannot say."""

DAY = timedelta(days=1)


def instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The instant (UTC) at which the clock first shows `at` on `day`, or has jumped past it.

    A time that does not exist is the first instant after the gap; one that exists twice is its first
    occurrence. So a later wall-clock time is never an earlier instant.
    """
    if at == MIDNIGHT_AFTER:
        day, at = day + DAY, time.min
    shown = datetime.combine(day, at, zone)
    first = shown.replace(fold=0).astimezone(UTC)
    second = shown.replace(fold=1).astimezone(UTC)
    return first if first <= second else _end_of_gap(zone, second, first)


def _end_of_gap(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    offset = after.astimezone(zone).utcoffset()
    seconds = range(int(before.timestamp()), int(after.timestamp()))
    jumped = bisect_left(seconds, True, key=lambda s: datetime.fromtimestamp(s, zone).utcoffset() == offset)
    return datetime.fromtimestamp(seconds.start + jumped, UTC)


NIGHT = time(3)
"""When what needs doing once a day is done: hardly anybody works then."""


def next_night(zone: str, now: datetime) -> datetime:
    """The next NIGHT after an instant."""
    here = ZoneInfo(zone)
    today = wall(here, now).date()
    return next(at for day in (today, today + DAY) if (at := instant(here, day, NIGHT)) > now)


def wall(zone: ZoneInfo, at: datetime) -> datetime:
    """What the clock shows at an instant: naive, in local time."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def local_day(zone: ZoneInfo, at: datetime) -> date:
    """The local day, midnight to midnight, that holds an instant.

    Where clocks are put back over midnight the old date is shown twice; the new day has begun by then.
    """
    day = wall(zone, at).date()
    return day + DAY if instant(zone, day, MIDNIGHT_AFTER) <= at else day
