"""Who would be paged now, by what and why; and when nobody would be, said beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.oncall.coverage import coverage, who_would_be_paged
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.oncall.rotation import Override, Restriction, Rotation, Schedule, Unit
from bot.domain.setup import Channel, Metric, Person, Service, Setup, Team
from bot.domain.text import Label
from bot.domain.watches.plan import Plan
from bot.locale import Speaker

EN = Speaker("en", "UTC")

MONDAY = datetime(2026, 1, 19, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PEOPLE = {
    "lin": Person(key="lin", name="Lin", slack="U1", phone="1"),
    "chen": Person(key="chen", name="Chen", slack="U2"),
    "wang": Person(key="wang", name="Wang", phone="2"),
    "ghost": Person(key="ghost", name="Ghost"),
}
OFFICE = Restriction(weekdays=frozenset(range(5)), since=time(9), until=time(17))
ALWAYS = Rotation(members=(("lin",), ("chen",)), every=1, unit=Unit.WEEKS, start=MONDAY - 7 * DAY)


def target(text: str) -> Target:
    kind, _, key = text.partition(":")
    return Target(TargetKind(kind), key)


def level(targets: str, by: str = "slack") -> Level:
    return Level(notify=tuple(map(target, targets.split())), by=tuple(by.split()), wait=HOUR)


def setup(*levels: Level, schedule: Schedule | None = None, phone: str = "call://{phone}") -> Setup:
    metric = Metric(key="m", label=Label("M"), tier=1)
    return Setup(
        services={"orders": Service(key="orders", channel="c", metrics={"m": metric}, plan=Plan(zone="UTC"))},
        zone="UTC",
        language="en",
        storage="",
        folder="",
        people=PEOPLE,
        teams={"empty": Team(key="empty", members=()), "all": Team(key="all", members=("lin", "ghost"))},
        schedules={"s": schedule or Schedule(key="s", zone="UTC", layers=(ALWAYS,))},
        policies={"default": Policy(key="default", levels=levels)},
        channels={"phone": Channel(key="phone", url=phone)},
    )


def rotation(*layers: Rotation, overrides: tuple[Override, ...] = ()) -> Schedule:
    return Schedule(key="s", zone="UTC", layers=layers, overrides=overrides)


def office(*people: str) -> Rotation:
    return Rotation(
        members=tuple((each,) for each in people), every=1, unit=Unit.WEEKS, start=MONDAY, only=OFFICE
    )


def gaps(plan: Setup, days: float = 1) -> list[str]:
    found = coverage(plan, MONDAY, MONDAY + days * DAY).gaps
    return [f"{gap.since:%a %H:%M}-{gap.until:%a %H:%M} {gap.level}" for gap in found]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        # somebody at any time
        (setup(level("schedule:s")), []),
        # outside office hours nobody, told once a stretch
        (
            setup(level("schedule:s"), schedule=rotation(office("lin"))),
            ["Mon 00:00-Mon 09:00 0", "Mon 17:00-Tue 00:00 0"],
        ),
        # the next level takes it: that is said too
        (
            setup(level("schedule:s"), level("person:chen"), schedule=rotation(office("lin"))),
            ["Mon 00:00-Mon 09:00 2", "Mon 17:00-Tue 00:00 2"],
        ),
        # somebody whom nothing reaches is nobody
        (setup(level("person:ghost")), ["Mon 00:00-Tue 00:00 0"]),
        (setup(level("team:empty person:ghost"), level("person:wang")), ["Mon 00:00-Tue 00:00 2"]),
        # a hole that an exception tears
        (
            setup(
                level("schedule:s"),
                schedule=rotation(
                    ALWAYS,
                    overrides=(
                        Override(since=MONDAY + 3 * HOUR, until=MONDAY + 9 * HOUR, instead_of="chen"),
                    ),
                ),
            ),
            ["Mon 03:00-Mon 09:00 0"],
        ),
        # a user group and a channel are somebody, if Slack is a way
        (setup(level("usergroup:S1")), []),
        (setup(level("channel:war-room")), []),
        (setup(level("usergroup:S1", by="phone")), ["Mon 00:00-Tue 00:00 0"]),
        # a policy without levels
        (setup(), ["Mon 00:00-Tue 00:00 0"]),
    ],
)
def test_times_without_anybody_are_found(plan, expected):
    assert gaps(plan) == expected


def test_a_gap_over_the_weekend_is_one():
    plan = setup(level("schedule:s"), schedule=rotation(office("lin")))
    assert gaps(plan, 7)[-1] == "Fri 17:00-Mon 00:00 0"


def faults(plan: Setup) -> list[str]:
    found = coverage(plan, MONDAY, MONDAY + 14 * DAY).faults
    return [
        " ".join([fault.key.split(":")[0], *(str(getattr(v, "person", v)) for _, v in fault.params)])
        for fault in found
    ]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        # all is well
        (setup(level("person:lin", "slack phone")), []),
        # no telephone, although the level calls; everybody who comes in turn
        (
            setup(level("schedule:s", "slack phone")),
            ["{channel} does not lead to {person} phone chen phone"],
        ),
        # no Slack ID
        (setup(level("person:wang", "slack phone")), ["{person} has no Slack ID wang"]),
        # nothing at all
        (setup(level("team:all")), ["Nothing leads to {person} ghost"]),
        # a channel that is off, said once
        (
            setup(level("person:lin", "slack phone"), level("person:lin", "phone"), phone=""),
            ["The channel {channel} is switched off phone"],
        ),
    ],
)
def test_what_keeps_people_from_being_reached_is_found(plan, expected):
    assert faults(plan) == expected


def test_a_stretch_without_faults_is_complete():
    assert coverage(setup(level("person:lin", "slack phone")), MONDAY, MONDAY + DAY).complete
    assert not coverage(setup(level("person:ghost")), MONDAY, MONDAY + DAY).complete


def test_who_would_be_paged_now_by_what_and_why():
    plan = setup(level("schedule:s team:all channel:war-room", "slack phone"), level("usergroup:S1"))
    first, second = who_would_be_paged(plan, MONDAY)
    assert first.people == (("chen", ("slack",)), ("lin", ("slack", "phone")), ("ghost", ()))
    (instead,) = who_would_be_paged(setup(level("person:wang", "slack email")), MONDAY)
    assert instead.people == (("wang", ("phone",)),)
    assert first.others == ("#war-room",)
    assert first.why
    assert EN.say(first.why) == "rotation of s, week 2 of lin, chen; team:all; channel:war-room"
    assert (second.level, second.people, second.others) == (2, (), ("S1",))


def test_only_policies_that_are_used_are_looked_at():
    plan = setup(level("person:lin"))
    unused = Policy(key="unused", levels=(level("person:ghost"),))
    both = replace(plan, policies={**plan.policies, "unused": unused})
    assert coverage(both, MONDAY, MONDAY + DAY).gaps == ()
