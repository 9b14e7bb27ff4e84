"""Exceptions that people make while the bot runs: checked, and laid over those of the configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.oncall.rotation import Assigned, Override, Schedule, Shift, shifts
from bot.domain.setup import Setup
from bot.domain.text import Instant, Name, Text, say

LONGEST = timedelta(days=366)
SIGHT = timedelta(days=120)
"""How far ahead the shifts of two who swap are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An exception of one schedule that somebody made; `id` is what they call it by."""

    id: str
    schedule: str
    override: Override
    by: str
    at: datetime


def standing(
    setup: Setup, kept: Iterable[Kept], calendars: Iterable[tuple[str, tuple[Assigned, ...]]]
) -> Setup:
    """The setup as it holds now: with people's exceptions after those of the configuration, and calendars."""
    schedules = dict(setup.schedules)
    for key, calendar in calendars:
        if key in schedules and schedules[key].ical:
            schedules[key] = replace(schedules[key], calendar=calendar)
    for one in kept:
        if one.schedule in schedules:
            schedule = schedules[one.schedule]
            schedules[one.schedule] = replace(schedule, overrides=(*schedule.overrides, one.override))
    return replace(setup, schedules=schedules)


def make(schedule: Schedule, override: Override, by: str, now: datetime) -> Kept | Refusal:
    """Check an exception against the schedule as it stands."""
    wrong = _wrong_times(override, now) or _overlap(schedule, override) or _absent(schedule, override)
    if wrong:
        return Refusal(wrong)
    seed = f"{schedule.key}/{override}/{by}@{now.isoformat()}"
    return Kept(
        id=hashlib.sha256(seed.encode()).hexdigest()[:6],
        schedule=schedule.key,
        override=override,
        by=by,
        at=now,
    )


def _wrong_times(override: Override, now: datetime) -> Text | None:
    if override.until <= override.since:
        return say("It would end before it begins; nothing was changed")
    if override.until <= now:
        return say("That time is over; nothing was changed")
    if override.until - now > LONGEST:
        return say("That is more than a year away; nothing was changed")
    return None


def _overlap(schedule: Schedule, override: Override) -> Text | None:
    if not override.alone:
        return None
    for other in schedule.overrides:
        if other.alone and other.since < override.until and override.since < other.until:
            return say(
                "It overlaps the override by which {person} is on call until {at}; remove that one first, or "
                "replace {person} by somebody",
                person=Name(other.member or ""),
                at=Instant(other.until),
            )
    return None


def _absent(schedule: Schedule, override: Override) -> Text | None:
    person = override.instead_of
    if person is None:
        return None
    if any(person in shift.on_call for shift in shifts(schedule, override.since, override.until)):
        return None
    return say("{person} is not on call at that time; nothing was changed", person=Name(person))


def swap(schedule: Schedule, one: str, other: str, by: str, now: datetime) -> tuple[Kept, Kept] | Refusal:
    """The two take each other's next shift (or what is left of the present one)."""
    if one == other:
        return Refusal(say("Nobody can swap with themselves"))
    made: list[Kept] = []
    for leaves, comes in ((one, other), (other, one)):
        shift = _next_without(schedule, leaves, comes, now)
        if shift is None or shift.until is None:
            return Refusal(
                say("{person} has no shift of an end within sight that could be swapped", person=Name(leaves))
            )
        override = Override(
            since=max(shift.since or now, now), until=shift.until, member=comes, instead_of=leaves
        )
        kept = make(schedule, override, by, now)
        if isinstance(kept, Refusal):
            return kept
        made.append(kept)
    return made[0], made[1]


def _next_without(schedule: Schedule, person: str, other: str, now: datetime) -> Shift | None:
    """The first shift in which this person is on call, and the other one is not."""
    coming = shifts(schedule, now, now + SIGHT)
    return next((each for each in coming if person in each.on_call and other not in each.on_call), None)


def in_words(override: Override) -> Text:
    """What an exception does, with its stretch."""
    stretch = say("{since} to {until}", since=Instant(override.since), until=Instant(override.until))
    member, instead = Name(override.member or ""), Name(override.instead_of or "")
    if override.alone:
        return say("{person} alone is on call, {stretch}", person=member, stretch=stretch)
    if override.also:
        return say("{person} is on call too, {stretch}", person=member, stretch=stretch)
    if override.member is None:
        return say("{person} is not on call, {stretch}", person=instead, stretch=stretch)
    return say("{person} is on call for {other}, {stretch}", person=member, other=instead, stretch=stretch)


def named(kept: Sequence[Kept], word: str) -> Kept | None:
    """The exception with this ID."""
    return next((one for one in kept if one.id == word.lower()), None)
