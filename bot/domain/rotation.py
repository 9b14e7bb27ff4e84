"""Who carries the pager at an instant: calculated from facts, with no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.localtime import wall
from bot.domain.turns import Restriction as Restriction
from bot.domain.turns import Rotation as Rotation
from bot.domain.turns import Stretch, covered, earliest, handoff, latest
from bot.domain.turns import Unit as Unit

LOOKAHEAD = timedelta(days=400)
"""How long the same person must go on, after the last override, for no change to be in sight."""


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
    """Who is on call at `at`, since when, until when (None: no change in sight), who follows, and why.

    A hand-off or an override that leaves the same person on call does not end a shift. `since` is None
    for nobody before everything begins. Times are in UTC; `why` holds times of the schedule's zone.
    """

    schedule: str
    at: datetime
    on_call: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    next: tuple[str, ...]
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


def _persons(stretch: Stretch) -> tuple[str, ...]:
    return () if stretch.member is None else (stretch.member,)


def _next(schedule: Schedule, here: Stretch, at: datetime) -> Stretch | None:
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
    return (handoff(layer, zone, 0) for layer in schedule.layers)


def _stretch(schedule: Schedule, at: datetime) -> Stretch:
    """What holds at an instant: the strongest of the overrides and layers that names somebody."""
    since: datetime | None = None
    until: datetime | None = None
    silent: list[str] = []
    for source in _sources(schedule, at):
        since, until = latest(since, source.since), earliest(until, source.until)
        if source.member is not None:
            return Stretch(source.member, since, until, source.why)
        silent.append(source.why)
    reasons = [why for why in reversed(silent) if why] or [f"{schedule.key} has no rotation"]
    return Stretch(None, since, until, "nobody: " + "; ".join(reasons))


def _sources(schedule: Schedule, at: datetime) -> Iterator[Stretch]:
    zone = ZoneInfo(schedule.zone)
    for override in reversed(schedule.overrides):
        yield _overridden(override, zone, at)
    for number, layer in reversed(list(enumerate(schedule.layers, start=1))):
        name = schedule.key if len(schedule.layers) == 1 else f"{schedule.key} layer {number}"
        yield covered(layer, zone, at, name)


def _overridden(override: Override, zone: ZoneInfo, at: datetime) -> Stretch:
    since, until = override.since.astimezone(UTC), override.until.astimezone(UTC)
    if at < since:
        return Stretch(None, None, since, "")
    if at >= until:
        return Stretch(None, until, None, "")
    return Stretch(override.member, since, until, f"override until {wall(zone, until):%Y-%m-%d %H:%M}")
