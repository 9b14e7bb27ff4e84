"""Who carries the pager at an instant: calculated from facts, with no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY, MIDNIGHT_AFTER, instant, local_day, wall

LOOKAHEAD = timedelta(days=400)
"""How long the same person must go on, after the last override, for no change to be in sight."""

WEEKS_TO_SEARCH = 3
"""A week's only window may fall into a gap; two in a row do not."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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
    """Members in turn. `start` is the local instant of the first hand-off; later ones by wall clock.

    `handoff_weekday` (Monday 0) and `handoff_time` move the first hand-off to that moment on or after
    the day of `start`.
    """

    members: tuple[str, ...]
    every: int
    unit: Unit
    start: datetime | date
    handoff_weekday: int | None = None
    handoff_time: time | None = None
    only: Restriction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """`member` is on call instead of whoever the rotation names, from `since` until `until` (aware)."""

    since: datetime
    until: datetime
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Layers of rotations (a later one wins where it covers), and overrides (the last one wins)."""

    key: str
    zone: str
    layers: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is on call at `at`, since when, until when (None: no change in sight), who follows, and why."""

    schedule: str
    at: datetime
    on_call: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    next: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time in which the answer stays the same; None as a bound is for ever."""

    member: str | None
    since: datetime | None
    until: datetime | None
    why: str


def on_call(schedule: Schedule, at: datetime) -> Shift:
    """Who is on call at an instant. `since` and `until` (UTC) bound the time in which nobody takes over."""
    at = at.astimezone(UTC)
    here = _stretch(schedule, at)
    since = here.since
    while since is not None:
        before = _stretch(schedule, since - timedelta.resolution)
        if before.member != here.member:
            break
        since = before.since
    follows = _next(schedule, here, at)
    return Shift(
        schedule=schedule.key,
        at=at,
        on_call=_persons(here),
        since=since,
        until=follows.since if follows else None,
        next=_persons(follows) if follows else (),
        why=here.why,
    )


def shifts(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Shift]:
    """The shifts that cover `since`..`until`, in order and without a gap.

    The first may begin earlier and the last end later. Nobody on call is a shift of nobody.
    """
    at: datetime | None = since
    while at is not None and at < until:
        shift = on_call(schedule, at)
        yield shift
        at = shift.until


def _persons(stretch: _Stretch) -> tuple[str, ...]:
    return () if stretch.member is None else (stretch.member,)


def _next(schedule: Schedule, here: _Stretch, at: datetime) -> _Stretch | None:
    """The stretch in which somebody else (or nobody) takes over, its `since` being the hand-off."""
    last_fact = max([at, *(o.until for o in schedule.overrides), *_beginnings(schedule)])
    until = here.until
    while until is not None:
        stretch = _stretch(schedule, until)
        if stretch.member != here.member:
            return replace(stretch, since=until)
        until = stretch.until if until < last_fact + LOOKAHEAD else None
    return None


def _beginnings(schedule: Schedule) -> Iterator[datetime]:
    zone = ZoneInfo(schedule.zone)
    return (_handoff(layer, zone, 0) for layer in schedule.layers)


def _stretch(schedule: Schedule, at: datetime) -> _Stretch:
    """What holds at an instant: the strongest of the overrides and layers that names somebody."""
    since: datetime | None = None
    until: datetime | None = None
    silent: list[str] = []
    for source in _sources(schedule, at):
        since, until = _latest(since, source.since), _earliest(until, source.until)
        if source.member is not None:
            return _Stretch(source.member, since, until, source.why)
        silent.append(source.why)
    reasons = [why for why in reversed(silent) if why] or [f"{schedule.key} has no rotation"]
    return _Stretch(None, since, until, "nobody: " + "; ".join(reasons))


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)


def _earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _sources(schedule: Schedule, at: datetime) -> Iterator[_Stretch]:
    zone = ZoneInfo(schedule.zone)
    for override in reversed(schedule.overrides):
        yield _overridden(override, zone, at)
    for number, layer in reversed(list(enumerate(schedule.layers, start=1))):
        name = schedule.key if len(schedule.layers) == 1 else f"{schedule.key} layer {number}"
        yield _covered(layer, zone, at, name)


def _overridden(override: Override, zone: ZoneInfo, at: datetime) -> _Stretch:
    since, until = override.since.astimezone(UTC), override.until.astimezone(UTC)
    if at < since:
        return _Stretch(None, None, since, "")
    if at >= until:
        return _Stretch(None, until, None, "")
    return _Stretch(override.member, since, until, f"override until {wall(zone, until):%Y-%m-%d %H:%M}")


def _covered(layer: Rotation, zone: ZoneInfo, at: datetime, name: str) -> _Stretch:
    if not layer.members:
        return _Stretch(None, None, None, f"{name} has no members")
    begins = _handoff(layer, zone, 0)
    if at < begins:
        return _Stretch(None, None, begins, f"{name} begins {wall(zone, begins):%Y-%m-%d %H:%M}")
    turn = _turn(layer, zone, at)
    first, after = _same_member(layer.members, turn)
    since, until = _handoff(layer, zone, first), None if after is None else _handoff(layer, zone, after)
    here = _Stretch(layer.members[turn % len(layer.members)], since, until, _turn_in_words(layer, turn, name))
    return here if layer.only is None else _restricted(here, layer.only, zone, at, name)


def _turn_in_words(layer: Rotation, turn: int, name: str) -> str:
    single = f"{layer.unit.removesuffix('s')} {turn + 1}"
    count = single if layer.every == 1 else f"turn {turn + 1} ({layer.every} {layer.unit} each)"
    return f"rotation of {name}, {count} of {', '.join(layer.members)}"


def _same_member(members: tuple[str, ...], turn: int) -> tuple[int, int | None]:
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
    while _handoff(layer, zone, turn) > at:
        turn -= 1
    while _handoff(layer, zone, turn + 1) <= at:
        turn += 1
    return turn


def _handoff(layer: Rotation, zone: ZoneInfo, turn: int) -> datetime:
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


def _restricted(turn: _Stretch, only: Restriction, zone: ZoneInfo, at: datetime, name: str) -> _Stretch:
    """The part of a member's turn that the windows of a restriction leave, or the time between windows."""
    since, until = only.since or time.min, only.until or MIDNIGHT_AFTER
    if len(only.weekdays) == len(WEEKDAYS) and (
        since == until or (since, until) == (time.min, MIDNIGHT_AFTER)
    ):
        return turn
    today = local_day(zone, at)
    began = next((w for w in _windows(only, zone, today, -DAY) if w[0] <= at), None)
    begins = next((w for w in _windows(only, zone, today, DAY) if w[0] > at), None)
    if began and at < began[1]:
        return replace(turn, since=_latest(turn.since, began[0]), until=_earliest(turn.until, began[1]))
    days = ", ".join(WEEKDAYS[day] for day in sorted(only.weekdays)) or "no day"
    end = "24:00" if until == MIDNIGHT_AFTER else f"{until:%H:%M}"
    why = f"{name} covers only {days} {since:%H:%M}-{end}"
    return _Stretch(None, began and began[1], begins and begins[0], why)


def _windows(
    only: Restriction, zone: ZoneInfo, day: date, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """The windows that begin on `day` and on the days after (or before) it; some may fall into a gap."""
    since, until = only.since or time.min, only.until or MIDNIGHT_AFTER
    for _ in range(WEEKS_TO_SEARCH * len(WEEKDAYS) + 1):
        if day.weekday() in only.weekdays:
            begin = instant(zone, day, since)
            end = instant(zone, day if since < until else day + DAY, until)
            if begin < end:
                yield begin, end
        day += step
