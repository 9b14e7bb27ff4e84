"""Who carries the pager at an instant: calculated from facts, with no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from bot.domain.oncall.turns import Restriction as Restriction
from bot.domain.oncall.turns import Rotation as Rotation
from bot.domain.oncall.turns import Stretch, covered, earliest, handoff, latest
from bot.domain.oncall.turns import Unit as Unit
from bot.domain.text import Instant, Name, Text, joined, say

LOOKAHEAD = timedelta(days=400)
"""How long the same person must go on, after the last override, for no change to be in sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An exception from `since` until `until` (aware).

    `member` alone is on call and nobody else; `also`: beside whoever is; `instead_of`: in that person's
    place. Without a member the person in `instead_of` is not on call.
    """

    since: datetime
    until: datetime
    member: str | None = None
    instead_of: str | None = None
    also: bool = False

    @property
    def alone(self) -> bool:
        return self.instead_of is None and not self.also

    def applied(self, people: tuple[str, ...]) -> tuple[str, ...]:
        """Who is on call while it holds."""
        own = () if self.member is None else (self.member,)
        if self.alone:
            return own
        if self.also:
            changed = (*people, *own)
        else:
            changed = tuple(each for key in people for each in (own if key == self.instead_of else (key,)))
        return tuple(dict.fromkeys(changed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Who is on call from `since` until `until` by a calendar; where several overlap all of them are."""

    since: datetime
    until: datetime
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Layers of rotations (a later one wins where it covers), and overrides, one applied after the other.

    `calendar` holds the shifts that were read from `ical` (an address, which may be a secret, or a file);
    where it names somebody, no layer does. `usergroup` is the Slack user group kept in step.
    """

    key: str
    zone: str
    layers: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()
    calendar: tuple[Assigned, ...] = ()
    ical: str | None = field(default=None, repr=False)
    usergroup: str | None = None


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
    why: Text


def on_call(schedule: Schedule, at: datetime) -> Shift:
    """Who is on call at an instant. `since` and `until` (UTC) bound the time in which nobody takes over."""
    at = at.astimezone(UTC)
    here = _stretch(schedule, at)
    since = here.since
    while since is not None:
        before = _stretch(schedule, since - timedelta.resolution)
        if before.members != here.members:
            break
        since = before.since
    follows = _next(schedule, here, at)
    return Shift(
        schedule=schedule.key,
        at=at,
        on_call=here.members,
        since=since,
        until=follows.since if follows else None,
        next=follows.members if follows else (),
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


def _next(schedule: Schedule, here: Stretch, at: datetime) -> Stretch | None:
    """The stretch in which somebody else (or nobody) takes over, its `since` being the hand-off."""
    facts = (each.until for each in schedule.overrides), (each.until for each in schedule.calendar)
    last_fact = max([at, *chain(*facts), *_beginnings(schedule)])
    until = here.until
    while until is not None:
        stretch = _stretch(schedule, until)
        if stretch.members != here.members:
            return replace(stretch, since=until)
        until = stretch.until if until < last_fact + LOOKAHEAD else None
    return None


def _beginnings(schedule: Schedule) -> Iterator[datetime]:
    zone = ZoneInfo(schedule.zone)
    return (handoff(layer, zone, 0) for layer in schedule.layers)


def _stretch(schedule: Schedule, at: datetime) -> Stretch:
    """What holds at an instant: the last override that is alone, else the layers; then the others in turn."""
    zone = ZoneInfo(schedule.zone)
    since: datetime | None = None
    until: datetime | None = None
    base: Stretch | None = None
    changes: list[tuple[Override, Text]] = []
    for override in reversed(schedule.overrides):
        begins, ends = override.since.astimezone(UTC), override.until.astimezone(UTC)
        if at < begins:
            until = earliest(until, begins)
        elif at >= ends:
            since = latest(since, ends)
        else:
            since, until = latest(since, begins), earliest(until, ends)
            why = _overridden(override, ends)
            if override.alone:
                base = Stretch(override.applied(()), None, None, why)
                break
            changes.append((override, why))
    if base is None:
        base = _layered(schedule, zone, at)
    people, reasons = base.members, [base.why]
    for override, why in reversed(changes):
        changed = override.applied(people)
        if changed != people:
            reasons.append(why)
        people = changed
    reason = joined(*reasons)
    if base.members and not people:
        reason = say("nobody: {why}", why=reason)
    return Stretch(people, latest(since, base.since), earliest(until, base.until), reason)


def _layered(schedule: Schedule, zone: ZoneInfo, at: datetime) -> Stretch:
    """The calendar, or the strongest of the layers that names somebody."""
    since: datetime | None = None
    until: datetime | None = None
    silent: list[Text] = []
    for source in _sources(schedule, zone, at):
        since, until = latest(since, source.since), earliest(until, source.until)
        if source.members:
            return Stretch(source.members, since, until, source.why)
        silent.append(source.why)
    reasons = list(reversed(silent)) or [say("{schedule} has no rotation", schedule=schedule.key)]
    return Stretch((), since, until, say("nobody: {why}", why=joined(*reasons)))


def _sources(schedule: Schedule, zone: ZoneInfo, at: datetime) -> Iterator[Stretch]:
    if schedule.calendar:
        yield _assigned(schedule, at)
    for number, layer in reversed(list(enumerate(schedule.layers, start=1))):
        name: Text | str = schedule.key
        if len(schedule.layers) > 1:
            name = say("{schedule} layer {number}", schedule=schedule.key, number=number)
        yield covered(layer, zone, at, name)


def _assigned(schedule: Schedule, at: datetime) -> Stretch:
    """Whom the calendar names, between the nearest of its changes on both sides."""
    people: dict[str, None] = {}
    since: datetime | None = None
    until: datetime | None = None
    for one in schedule.calendar:
        for change in (one.since.astimezone(UTC), one.until.astimezone(UTC)):
            since = latest(since, change) if change <= at else since
            until = earliest(until, change) if change > at else until
        if one.since <= at < one.until:
            people.update(dict.fromkeys(one.members))
    why = say("calendar of {schedule}", schedule=schedule.key)
    if not people:
        why = say("the calendar of {schedule} names nobody", schedule=schedule.key)
    return Stretch(tuple(people), since, until, why)


def _overridden(override: Override, until: datetime) -> Text:
    """`override until …`, with what it changes where it does not replace everybody."""
    end = Instant(until)
    if override.alone:
        return say("override until {at}", at=end)
    member, other = Name(override.member or ""), Name(override.instead_of or "")
    if override.also:
        return say("{person} added until {at}", person=member, at=end)
    if override.member is None:
        return say("without {person} until {at}", person=other, at=end)
    return say("{person} in place of {other} until {at}", person=member, other=other, at=end)
