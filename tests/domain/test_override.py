"""Exceptions that people make: times as they type them, what is refused, and who swaps what with whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.alerts.alert import Refusal
from bot.domain.moment import stretch
from bot.domain.oncall.override import Kept, make, standing, swap
from bot.domain.oncall.rotation import Assigned, Override, Rotation, Schedule, Unit, on_call
from bot.domain.setup import Setup
from bot.locale import Speaker

EN = Speaker("en", "UTC")

ZONE = "Europe/London"
WEEKLY = Rotation(
    members=(("lin",), ("chen",), ("wu",)),
    every=1,
    unit=Unit.WEEKS,
    start=datetime(2026, 1, 12),  # noqa: DTZ001
    handoff_weekday=0,
    handoff_time=time(9),
)


def at(text: str, zone: str = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


NOW = at("2026-01-20T14:00")


def over(since: str, until: str, member: str | None = None, **more) -> Override:
    return Override(since=at(since), until=at(until), member=member, **more)


def schedule(*overrides: Override, calendar: tuple[Assigned, ...] = ()) -> Schedule:
    return Schedule(key="primary", zone=ZONE, layers=(WEEKLY,), overrides=overrides, calendar=calendar)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # a length begins now
        ("4h", "20 14:00 - 20 18:00"),
        ("90m", "20 14:00 - 20 15:30"),
        # one time is an end
        ("18:00", "20 14:00 - 20 18:00"),
        ("until 18:00", "20 14:00 - 20 18:00"),
        # an end that is over today is tomorrow's
        ("09:00", "20 14:00 - 21 09:00"),
        # from when until when; over midnight; begun this morning
        ("18:00-22:00", "20 18:00 - 20 22:00"),
        ("22:00 06:00", "20 22:00 - 21 06:00"),
        ("09:00-17:00", "20 09:00 - 20 17:00"),
        ("01:00-03:00", "21 01:00 - 21 03:00"),
        # a time and a length
        ("18:00 2h", "20 18:00 - 20 20:00"),
        # days
        ("2026-01-22T18:00 2026-01-23T09:00", "22 18:00 - 23 09:00"),
        ("2026-01-22T18:00 22:00", "22 18:00 - 22 22:00"),
        ("from 2026-01-22 to 2026-01-23", "22 00:00 - 23 00:00"),
        ("2026-01-22T18:00+08:00 1h", "22 10:00 - 22 11:00"),
    ],
)
def test_times_are_read_as_people_type_them(typed, expected):
    found = stretch(typed.split(), ZoneInfo(ZONE), NOW)
    since, until = (each.astimezone(ZoneInfo(ZONE)) for each in found)
    assert f"{since:%d %H:%M} - {until:%d %H:%M}" == expected


@pytest.mark.parametrize("typed", ["soon", "0s", "18:00 22:00 23:00", "2026-13-01", "2036-01-01T00:00 4h"])
def test_what_is_no_stretch_of_time_is_told_what_is(typed):
    with pytest.raises(ValueError, match="write `4h`"):
        stretch(typed.split(), ZoneInfo(ZONE), NOW)


def test_a_time_in_the_night_that_the_clock_jumps_is_the_first_instant_after_the_gap():
    now = at("2026-03-28T23:00")
    _, until = stretch(["01:30"], ZoneInfo(ZONE), now)
    assert until == at("2026-03-29T02:00")


@pytest.mark.parametrize(
    ("stands", "wanted", "why"),
    [
        # fine
        ((), over("2026-01-20T15:00", "2026-01-20T16:00", "wu"), None),
        # it holds already, and ends later
        ((), over("2026-01-20T09:00", "2026-01-20T16:00", "wu"), None),
        # backwards, over, far away
        ((), over("2026-01-20T16:00", "2026-01-20T15:00", "wu"), "It would end before it begins"),
        ((), over("2026-01-20T09:00", "2026-01-20T14:00", "wu"), "That time is over"),
        ((), over("2026-01-20T15:00", "2027-03-01T14:00", "wu"), "That is more than a year away"),
        # two alone at once
        (
            (over("2026-01-20T15:00", "2026-01-20T17:00", "lin"),),
            over("2026-01-20T16:00", "2026-01-20T18:00", "wu"),
            "It overlaps the override by which {person} is on call until {at}",
        ),
        # one after the other, or beside
        (
            (over("2026-01-20T15:00", "2026-01-20T16:00", "lin"),),
            over("2026-01-20T16:00", "2026-01-20T18:00", "wu"),
            None,
        ),
        (
            (over("2026-01-20T15:00", "2026-01-20T17:00", "lin"),),
            over("2026-01-20T16:00", "2026-01-20T18:00", "wu", also=True),
            None,
        ),
        # in the place of somebody who is not there
        (
            (),
            over("2026-01-20T15:00", "2026-01-20T16:00", "wu", instead_of="lin"),
            "{person} is not on call at that time",
        ),
        (
            (),
            over("2026-01-20T15:00", "2026-01-20T16:00", instead_of="wu"),
            "{person} is not on call at that time",
        ),
        ((), over("2026-01-20T15:00", "2026-01-20T16:00", "wu", instead_of="chen"), None),
        # who is there for a part of it
        ((), over("2026-01-20T15:00", "2026-01-27T16:00", "chen", instead_of="wu"), None),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(stands, wanted, why):
    made = make(schedule(*stands), wanted, "lin", NOW)
    if why is None:
        assert isinstance(made, Kept)
    else:
        assert isinstance(made, Refusal)
        assert made.reason.key.startswith(why)


@pytest.mark.parametrize(
    ("overrides", "people"),
    [
        # Chen's week
        ((), ("chen",)),
        # alone, too, in place of, not
        ((over("2026-01-20T13:00", "2026-01-20T15:00", "wu"),), ("wu",)),
        ((over("2026-01-20T13:00", "2026-01-20T15:00", "wu", also=True),), ("chen", "wu")),
        ((over("2026-01-20T13:00", "2026-01-20T15:00", "wu", instead_of="chen"),), ("wu",)),
        ((over("2026-01-20T13:00", "2026-01-20T15:00", instead_of="chen"),), ()),
        # who is there already is not doubled, who is not there is not replaced
        ((over("2026-01-20T13:00", "2026-01-20T15:00", "chen", also=True),), ("chen",)),
        ((over("2026-01-20T13:00", "2026-01-20T15:00", "wu", instead_of="lin"),), ("chen",)),
        # one after the other: Wu joins, and Lin takes Chen's place
        (
            (
                over("2026-01-20T13:00", "2026-01-20T15:00", "wu", also=True),
                over("2026-01-20T13:00", "2026-01-20T15:00", "lin", instead_of="chen"),
            ),
            ("lin", "wu"),
        ),
        # alone puts an end to those before it
        (
            (
                over("2026-01-20T13:00", "2026-01-20T15:00", "wu", also=True),
                over("2026-01-20T13:00", "2026-01-20T15:00", "lin"),
            ),
            ("lin",),
        ),
        # and those after it change it
        (
            (
                over("2026-01-20T13:00", "2026-01-20T15:00", "lin"),
                over("2026-01-20T13:00", "2026-01-20T15:00", "wu", also=True),
            ),
            ("lin", "wu"),
        ),
        # half-open
        ((over("2026-01-20T13:00", "2026-01-20T14:00", "wu"),), ("chen",)),
        ((over("2026-01-20T14:00", "2026-01-20T15:00", "wu"),), ("wu",)),
    ],
)
def test_exceptions_are_applied_one_after_the_other(overrides, people):
    assert on_call(schedule(*overrides), NOW).on_call == people


def test_why_names_what_was_changed():
    changes = (
        over("2026-01-20T13:00", "2026-01-20T15:00", "wu", also=True),
        over("2026-01-20T13:00", "2026-01-20T16:00", "lin", instead_of="chen"),
    )
    assert EN.say(on_call(schedule(*changes), NOW).why) == (
        "rotation of primary, week 2 of lin, chen, wu; wu added until 20 Jan 15:00; "
        "lin in place of chen until 20 Jan 16:00"
    )
    nobody = on_call(schedule(over("2026-01-20T13:00", "2026-01-20T15:00", instead_of="chen")), NOW)
    assert EN.say(nobody.why).startswith("nobody: rotation of primary")
    assert (nobody.until, nobody.next) == (at("2026-01-20T15:00"), ("chen",))


def swapped(one: str, other: str) -> list[str]:
    found = swap(schedule(), one, other, "lin", NOW)
    assert isinstance(found, tuple), found
    return [
        f"{each.override.member} for {each.override.instead_of} {each.override.since:%m-%d %H:%M} "
        f"{each.override.until:%m-%d %H:%M}"
        for each in found
    ]


def test_two_swap_what_is_left_of_the_present_shift_and_the_next_one():
    assert swapped("chen", "wu") == [
        "wu for chen 01-20 14:00 01-26 09:00",
        "chen for wu 01-26 09:00 02-02 09:00",
    ]
    assert swapped("lin", "wu") == [
        "wu for lin 02-02 09:00 02-09 09:00",
        "lin for wu 01-26 09:00 02-02 09:00",
    ]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("lin", "lin", "Nobody can swap with themselves"),
        ("lin", "zhao", "{person} has no shift of an end within sight that could be swapped"),
    ],
)
def test_a_swap_that_makes_no_sense_is_refused(one, other, why):
    refused = swap(schedule(), one, other, "lin", NOW)
    assert isinstance(refused, Refusal)
    assert refused.reason.key == why


def test_a_calendar_that_was_read_wins_over_the_rotation_and_exceptions_win_over_it():
    shift = Assigned(since=at("2026-01-20T12:00"), until=at("2026-01-20T18:00"), members=("zhao",))
    beside = Assigned(since=at("2026-01-20T13:00"), until=at("2026-01-20T15:00"), members=("wu",))
    read = schedule(calendar=(shift, beside))
    assert on_call(read, NOW).on_call == ("zhao", "wu")
    assert on_call(read, at("2026-01-20T19:00")).on_call == ("chen",)
    found = on_call(read, at("2026-01-20T16:00"))
    assert (found.since, found.until, found.next) == (
        at("2026-01-20T15:00"),
        at("2026-01-20T18:00"),
        ("chen",),
    )
    assert EN.say(found.why) == "calendar of primary"
    replaced = schedule(
        over("2026-01-20T13:00", "2026-01-20T15:00", "lin", instead_of="zhao"), calendar=(shift,)
    )
    assert on_call(replaced, NOW).on_call == ("lin",)


def test_what_people_made_stands_behind_what_is_configured():
    own = over("2026-01-20T13:00", "2026-01-20T15:00", "wu")
    setup = Setup(
        services={}, zone=ZONE, language="en", storage="", folder="", schedules={"primary": schedule(own)}
    )
    made = make(schedule(), over("2026-01-20T13:30", "2026-01-20T14:30", "lin"), "lin", NOW)
    assert isinstance(made, Kept)
    shift = Assigned(since=NOW, until=at("2026-01-21T00:00"), members=("zhao",))
    calendars = [("primary", (shift,))]
    now_standing = standing(setup, [made, replace(made, schedule="gone")], calendars)
    assert now_standing.schedules["primary"].overrides == (own, made.override)
    # a calendar is of use only to a schedule that names one
    assert now_standing.schedules["primary"].calendar == ()
