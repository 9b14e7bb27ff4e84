"""By which ways a page reaches its people beside Slack, and what goes instead of a way that fails."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Page
from bot.domain.localtime import DAY, instant, local_day
from bot.domain.oncall.escalation import SLACK
from bot.domain.setup import Channel, Person, Setup
from bot.domain.text import Name, Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Reach one person by one way (a key of `channels`) because of a page.

    `stands_in`: it goes only where Slack has not taken the page. `why` is given where the level itself does
    not ask for this way.
    """

    person: str
    way: str
    page: Page
    stands_in: bool = False
    why: Text | None = None


def ways(setup: Setup, person: Person) -> tuple[str, ...]:
    """The ways by which this person can be reached beside Slack, in their order."""
    order = person.channels or tuple(setup.channels)
    return tuple(key for key in order if key in setup.channels and leads_to(setup.channels[key], person))


def leads_to(channel: Channel, person: Person) -> bool:
    """Whether the channel is switched on and all it needs to know of the person is known."""
    needed = {"{phone}": person.phone, "{email}": person.email}
    return bool(channel.url) and all(value for place, value in needed.items() if place in channel.url)


def calls(setup: Setup, page: Page) -> tuple[Call, ...]:
    """All calls of a page: those of the level at once, and for Slack its stand-ins."""
    return tuple(call for key in page.people for call in _calls(setup, page, _person(setup, key)))


def _person(setup: Setup, key: str) -> Person:
    return setup.people.get(key) or Person(key=key, name=key)


def _calls(setup: Setup, page: Page, person: Person) -> Iterator[Call]:
    open_ways = ways(setup, person)
    lacking = [way for way in page.by if way != SLACK and way not in open_ways]
    direct = [way for way in page.by if way in open_ways]
    for way in direct:
        yield Call(person=person.key, way=way, page=page)
    others = [way for way in open_ways if way not in direct]
    for way in lacking[: len(others)]:
        why = say("{channel} does not lead to {person}", channel=way, person=Name(person.key))
        yield Call(person=person.key, way=others.pop(0), page=page, why=why)
    if SLACK not in page.by:
        return
    no_slack = None if person.slack else say("{person} has no Slack ID", person=Name(person.key))
    for way in others:
        yield Call(person=person.key, way=way, page=page, stands_in=no_slack is None, why=no_slack)


def mentioned(setup: Setup, page: Page) -> tuple[str, ...]:
    """Whom the page in Slack mentions: everybody where the level says so, else those no way leads to."""
    if SLACK in page.by:
        return page.people
    called = {call.person for call in calls(setup, page)}
    return tuple(key for key in page.people if key not in called)


def instead(setup: Setup, failed: Call, tried: Collection[str]) -> Call | None:
    """The next way in the person's order, where one did not work; None when all of them were tried."""
    why = say("{channel} did not work", channel=failed.way)
    for way in ways(setup, _person(setup, failed.person)):
        if way not in tried:
            return Call(person=failed.person, way=way, page=failed.page, why=why)
    return None


def quiet_until(person: Person, now: datetime) -> datetime | None:
    """When the person's quiet hours end, if they hold now: a warning waits until then."""
    if person.quiet is None:
        return None
    zone = ZoneInfo(person.quiet.zone)
    today = local_day(zone, now)
    for day in (today - DAY, today):
        since = instant(zone, day, person.quiet.since)
        wraps = person.quiet.until <= person.quiet.since
        until = instant(zone, day + DAY if wraps else day, person.quiet.until)
        if since <= now < until:
            return until
    return None
