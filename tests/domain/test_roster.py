"""From targets to people, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.oncall.roster import Reached, reach
from bot.domain.oncall.rotation import Override, Rotation, Schedule, Unit
from bot.domain.permission import forbidden
from bot.domain.setup import Person, Setup, Team
from bot.domain.text import say

NIGHT = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def target(text: str) -> Target:
    kind, _, key = text.partition(":")
    return Target(TargetKind(kind), key)


def targets(text: str) -> tuple[Target, ...]:
    return tuple(map(target, text.split()))


PRIMARY = Schedule(
    key="primary",
    zone="UTC",
    layers=(
        Rotation(members=(("lin",), ("chen",)), every=1, unit=Unit.DAYS, start=datetime(2026, 1, 19)),  # noqa: DTZ001
    ),
    overrides=(Override(since=NIGHT + HOUR, until=NIGHT + 2 * HOUR, member="zhao"),),
)
SETUP = Setup(
    services={},
    zone="UTC",
    language="en",
    storage="sqlite://",
    folder=".",
    people={key: Person(key=key, name=key.title()) for key in ("lin", "chen", "zhao")},
    teams={
        "operations": Team(key="operations", members=("chen", "lin")),
        "ghosts": Team(key="ghosts", members=()),
    },
    schedules={"primary": PRIMARY, "empty": Schedule(key="empty", zone="UTC", layers=())},
    permissions={
        "resolve": targets("team:operations"),
        "escalate": targets("schedule:primary person:chen"),
        "run": (),
    },
)


@pytest.mark.parametrize(
    ("wanted", "hours", "people"),
    [
        ("person:lin", 0, "lin"),
        ("schedule:primary", 0, "lin"),  # whoever is on call then
        ("schedule:primary", 1, "zhao"),  # the override
        ("schedule:primary", 2, "lin"),  # its end is not in it
        ("schedule:primary", 24, "chen"),  # the next day
        ("team:operations", 0, "chen lin"),  # in the order of the file
        ("schedule:primary team:operations", 0, "lin chen"),  # nobody twice, first mention first
        ("person:zhao team:ghosts", 0, "zhao"),  # somebody is enough
    ],
)
def test_targets_become_people_at_an_instant(wanted: str, hours: int, people: str) -> None:
    assert reach(SETUP, targets(wanted), NIGHT + hours * HOUR).people == tuple(people.split())


@pytest.mark.parametrize(
    "wanted",
    [
        "team:ghosts",  # a team of nobody
        "schedule:empty",  # a schedule of nobody
        "person:gone",  # names that were taken out of the file since the alert fired
        "team:gone",
        "schedule:gone",
    ],
)
def test_a_target_with_nobody_is_a_gap_with_its_name(wanted: str) -> None:
    reached = reach(SETUP, targets(wanted), NIGHT)
    assert reached == Reached(gaps=(say("{target} has nobody now", target=wanted),))
    assert reached.empty


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("usergroup:S1 usergroup:S1", Reached(usergroups=("S1",))),
        ("channel:ops", Reached(channels=("ops",))),
        ("person:lin", Reached(people=("lin",))),
    ],
)
def test_a_group_a_channel_or_a_person_is_somebody(wanted: str, reached: Reached) -> None:
    assert reach(SETUP, targets(wanted), NIGHT) == reached
    assert not reached.empty


def test_no_targets_reach_nobody() -> None:
    assert reach(SETUP, (), NIGHT) == Reached()
    assert Reached().empty


@pytest.mark.parametrize(
    ("person", "word", "hours", "may"),
    [
        ("stranger", "status", 0, True),  # no rule: open to everybody
        ("chen", "resolve", 0, True),  # of the team
        ("zhao", "resolve", 0, False),  # not of the team
        ("stranger", "resolve", 0, False),
        ("lin", "escalate", 0, True),  # on call now
        ("lin", "escalate", 24, False),  # not any more
        ("zhao", "escalate", 1, True),  # by override
        ("chen", "escalate", 0, True),  # named beside the schedule
        ("lin", "run", 0, False),  # a rule that names nobody lets nobody
    ],
)
def test_a_rule_says_who_may(person: str, word: str, hours: int, may: bool) -> None:
    assert (forbidden(SETUP, person, word, NIGHT + hours * HOUR) is None) is may
