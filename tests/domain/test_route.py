"""By which ways a page reaches its people: at once, for Slack, and instead of one that fails."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.alerts.alert import Page
from bot.domain.oncall.route import Call, calls, instead, mentioned, quiet_until, ways
from bot.domain.setup import Channel, Person, Quiet, Setup
from bot.domain.text import say

URLS = {"phone": "call://{phone}", "email": "mail://{email}", "team": "chat://token", "off": ""}
PEOPLE = {
    "lin": Person(key="lin", name="Lin", slack="U1", email="l@x", phone="1"),
    "chen": Person(key="chen", name="Chen", slack="U2", email="c@x"),
    "zhao": Person(key="zhao", name="Zhao", email="z@x", phone="3", channels=("email", "phone")),
    "wang": Person(key="wang", name="Wang"),
}
NO_TEAM = {key: url for key, url in URLS.items() if key != "team"}


def setup(urls=NO_TEAM) -> Setup:
    channels = {key: Channel(key=key, url=url) for key, url in urls.items()}
    return Setup(
        services={}, zone="UTC", language="en", storage="", folder="", people=PEOPLE, channels=channels
    )


def page(people: str, by: str) -> Page:
    who, how = tuple(people.split()), tuple(by.split())
    return Page(cycle=0, level=1, people=who, by=how, reason=say("first notification"))


def short(call: Call) -> str:
    return f"{call.person}:{call.way}" + ("?" if call.stands_in else "") + ("!" if call.why else "")


@pytest.mark.parametrize(
    ("people", "by", "expected"),
    [
        # Slack alone: everything else stands in for it
        ("lin", "slack", "lin:phone? lin:email?"),
        # the ways of the level go at once, the rest stands in
        ("lin", "slack phone", "lin:phone lin:email?"),
        ("lin", "slack email phone", "lin:email lin:phone"),
        # who has no telephone is written to instead
        ("chen", "slack phone", "chen:email!"),
        ("chen", "phone email", "chen:email"),
        # without a Slack ID nothing waits for Slack; the person's own order holds
        ("zhao", "slack", "zhao:email! zhao:phone!"),
        ("zhao", "slack phone", "zhao:phone zhao:email!"),
        # not by Slack: nothing stands in for it
        ("lin", "phone", "lin:phone"),
        # a channel that is switched off leads nowhere, the next one is taken
        ("lin", "off", "lin:phone!"),
        # nobody can be reached: no call
        ("wang", "slack phone", ""),
        # everybody has ways of their own
        ("lin chen", "slack phone", "lin:phone lin:email? chen:email!"),
        # somebody who is configured no more
        ("ghost", "slack phone", ""),
    ],
)
def test_a_page_goes_by_the_ways_of_its_level_and_of_its_people(people, by, expected):
    assert " ".join(map(short, calls(setup(), page(people, by)))) == expected


@pytest.mark.parametrize(
    ("people", "by", "expected"),
    [
        # the level says Slack
        ("lin wang", "slack phone", "lin wang"),
        # it does not, but nothing else leads to Wang
        ("lin wang", "phone", "wang"),
        ("lin", "phone", ""),
    ],
)
def test_slack_mentions_whom_the_level_wants_there_and_whom_nothing_else_reaches(people, by, expected):
    assert " ".join(mentioned(setup(), page(people, by))) == expected


@pytest.mark.parametrize(
    ("failed", "tried", "expected"),
    [
        # in the person's order
        ("lin:phone", "phone", "email"),
        ("zhao:phone", "phone", "email"),
        # all were tried
        ("lin:phone", "phone email", None),
        ("wang:phone", "phone", None),
    ],
)
def test_the_next_way_is_the_persons_next(failed, tried, expected):
    person, _, way = failed.partition(":")
    follows = instead(setup(), Call(person=person, way=way, page=page(person, way)), tried.split())
    assert (follows.way if follows else None) == expected
    assert follows is None or follows.why == say("{channel} did not work", channel=way)


def test_a_channel_that_needs_nothing_of_a_person_leads_to_everybody():
    assert ways(setup(URLS), PEOPLE["wang"]) == ("team",)


@pytest.mark.parametrize(
    ("since", "until", "now", "expected"),
    [
        # over midnight, on both sides of it
        ("22:00", "07:00", "2026-01-19T23:00", "2026-01-20T07:00"),
        ("22:00", "07:00", "2026-01-20T06:59", "2026-01-20T07:00"),
        # half-open
        ("22:00", "07:00", "2026-01-20T07:00", None),
        ("22:00", "07:00", "2026-01-20T22:00", "2026-01-21T07:00"),
        ("22:00", "07:00", "2026-01-20T21:59", None),
        # within one day
        ("12:00", "13:00", "2026-01-20T12:30", "2026-01-20T13:00"),
        ("12:00", "13:00", "2026-01-20T13:00", None),
        # the whole day
        ("09:00", "09:00", "2026-01-20T08:00", "2026-01-20T09:00"),
        # the night in which the clock jumps from 02:00 to 03:00: 02:30 is then
        ("22:00", "02:30", "2026-03-29T01:30", "2026-03-29T03:00"),
    ],
)
def test_quiet_hours_go_by_the_persons_clock(since, until, now, expected):
    zone = ZoneInfo("Europe/Berlin")
    quiet = Quiet(zone=zone.key, since=time.fromisoformat(since), until=time.fromisoformat(until))
    person = Person(key="lin", name="Lin", quiet=quiet)
    found = quiet_until(person, datetime.fromisoformat(now).replace(tzinfo=zone))
    assert (f"{found.astimezone(zone):%Y-%m-%dT%H:%M}" if found else None) == expected


def test_without_quiet_hours_nothing_is_quiet():
    assert quiet_until(PEOPLE["lin"], datetime(2026, 1, 19, 3, tzinfo=ZoneInfo("UTC"))) is None
