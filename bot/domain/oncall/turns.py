"""One rotation by itself: whose turn it is at an instant, and in which windows it covers anything."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY, MIDNIGHT_AFTER, instant, local_day, wall
from bot.domain.text import Name, Several, Text, say

_DAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """The part of the week a rotation covers: weekdays (Monday 0) and local hours, half-open.

    `until` at or before `since` reaches into the next day; both None is the whole day.
    """

    weekdays: frozenset[int]
    since: time | None = None
    until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Members in turn; several may share one. `start` is the local instant of the first hand-off.

    Later ones come by wall clock.

    `handoff_weekday` (Monday 0) and `handoff_time` move the first hand-off to that moment on or after
    the day of `start`.
    """

    members: tuple[tuple[str, ...], ...]
    every: int
    unit: Unit
    start: datetime | date
    handoff_weekday: int | None = None
    handoff_time: time | None = None
    only: Restriction | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the answer stays the same; None as a bound is for ever. No members: nobody."""

    members: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    why: Text


def latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)


def earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def covered(layer: Rotation, zone: ZoneInfo, at: datetime, name: Text | str) -> Stretch:
    """Whom a rotation names at an instant, or why nobody; `name` is what to call it in the reason."""
    if not layer.members:
        return Stretch((), None, None, say("{schedule} has no members", schedule=name))
    begins = handoff(layer, zone, 0)
    if at < begins:
        told = say("{schedule} begins {at}", schedule=name, at=f"{wall(zone, begins):%Y-%m-%d %H:%M}")
        return Stretch((), None, begins, told)
    turn = _turn(layer, zone, at)
    first, after = _same_member(layer.members, turn)
    since, until = handoff(layer, zone, first), None if after is None else handoff(layer, zone, after)
    here = Stretch(layer.members[turn % len(layer.members)], since, until, _turn_in_words(layer, turn, name))
    return here if layer.only is None else _restricted(here, layer.only, zone, at, name)


_ONE = {
    Unit.HOURS: say("hour"),
    Unit.DAYS: say("day"),
    Unit.WEEKS: say("week"),
    Unit.MONTHS: say("month"),
}
_SEVERAL = {
    Unit.HOURS: say("hours"),
    Unit.DAYS: say("days"),
    Unit.WEEKS: say("weeks"),
    Unit.MONTHS: say("months"),
}


def _turn_in_words(layer: Rotation, turn: int, name: Text | str) -> Text:
    count = say("{unit} {number}", unit=_ONE[layer.unit], number=turn + 1)
    if layer.every != 1:
        unit = _SEVERAL[layer.unit]
        count = say("turn {number} ({every} {unit} each)", number=turn + 1, every=layer.every, unit=unit)
    people = Several(tuple(map(_together, layer.members)))
    return say("rotation of {schedule}, {count} of {people}", schedule=name, count=count, people=people)


def _together(people: tuple[str, ...]) -> Text | Name:
    """Who takes one turn."""
    whole: Text | Name = Name(people[0])
    for each in people[1:]:
        whole = say("{one} + {other}", one=whole, other=Name(each))
    return whole


def _same_member(members: tuple[tuple[str, ...], ...], turn: int) -> tuple[int, int | None]:
    """The first of the consecutive turns of one member, and the first turn after them (None: no other)."""
    if len(set(members)) == 1:
        return 0, None
    member, first, after = members[turn % len(members)], turn, turn + 1
    while first > 0 and members[(first - 1) % len(members)] == member:
        first -= 1
    while members[after % len(members)] == member:
        after += 1
    return first, after


def _turn(layer: Rotation, zone: ZoneInfo, at: datetime) -> int:
    """The number of the turn (from 0) at an instant after the first hand-off.

    The clock may show an hour for the second time, or have jumped: the guess is put right from there.
    """
    first, shown = _first_handoff(layer, zone), wall(zone, at)
    if layer.unit is Unit.MONTHS:
        turn = ((shown.year - first.year) * 12 + shown.month - first.month) // layer.every
    else:
        turn = (shown - first) // timedelta(**{layer.unit: layer.every})
    while handoff(layer, zone, turn) > at:
        turn -= 1
    while handoff(layer, zone, turn + 1) <= at:
        turn += 1
    return turn


def handoff(layer: Rotation, zone: ZoneInfo, turn: int) -> datetime:
    """The instant (UTC) at which a turn, counted from 0, begins."""
    first = _first_handoff(layer, zone)
    count = turn * layer.every
    if layer.unit is Unit.MONTHS:
        years, month = divmod(first.month - 1 + count, 12)
        shown = first.replace(day=1, year=first.year + years, month=month + 1)
        shown = shown.replace(day=min(first.day, monthrange(shown.year, shown.month)[1]))
    else:
        shown = first + timedelta(**{layer.unit: count})
    return instant(zone, shown.date(), shown.time())


def _first_handoff(layer: Rotation, zone: ZoneInfo) -> datetime:
    """What the clock shows at the first hand-off."""
    start = layer.start
    if not isinstance(start, datetime):
        start = datetime.combine(start, time.min)
    elif start.tzinfo is not None:
        start = wall(zone, start)
    if layer.handoff_weekday is not None:
        start += DAY * ((layer.handoff_weekday - start.weekday()) % 7)
    return start if layer.handoff_time is None else datetime.combine(start, layer.handoff_time)


def _restricted(turn: Stretch, only: Restriction, zone: ZoneInfo, at: datetime, name: Text | str) -> Stretch:
    """The part of a member's turn that the windows of a restriction leave, or the time between windows."""
    since, until = only.since or time.min, only.until or MIDNIGHT_AFTER
    if len(only.weekdays) == len(_DAYS) and (since == until or (since, until) == (time.min, MIDNIGHT_AFTER)):
        return turn
    today = local_day(zone, at)
    began = next((w for w in _windows(only, zone, today, -DAY) if w[0] <= at), None)
    begins = next((w for w in _windows(only, zone, today, DAY) if w[0] > at), None)
    if began and at < began[1]:
        return replace(turn, since=latest(turn.since, began[0]), until=earliest(turn.until, began[1]))
    end = "24:00" if until == MIDNIGHT_AFTER else f"{until:%H:%M}"
    hours = f"{since:%H:%M}-{end}"
    days = Several(tuple(_DAYS[day] for day in sorted(only.weekdays)) or (say("no day"),))
    why = say("{schedule} covers only {days} {hours}", schedule=name, days=days, hours=hours)
    return Stretch((), began and began[1], begins and begins[0], why)


def _windows(
    only: Restriction, zone: ZoneInfo, day: date, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """The windows that begin on `day` and in the week after (or before) it; one in a gap is empty."""
    since, until = only.since or time.min, only.until or MIDNIGHT_AFTER
    for day_near in (day + step * n for n in range(len(_DAYS) + 1)):
        if day_near.weekday() in only.weekdays:
            end = day_near if since < until else day_near + DAY
            yield instant(zone, day_near, since), instant(zone, end, until)
