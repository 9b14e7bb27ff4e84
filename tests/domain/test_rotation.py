"""Who is on call: rotations by wall clock, windows, layers and overrides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.localtime import MIDNIGHT_AFTER
from bot.domain.oncall.rotation import Override, Restriction, Rotation, Schedule, Unit, on_call, shifts
from bot.locale import Speaker

EN = Speaker("en", "UTC")

ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu")
WORKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


def rotation(members="lin chen", every=1, unit=Unit.WEEKS, start="2026-01-12", **more) -> Rotation:
    begins = datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start)
    turns = tuple(tuple(each.split("+")) for each in members.split())
    return Rotation(members=turns, every=every, unit=unit, start=begins, **more)


def schedule(*layers: Rotation, zone="Asia/Shanghai", overrides=()) -> Schedule:
    return Schedule(key="primary", zone=zone, layers=layers, overrides=tuple(overrides))


def local(text: str, zone="Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def override(since: str, until: str, member: str) -> Override:
    return Override(since=local(since), until=local(until), member=member)


def shown(at: datetime | None, zone="Asia/Shanghai") -> str | None:
    return None if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def spoken(plan: Schedule, at: str) -> tuple:
    shift = on_call(plan, local(at, plan.zone))
    return (
        shift.on_call,
        shown(shift.since, plan.zone),
        shown(shift.until, plan.zone),
        shift.next,
        Speaker("en", plan.zone).say(shift.why),
    )


WEEKLY = rotation(handoff_weekday=0, handoff_time=time(9))
OFFICE = Restriction(weekdays=WORKDAYS, since=time(9), until=time(17))
NIGHT = Restriction(weekdays=frozenset({4}), since=time(22), until=time(6))
HOLIDAY = override("2026-01-28T18:00", "2026-01-28T22:00", "chen")


@pytest.mark.parametrize(
    ("plan", "at", "expected"),
    [
        # before the first hand-off: nobody
        (
            schedule(WEEKLY),
            "2026-01-12T08:59",
            ((), None, "2026-01-12 09:00", ("lin",), "nobody: primary begins 2026-01-12 09:00"),
        ),
        # the first hand-off belongs to the first shift
        (
            schedule(WEEKLY),
            "2026-01-12T09:00",
            (
                ("lin",),
                "2026-01-12 09:00",
                "2026-01-19 09:00",
                ("chen",),
                "rotation of primary, week 1 of lin, chen",
            ),
        ),
        # members take turns
        (
            schedule(WEEKLY),
            "2026-01-20T19:00",
            (
                ("chen",),
                "2026-01-19 09:00",
                "2026-01-26 09:00",
                ("lin",),
                "rotation of primary, week 2 of lin, chen",
            ),
        ),
        # several weeks each
        (
            schedule(rotation(every=2)),
            "2026-01-26T00:00",
            (
                ("chen",),
                "2026-01-26 00:00",
                "2026-02-09 00:00",
                ("lin",),
                "rotation of primary, turn 2 (2 weeks each) of lin, chen",
            ),
        ),
        # an override replaces the rotation, and the rotation takes over again
        (
            schedule(WEEKLY, overrides=[HOLIDAY]),
            "2026-01-28T18:00",
            (("chen",), "2026-01-28 18:00", "2026-01-28 22:00", ("lin",), "override until 28 Jan 22:00"),
        ),
        # the end of an override is outside it
        (
            schedule(WEEKLY, overrides=[HOLIDAY]),
            "2026-01-28T22:00",
            (
                ("lin",),
                "2026-01-28 22:00",
                "2026-02-02 09:00",
                ("chen",),
                "rotation of primary, week 3 of lin, chen",
            ),
        ),
        # who is on call anyway is not handed over to by an override
        (
            schedule(WEEKLY, overrides=[override("2026-01-20T18:00", "2026-01-20T22:00", "chen")]),
            "2026-01-20T19:00",
            (("chen",), "2026-01-19 09:00", "2026-01-26 09:00", ("lin",), "override until 20 Jan 22:00"),
        ),
        # of two overrides the last in the list wins, although it began earlier
        (
            schedule(WEEKLY, overrides=[HOLIDAY, override("2026-01-28T17:00", "2026-01-28T20:00", "wu")]),
            "2026-01-28T19:00",
            (("wu",), "2026-01-28 17:00", "2026-01-28 20:00", ("chen",), "override until 28 Jan 20:00"),
        ),
        # an override before the rotation begins
        (
            schedule(WEEKLY, overrides=[override("2026-01-10T00:00", "2026-01-11T00:00", "wu")]),
            "2026-01-10T12:00",
            (("wu",), "2026-01-10 00:00", "2026-01-11 00:00", (), "override until 11 Jan 00:00"),
        ),
        # one member: nobody takes over
        (
            schedule(rotation("lin")),
            "2026-03-01T00:00",
            (("lin",), "2026-01-12 00:00", None, (), "rotation of primary, week 7 of lin"),
        ),
        # one member twice in a row has two turns in one
        (
            schedule(rotation("lin lin chen")),
            "2026-01-19T00:00",
            (
                ("lin",),
                "2026-01-12 00:00",
                "2026-01-26 00:00",
                ("chen",),
                "rotation of primary, week 2 of lin, lin, chen",
            ),
        ),
        # a week later round the list, the two turns are found from the second one too
        (
            schedule(rotation("lin chen lin")),
            "2026-02-02T00:00",
            (
                ("lin",),
                "2026-01-26 00:00",
                "2026-02-09 00:00",
                ("chen",),
                "rotation of primary, week 4 of lin, chen, lin",
            ),
        ),
        # office hours: the weekend belongs to nobody
        (
            schedule(rotation("lin", only=OFFICE)),
            "2026-01-16T17:00",
            (
                (),
                "2026-01-16 17:00",
                "2026-01-19 09:00",
                ("lin",),
                "nobody: primary covers only Mon, Tue, Wed, Thu, Fri 09:00-17:00",
            ),
        ),
        # office hours, inside
        (
            schedule(rotation("lin", only=OFFICE)),
            "2026-01-16T16:59",
            (("lin",), "2026-01-16 09:00", "2026-01-16 17:00", (), "rotation of primary, week 1 of lin"),
        ),
        # Friday's night ends on Saturday
        (
            schedule(rotation("lin", only=NIGHT)),
            "2026-01-17T05:59",
            (("lin",), "2026-01-16 22:00", "2026-01-17 06:00", (), "rotation of primary, week 1 of lin"),
        ),
        # Thursday's night is not Friday's
        (
            schedule(rotation("lin", only=NIGHT)),
            "2026-01-23T05:59",
            (
                (),
                "2026-01-17 06:00",
                "2026-01-23 22:00",
                ("lin",),
                "nobody: primary covers only Fri 22:00-06:00",
            ),
        ),
        # from one hour to the same hour is a day and a night
        (
            schedule(
                rotation("lin", only=Restriction(weekdays=frozenset({4}), since=time(9), until=time(9)))
            ),
            "2026-01-17T08:59",
            (("lin",), "2026-01-16 09:00", "2026-01-17 09:00", (), "rotation of primary, week 1 of lin"),
        ),
        # whole days: five of them are one stretch
        (
            schedule(rotation("lin", only=Restriction(weekdays=WORKDAYS))),
            "2026-01-14T12:00",
            (("lin",), "2026-01-12 00:00", "2026-01-17 00:00", (), "rotation of primary, week 1 of lin"),
        ),
        # two months each, before the day of the month that the first start had
        (
            schedule(rotation(every=2, unit=Unit.MONTHS, start="2026-01-31")),
            "2026-03-30T23:59",
            (
                ("lin",),
                "2026-01-31 00:00",
                "2026-03-31 00:00",
                ("chen",),
                "rotation of primary, turn 1 (2 months each) of lin, chen",
            ),
        ),
        # all days are no restriction
        (
            schedule(rotation("lin", only=Restriction(weekdays=EVERY_DAY))),
            "2026-01-14T12:00",
            (("lin",), "2026-01-12 00:00", None, (), "rotation of primary, week 1 of lin"),
        ),
        # a window may end at 24:00
        (
            schedule(
                rotation(
                    "lin", only=Restriction(weekdays=frozenset({6}), since=time(20), until=MIDNIGHT_AFTER)
                )
            ),
            "2026-01-19T00:00",
            (
                (),
                "2026-01-19 00:00",
                "2026-01-25 20:00",
                ("lin",),
                "nobody: primary covers only Sun 20:00-24:00",
            ),
        ),
        # a restriction to no day at all
        (
            schedule(rotation("lin", only=Restriction(weekdays=frozenset()))),
            "2026-01-19T00:00",
            ((), None, None, (), "nobody: primary covers only no day 00:00-24:00"),
        ),
        # a later layer wins where it covers
        (
            schedule(rotation("lin"), rotation("chen", only=OFFICE)),
            "2026-01-16T12:00",
            (
                ("chen",),
                "2026-01-16 09:00",
                "2026-01-16 17:00",
                ("lin",),
                "rotation of primary layer 2, week 1 of chen",
            ),
        ),
        # and leaves the rest to the layer below
        (
            schedule(rotation("lin"), rotation("chen", only=OFFICE)),
            "2026-01-16T17:00",
            (
                ("lin",),
                "2026-01-16 17:00",
                "2026-01-19 09:00",
                ("chen",),
                "rotation of primary layer 1, week 1 of lin",
            ),
        ),
        # nobody has one reason a layer, in their order
        (
            schedule(rotation("lin", only=OFFICE), rotation("chen", start="2027-01-01")),
            "2026-01-17T00:00",
            (
                (),
                "2026-01-16 17:00",
                "2026-01-19 09:00",
                ("lin",),
                "nobody: primary layer 1 covers only Mon, Tue, Wed, Thu, Fri 09:00-17:00; "
                "primary layer 2 begins 2027-01-01 00:00",
            ),
        ),
        # two layers that always name the same person: no change in sight
        (
            schedule(
                rotation("lin", only=Restriction(weekdays=EVERY_DAY, since=time(9), until=time(21))),
                rotation("lin", only=Restriction(weekdays=EVERY_DAY, since=time(21), until=time(9))),
            ),
            "2026-01-14T12:00",
            (("lin",), "2026-01-12 00:00", None, (), "rotation of primary layer 1, week 1 of lin"),
        ),
        # but an override, however far ahead, is a change in sight
        (
            schedule(
                rotation("lin", only=Restriction(weekdays=EVERY_DAY, since=time(9), until=time(21))),
                rotation("lin", only=Restriction(weekdays=EVERY_DAY, since=time(21), until=time(9))),
                overrides=[override("2028-01-01T12:00", "2028-01-02T12:00", "chen")],
            ),
            "2026-01-14T12:00",
            (
                ("lin",),
                "2026-01-12 00:00",
                "2028-01-01 12:00",
                ("chen",),
                "rotation of primary layer 1, week 1 of lin",
            ),
        ),
        # nobody in the list, no list
        (schedule(rotation("")), "2026-01-14T12:00", ((), None, None, (), "nobody: primary has no members")),
        (schedule(), "2026-01-14T12:00", ((), None, None, (), "nobody: primary has no rotation")),
        # an override is all there is
        (
            schedule(overrides=[HOLIDAY]),
            "2026-01-28T22:00",
            ((), "2026-01-28 22:00", None, (), "nobody: primary has no rotation"),
        ),
    ],
)
def test_on_call_says_who_since_when_until_when_who_follows_and_why(plan, at, expected):
    assert spoken(plan, at) == expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        # a date is its midnight
        (rotation(unit=Unit.DAYS), ["2026-01-12 00:00", "2026-01-13 00:00", "2026-01-14 00:00"]),
        # a local instant
        (
            rotation(unit=Unit.DAYS, start="2026-01-12T18:30"),
            ["2026-01-12 18:30", "2026-01-13 18:30", "2026-01-14 18:30"],
        ),
        # an instant of another zone is seen on the schedule's clock
        (
            rotation(unit=Unit.DAYS, start="2026-01-12T18:30+00:00"),
            ["2026-01-13 02:30", "2026-01-14 02:30", "2026-01-15 02:30"],
        ),
        # `handoff` on the very day of `start`, whatever its time
        (
            rotation(start="2026-01-12T18:30", handoff_weekday=0, handoff_time=time(9)),
            ["2026-01-12 09:00", "2026-01-19 09:00", "2026-01-26 09:00"],
        ),
        # `handoff` on the first such weekday after it
        (
            rotation(start="2026-01-13", handoff_weekday=0, handoff_time=time(9)),
            ["2026-01-19 09:00", "2026-01-26 09:00", "2026-02-02 09:00"],
        ),
        # only a time, only a weekday
        (
            rotation(unit=Unit.DAYS, handoff_time=time(9)),
            ["2026-01-12 09:00", "2026-01-13 09:00", "2026-01-14 09:00"],
        ),
        (rotation(handoff_weekday=4), ["2026-01-16 00:00", "2026-01-23 00:00", "2026-01-30 00:00"]),
        # hours
        (rotation(every=12, unit=Unit.HOURS), ["2026-01-12 00:00", "2026-01-12 12:00", "2026-01-13 00:00"]),
        # months count from the first start: the 31st does not drift to the 28th
        (
            rotation(unit=Unit.MONTHS, start="2026-01-31"),
            ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00", "2026-04-30 00:00"],
        ),
        # a leap year, and every third month over the end of the year
        (rotation(every=3, unit=Unit.MONTHS, start="2027-11-30"), ["2027-11-30 00:00", "2028-02-29 00:00"]),
    ],
)
def test_handoffs_come_by_the_clock_on_the_wall(layer, expected):
    plan = schedule(layer)
    found = list(shifts(plan, local("2026-01-01T00:00"), local("2028-03-01T00:00")))
    assert [shown(shift.until) for shift in found][: len(expected)] == expected


@pytest.mark.parametrize(
    ("zone", "layer", "since", "until", "expected"),
    [
        # 02:30 does not exist: the first instant after the gap, once
        (
            "America/New_York",
            rotation(unit=Unit.DAYS, start="2026-03-07T02:30"),
            "2026-03-07T02:30",
            "2026-03-09T02:31",
            ["2026-03-07T07:30 lin", "2026-03-08T07:00 chen", "2026-03-09T06:30 lin"],
        ),
        # the hour that does not exist is nobody's; the turn that fell into it is over
        (
            "America/New_York",
            rotation("lin chen wu", unit=Unit.HOURS, start="2026-03-08T00:00"),
            "2026-03-08T00:00",
            "2026-03-08T05:00",
            [
                "2026-03-08T05:00 lin",
                "2026-03-08T06:00 chen",
                "2026-03-08T07:00 lin",
                "2026-03-08T08:00 chen",
            ],
        ),
        # and when the same member follows, no hand-off is seen
        (
            "America/New_York",
            rotation("lin chen", unit=Unit.HOURS, start="2026-03-08T00:00"),
            "2026-03-08T01:00",
            "2026-03-08T04:01",
            ["2026-03-08T06:00 chen", "2026-03-08T08:00 lin"],
        ),
        # 01:30 comes twice: its first occurrence, once
        (
            "America/New_York",
            rotation(unit=Unit.DAYS, start="2026-10-31T01:30"),
            "2026-10-31T01:30",
            "2026-11-02T01:31",
            ["2026-10-31T05:30 lin", "2026-11-01T05:30 chen", "2026-11-02T06:30 lin"],
        ),
        # the doubled hour is one turn of two hours
        (
            "America/New_York",
            rotation(unit=Unit.HOURS, start="2026-11-01T00:00"),
            "2026-11-01T00:00",
            "2026-11-01T03:01",
            [
                "2026-11-01T04:00 lin",
                "2026-11-01T05:00 chen",
                "2026-11-01T07:00 lin",
                "2026-11-01T08:00 chen",
            ],
        ),
        # a rotation that begins in the doubled hour
        (
            "America/New_York",
            rotation(unit=Unit.HOURS, start="2026-11-01T01:30"),
            "2026-11-01T01:30",
            "2026-11-01T03:01",
            ["2026-11-01T05:30 lin", "2026-11-01T07:30 chen"],
        ),
        # a window whose begin does not exist
        (
            "Europe/London",
            rotation("lin", only=Restriction(weekdays=EVERY_DAY, since=time(1, 30), until=time(4))),
            "2026-03-29T00:30",
            "2026-03-29T12:00",
            ["2026-03-28T04:00 nobody", "2026-03-29T01:00 lin", "2026-03-29T03:00 nobody"],
        ),
        # a window that does not exist at all: its week has none
        (
            "Europe/London",
            rotation("lin", only=Restriction(weekdays=frozenset({6}), since=time(1), until=time(2))),
            "2026-03-22T01:00",
            "2026-04-06T00:00",
            [
                "2026-03-22T01:00 lin",
                "2026-03-22T02:00 nobody",
                "2026-04-05T00:00 lin",
                "2026-04-05T01:00 nobody",
            ],
        ),
    ],
)
def test_clocks_put_forward_and_back(zone, layer, since, until, expected):
    found = shifts(schedule(layer, zone=zone), local(since, zone), local(until, zone))
    told = [f"{shift.since:%Y-%m-%dT%H:%M} {' '.join(shift.on_call) or 'nobody'}" for shift in found]
    assert told == expected


def test_the_second_showing_of_an_hour_belongs_to_the_turn_that_ended_the_first():
    plan = schedule(rotation(unit=Unit.HOURS, start="2026-11-01T00:30"), zone="America/New_York")
    asked = {minute: on_call(plan, datetime(2026, 11, 1, 6, minute, tzinfo=UTC)) for minute in (10, 40)}
    assert {minute: shift.on_call for minute, shift in asked.items()} == {10: ("chen",), 40: ("chen",)}
    assert f"{asked[10].since:%H:%M} {asked[10].until:%H:%M}" == "05:30 07:30"


def test_a_shift_ten_years_on_is_found_without_walking_there():
    plan = schedule(rotation(unit=Unit.HOURS), zone="America/New_York")
    shift = on_call(plan, local("2036-07-01T12:34", "America/New_York"))
    assert shown(shift.since, plan.zone) == "2036-07-01 12:00"
    assert EN.say(shift.why) == "rotation of primary, hour 91765 of lin, chen"


def test_times_are_in_utc_whatever_zone_was_asked_in():
    shift = on_call(schedule(WEEKLY, overrides=[HOLIDAY]), local("2026-01-28T19:00"))
    assert {at.tzinfo for at in (shift.at, shift.since, shift.until)} == {UTC}
    assert shift.at == local("2026-01-28T19:00")


def test_shifts_of_an_empty_span_are_none():
    assert list(shifts(schedule(WEEKLY), local("2026-01-20T00:00"), local("2026-01-20T00:00"))) == []


def test_shifts_end_where_no_change_is_in_sight():
    (shift,) = shifts(schedule(rotation("lin")), local("2026-01-20T00:00"), local("2027-01-20T00:00"))
    assert shift.until is None


# An independent calendar: step by step through time, and nothing known of offsets. What counts is the
# latest time the clock has shown so far: a jump passes several times at once, a second showing none.

STEP = timedelta(minutes=15)
LAYERS = {
    "weekly": [rotation(handoff_weekday=0, handoff_time=time(9))],
    "hourly": [rotation("lin chen wu", unit=Unit.HOURS)],
    "every 5 h": [rotation("lin chen wu", every=5, unit=Unit.HOURS, start="2026-01-12T00:30")],
    "daily at half past two": [rotation("lin chen wu", unit=Unit.DAYS, start="2026-01-12T02:30")],
    "daily at half past one": [rotation("lin chen", unit=Unit.DAYS, handoff_time=time(1, 30))],
    "nights": [
        rotation("lin chen", only=Restriction(weekdays=EVERY_DAY, since=time(22), until=time(2, 30))),
    ],
    "in pairs": [rotation("lin+wu chen wu+lin", unit=Unit.DAYS, handoff_time=time(2, 15))],
    "layers": [
        rotation(),
        rotation("wu zhao", unit=Unit.DAYS, handoff_time=time(12), only=OFFICE),
        rotation("sun", only=Restriction(weekdays=frozenset({5, 6}), since=time(1, 45), until=time(1, 15))),
    ],
}


def seen_on_the_wall(zone: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    latest, at = datetime.fromisoformat("0001-01-01"), since - 12 * STEP
    while at < until:
        latest = max(latest, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
        if at >= since:
            yield at, latest
        at += STEP


def in_window(only: Restriction, wall: datetime, day: date) -> bool:
    length = (datetime.combine(day, only.until) - datetime.combine(day, only.since)) % timedelta(days=1)
    begins = datetime.combine(day, only.since)
    return day.weekday() in only.weekdays and begins <= wall < begins + length


def named(layer: Rotation, wall: datetime) -> tuple[str, ...] | None:
    first = datetime.fromisoformat(layer.start.isoformat())
    if layer.handoff_time is not None:
        first = datetime.combine(first.date(), layer.handoff_time)
    turn = (wall - first) // timedelta(**{layer.unit: layer.every})
    covered = layer.only is None or any(
        in_window(layer.only, wall, wall.date() - timedelta(days=ago)) for ago in (0, 1)
    )
    return layer.members[turn % len(layer.members)] if covered else None


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "since",
    [
        # forward in America (8 March) and Europe (29 March), back on Lord Howe (5 April)
        "2026-03-05T12:00",
        "2026-03-27T12:00",
        # forward on Lord Howe (4 October), back in Europe (25 October) and America (1 November)
        "2026-10-02T12:00",
        "2026-10-23T12:00",
    ],
)
def test_shifts_are_those_of_a_calendar_walked_step_by_step(layers, zone, since):
    begin = datetime.fromisoformat(since).replace(tzinfo=UTC)
    end = begin + timedelta(days=11)
    plan = schedule(*layers, zone=zone)
    walked = [
        (at, next((who for layer in reversed(layers) if (who := named(layer, wall))), None))
        for at, wall in seen_on_the_wall(zone, begin, end)
    ]
    expected = [next(group) for _, group in groupby(walked, key=lambda point: point[1])]
    found = [(shift.at, shift.on_call or None) for shift in shifts(plan, begin, end)]
    assert found == expected


turn = st.sampled_from([("lin",), ("chen",), ("wu",), ("lin", "wu")])
people = st.lists(turn, min_size=1, max_size=4).map(tuple)
quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
begins = st.datetimes(datetime.fromisoformat("2025-06-01"), datetime.fromisoformat("2026-12-01"))
instants = begins.map(lambda at: at.replace(tzinfo=UTC))
restrictions = st.builds(
    Restriction,
    weekdays=st.frozensets(st.integers(0, 6)),
    since=st.none() | quarters,
    until=st.none() | quarters | st.just(MIDNIGHT_AFTER),
)
gapless = st.builds(
    Rotation,
    members=people,
    every=st.integers(1, 40),
    unit=st.sampled_from(Unit),
    start=begins | begins.map(datetime.date),
    handoff_weekday=st.none() | st.integers(0, 6),
    handoff_time=st.none() | quarters,
)
rotations = gapless | st.builds(lambda layer, only: replace(layer, only=only), gapless, restrictions)
exceptions = st.builds(
    lambda since, hours, change: Override(since=since, until=since + timedelta(hours=hours), **change),
    instants,
    st.integers(0, 400),
    st.sampled_from(
        [
            {"member": "lin"},
            {"member": "zhao"},
            {"member": "zhao", "also": True},
            {"member": "zhao", "instead_of": "lin"},
            {"instead_of": "lin"},
        ]
    ),
)
schedules = st.builds(
    Schedule,
    key=st.just("primary"),
    zone=st.sampled_from(ZONES),
    layers=st.lists(rotations, max_size=3).map(tuple),
    overrides=st.lists(exceptions, max_size=3).map(tuple),
)


@given(schedules, instants, st.lists(st.floats(0, 0.999), max_size=5))
@settings(deadline=None, max_examples=60)
def test_shifts_follow_each_other_and_agree_with_on_call(plan, since, samples):
    until = since + timedelta(days=10)
    found = list(shifts(plan, since, until))
    assert found[0].since is None or found[0].since <= since
    assert found[-1].until is None or found[-1].until >= until
    for shift, following in pairwise(found):
        assert shift.until == following.since == following.at
        assert shift.next == following.on_call != shift.on_call
        assert shift.until > shift.at
    for sample in samples:
        at = since + sample * (until - since)
        (shift,) = [s for s in found if s.at <= at and (s.until is None or at < s.until)] or found[-1:]
        asked = on_call(plan, at)
        assert (asked.on_call, asked.since, asked.until) == (shift.on_call, shift.since, shift.until)


@given(gapless, st.sampled_from(ZONES), instants)
@settings(deadline=None, max_examples=100)
def test_a_gapless_rotation_has_somebody_on_call_from_its_first_handoff_on(layer, zone, at):
    plan = schedule(layer, zone=zone)
    before = on_call(plan, datetime(2020, 1, 1, tzinfo=UTC))
    assert before.on_call == ()
    assert before.next == layer.members[0]
    assert on_call(plan, max(at, before.until)).on_call != ()


@given(schedules, exceptions, instants)
@settings(deadline=None, max_examples=100)
def test_the_last_override_has_the_last_word(plan, exception, at):
    shift = on_call(replace(plan, overrides=(*plan.overrides, exception)), at)
    if exception.since <= at < exception.until:
        assert shift.on_call == exception.applied(on_call(plan, at).on_call)
    else:
        assert shift.on_call == on_call(plan, at).on_call


TWO_YEARS = {
    "Asia/Shanghai": "layers",
    "America/New_York": "daily at half past two",
    "Australia/Lord_Howe": "nights",
    "Europe/London": "in pairs",
    "Asia/Kathmandu": "every 5 h",
}


@pytest.mark.parametrize(("zone", "name"), TWO_YEARS.items())
def test_two_years_of_shifts_are_those_of_a_calendar_walked_minute_by_minute(zone, name):
    """Whatever changes here, changes on a quarter of an hour: between two of them every minute is alike."""
    begin, layers = datetime(2026, 2, 1, tzinfo=UTC), LAYERS[name]
    end = begin + timedelta(days=731)
    plan = schedule(*layers, zone=zone)
    found = iter(shifts(plan, begin, end))
    shift = next(found)
    for at, wall in seen_on_the_wall(zone, begin, end):
        while shift.until is not None and shift.until <= at:
            assert shift.until.minute % 15 == 0
            shift = next(found)
        expected = next((who for layer in reversed(layers) if (who := named(layer, wall))), ())
        assert shift.on_call == expected, (at, wall)
