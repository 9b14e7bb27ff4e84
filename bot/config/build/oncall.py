"""People, who carries the pager, and who follows, from their words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.config.model.people import OverrideWords, PersonWords, PolicyWords, RotationWords, ScheduleWords
from bot.domain.localtime import instant
from bot.domain.oncall.escalation import Level, Notice, Policy, Recover
from bot.domain.oncall.rotation import Override, Restriction, Rotation, Schedule
from bot.domain.setup import (
    Person,
    Quiet,
)


def build_person(key: str, words: PersonWords, zone: str) -> Person:
    quiet = words.quiet
    return Person(
        key=key,
        name=words.name,
        slack=words.slack or None,
        email=words.email or None,
        phone=words.phone or None,
        channels=words.channels,
        quiet=Quiet(zone=words.timezone or zone, since=quiet.since, until=quiet.until) if quiet else None,
    )


def build_policy(key: str, words: PolicyWords) -> Policy:
    return Policy(
        key=key,
        levels=tuple(
            Level(notify=level.notify, by=level.by, wait=level.wait, everyone=level.everyone)
            for level in words.levels
        ),
        warnings=Notice(notify=words.warnings.notify, by=words.warnings.by) if words.warnings else None,
        recover=Recover(action=words.recover.action, within=words.recover.within) if words.recover else None,
        repeat=words.repeat,
        resolve_within=words.resolve_within,
    )


def build_schedule(key: str, words: ScheduleWords, zone: str) -> Schedule:
    own = words.timezone or zone
    return Schedule(
        key=key,
        zone=own,
        layers=tuple(_rotation(layer) for layer in words.rotation),
        overrides=tuple(_override(override, ZoneInfo(own)) for override in words.overrides),
        ical=words.ical,
        usergroup=words.usergroup,
    )


def _rotation(words: RotationWords) -> Rotation:
    every, unit = words.every
    weekday, at = words.handoff or (None, None)
    only = words.only
    return Rotation(
        members=words.members,
        every=every,
        unit=unit,
        start=words.start,
        handoff_weekday=weekday,
        handoff_time=at,
        only=Restriction(weekdays=only.days, since=only.since, until=only.until) if only else None,
    )


def _override(words: OverrideWords, zone: ZoneInfo) -> Override:
    since, until = (instant(zone, local.date(), local.time()) for local in (words.since, words.until))
    return Override(
        since=since,
        until=until,
        member=words.member or words.add or words.substitute,
        instead_of=words.remove or words.replace,
        also=words.add is not None,
    )
