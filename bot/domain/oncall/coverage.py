"""Who would be paged at an instant, by what and why; and when nobody would be, said beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Page
from bot.domain.oncall.escalation import SLACK, Level, Policy, TargetKind
from bot.domain.oncall.roster import reach
from bot.domain.oncall.rotation import on_call, shifts
from bot.domain.oncall.route import calls, leads_to, mentioned, ways
from bot.domain.setup import Person, Setup
from bot.domain.text import Instant, Name, Text, joined, say


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldPage:
    """A level at an instant. `people` are (key, ways at once); `others` user groups and channels."""

    policy: str
    level: int
    people: tuple[tuple[str, tuple[str, ...]], ...]
    others: tuple[str, ...] = ()
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which level 1 of a policy reaches nobody: `level` is paged instead, 0 is nobody at all."""

    since: datetime
    until: datetime
    policy: str
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is missing in a stretch: times without anybody, and what keeps people from being reached."""

    since: datetime
    until: datetime
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Text, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.gaps and not self.faults


def who_would_be_paged(setup: Setup, now: datetime) -> tuple[WouldPage, ...]:
    """Every level of every policy, as it stands at `now`."""
    return tuple(
        _would(setup, policy.key, number, level, now)
        for policy in setup.policies.values()
        for number, level in enumerate(policy.levels, start=1)
    )


def _would(setup: Setup, policy: str, number: int, level: Level, now: datetime) -> WouldPage:
    reached = reach(setup, level.notify, now)
    return WouldPage(
        policy=policy,
        level=number,
        people=tuple((key, at_once(setup, key, level.by)) for key in reached.people),
        others=(*reached.usergroups, *(f"#{each.removeprefix('#')}" for each in reached.channels)),
        why=joined(*_reasons(setup, level, now)),
    )


def at_once(setup: Setup, key: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """The ways by which a level reaches this person at once: its own, and those in the place of others."""
    page = Page(cycle=0, level=1, people=(key,), by=by, reason=say("first notification"))
    person = setup.people.get(key)
    slack = (SLACK,) if person and person.slack and mentioned(setup, page) else ()
    return (*slack, *(call.way for call in calls(setup, page) if not call.stands_in))


def _reasons(setup: Setup, level: Level, now: datetime) -> Iterator[Text]:
    for target in level.notify:
        schedule = setup.schedules.get(target.key) if target.kind is TargetKind.SCHEDULE else None
        yield on_call(schedule, now).why if schedule else say("{item}", item=str(target))


def coverage(setup: Setup, since: datetime, until: datetime) -> Coverage:
    """What is missing between two instants in the policies that the services use."""
    policies = [policy for key in _used(setup) if (policy := setup.policies.get(key))]
    gaps = [gap for policy in policies for gap in _gaps(setup, policy, since, until)]
    faults = [fault for policy in policies for fault in _faults(setup, policy, since, until)]
    return Coverage(
        since=since,
        until=until,
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.since, gap.policy))),
        faults=tuple(dict.fromkeys(faults)),
    )


def _used(setup: Setup) -> dict[str, None]:
    """The policies that could page: of metrics of tier 1, and of checks."""
    found: dict[str, None] = {}
    for service in setup.services.values():
        found.update((each.escalation, None) for each in service.metrics.values() if each.tier == 1)
        found.update((each.escalation, None) for each in service.checks.values())
    return found


def _gaps(setup: Setup, policy: Policy, since: datetime, until: datetime) -> Iterator[Gap]:
    if not policy.levels:
        yield Gap(since=since, until=until, policy=policy.key)
        return
    open_gap: Gap | None = None
    changes = _changes(setup, policy, since, until)
    for begins, ends in zip(changes, (*changes[1:], until), strict=True):
        level = next((n for n, each in enumerate(policy.levels, 1) if _reaches(setup, each, begins)), 0)
        if open_gap and level == open_gap.level:
            open_gap = Gap(since=open_gap.since, until=ends, policy=policy.key, level=level)
            continue
        if open_gap:
            yield open_gap
        open_gap = Gap(since=begins, until=ends, policy=policy.key, level=level) if level != 1 else None
    if open_gap:
        yield open_gap


def _changes(setup: Setup, policy: Policy, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The instants at which somebody else may be reached, the first being `since`."""
    keys = {each.key for level in policy.levels for each in level.notify if each.kind is TargetKind.SCHEDULE}
    schedules = [setup.schedules[key] for key in keys if key in setup.schedules]
    handoffs = {shift.at for schedule in schedules for shift in shifts(schedule, since, until)}
    return tuple(sorted({since, *handoffs}))


def _reaches(setup: Setup, level: Level, at: datetime) -> bool:
    reached = reach(setup, level.notify, at)
    in_slack = SLACK in level.by and (reached.usergroups or reached.channels)
    return bool(in_slack) or any(_reachable(setup, key) for key in reached.people)


def _reachable(setup: Setup, key: str) -> bool:
    person = setup.people.get(key)
    return person is not None and bool(person.slack or ways(setup, person))


def _faults(setup: Setup, policy: Policy, since: datetime, until: datetime) -> Iterator[Text]:
    for level in policy.levels:
        for way in level.by:
            if way != SLACK and not (setup.channels.get(way) and setup.channels[way].url):
                yield say("The channel {channel} is switched off: its URL is empty", channel=way)
        for key in _people(setup, level, since, until):
            yield from _person_faults(setup, setup.people.get(key), level)


def _people(setup: Setup, level: Level, since: datetime, until: datetime) -> dict[str, None]:
    """Everybody whom a level may page in that stretch."""
    found: dict[str, None] = {}
    for target in level.notify:
        if target.kind is TargetKind.SCHEDULE and target.key in setup.schedules:
            for shift in shifts(setup.schedules[target.key], since, until):
                found.update(dict.fromkeys(shift.on_call))
        else:
            found.update(dict.fromkeys(reach(setup, (target,), since).people))
    return found


def _person_faults(setup: Setup, person: Person | None, level: Level) -> Iterator[Text]:
    if person is None:
        return
    name = Name(person.key)
    if not person.slack and not ways(setup, person):
        yield say("Nothing leads to {person}: neither a Slack ID nor a channel", person=name)
        return
    if SLACK in level.by and not person.slack:
        yield say("{person} has no Slack ID", person=name)
    for way in level.by:
        channel = setup.channels.get(way)
        if channel and channel.url and not leads_to(channel, person):
            lacks = "phone" if "{phone}" in channel.url and not person.phone else "email"
            key = "{channel} does not lead to {person}: no {lacks}"
            yield say(key, channel=way, person=name, lacks=lacks)


def in_words(gap: Gap, since: str | Instant, until: str | Instant) -> Text:
    """`nobody will be paged from Thu 22 Jan 03:00 to Thu 22 Jan 09:00 (default)`, the times as given."""
    if gap.level:
        return say(
            "level 1 of {policy} reaches nobody from {since} to {until}: level {level} is paged at once",
            policy=gap.policy,
            since=since,
            until=until,
            level=gap.level,
        )
    return say(
        "nobody will be paged from {since} to {until} ({policy})", since=since, until=until, policy=gap.policy
    )
