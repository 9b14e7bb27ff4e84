"""A plan made longer: what goes on, what moves, what stays."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import instants, plans
from watch_of_orders import DAY, DEPLOYED, HOUR, SHIPPED

from bot.domain.text import Label
from bot.domain.watches.extension import extended, last_day
from bot.domain.watches.plan import Checkpoint, EntryKind, Gate, Phase, Plan, ReportDue, calendar
from bot.domain.watches.plan_problems import problems

BY_HOUR = Phase(name="p", checklists=(), first_day=1, every=HOUR)
FIRST_HOURS = Phase(name="r", checklists=(), before=4 * HOUR, every=HOUR)


def checkpoint(first_day: int, last_day: int, at: str) -> Checkpoint:
    return Checkpoint(label=Label(at), first_day=first_day, last_day=last_day, at=time.fromisoformat(at))


def report(first_day: int, last_day: int, at: str) -> ReportDue:
    return ReportDue(report="r", first_day=first_day, last_day=last_day, at=time.fromisoformat(at))


def test_the_shipped_plan_goes_on_with_its_last_days_and_moves_its_end():
    longer = extended(SHIPPED, 2)
    assert [(phase.first_day, phase.last_day) for phase in longer.phases[-2:]] == [(2, 2), (3, 9)]
    assert longer.phases[:-1] == SHIPPED.phases[:-1]
    assert longer.milestones == (HOUR, 4 * HOUR, 12 * HOUR, DAY, 9 * DAY)
    assert [gate.after for gate in longer.gates] == [DAY, 9 * DAY]
    assert {(point.first_day, point.last_day) for point in longer.checkpoints} == {(1, 1), (2, 9)}
    assert [(due.report, due.first_day, due.last_day) for due in longer.reports] == [
        ("daily", 1, 4),
        ("weekly", 5, 9),
        ("final", 9, 9),
    ]
    assert longer.routine == SHIPPED.routine


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        # every phase of the last day goes on, not only the latest
        (
            Plan(zone="UTC", phases=(BY_HOUR, Phase(name="q", checklists=(), first_day=1, at=(time(9),)))),
            Plan(
                zone="UTC",
                phases=(
                    Phase(name="p", checklists=(), first_day=1, last_day=3, every=HOUR),
                    Phase(name="q", checklists=(), first_day=1, last_day=3, at=(time(9),)),
                ),
            ),
        ),
        # relative phases: the longest goes on
        (
            Plan(zone="UTC", phases=(FIRST_HOURS, Phase(name="s", checklists=(), before=DAY, every=HOUR))),
            Plan(
                zone="UTC", phases=(FIRST_HOURS, Phase(name="s", checklists=(), before=3 * DAY, every=HOUR))
            ),
        ),
        # a relative phase of the first hours is not the end of a plan of days
        (
            Plan(
                zone="UTC",
                phases=(FIRST_HOURS, Phase(name="d", checklists=(), first_day=2, last_day=7, at=(time(9),))),
            ),
            Plan(
                zone="UTC",
                phases=(FIRST_HOURS, Phase(name="d", checklists=(), first_day=2, last_day=9, at=(time(9),))),
            ),
        ),
        # a report of the day after the last phase goes on, and the phase all the same
        (
            Plan(zone="UTC", phases=(BY_HOUR,), reports=(report(1, 2, "20:00"), report(1, 1, "08:00"))),
            Plan(
                zone="UTC",
                phases=(Phase(name="p", checklists=(), first_day=1, last_day=3, every=HOUR),),
                reports=(report(1, 4, "20:00"), report(1, 1, "08:00")),
            ),
        ),
        # what stands on the last day alone moves with it, all of it
        (
            Plan(zone="UTC", checkpoints=(checkpoint(3, 3, "20:00"), checkpoint(3, 3, "23:00"))),
            Plan(zone="UTC", checkpoints=(checkpoint(5, 5, "20:00"), checkpoint(5, 5, "23:00"))),
        ),
        # in a plan of one day only the latest: the others belong to the deployment
        (
            Plan(zone="UTC", checkpoints=(checkpoint(1, 1, "00:00"), checkpoint(1, 1, "23:00"))),
            Plan(zone="UTC", checkpoints=(checkpoint(1, 1, "00:00"), checkpoint(3, 3, "23:00"))),
        ),
        # the latest gate moves wherever it stands; a milestone elsewhere stays
        (
            Plan(zone="UTC", gates=(Gate(after=DAY, criteria="c"),), milestones=(HOUR, DAY, 2 * DAY)),
            Plan(zone="UTC", gates=(Gate(after=3 * DAY, criteria="c"),), milestones=(HOUR, 3 * DAY, 2 * DAY)),
        ),
        # nothing to prolong
        (Plan(zone="UTC", milestones=(HOUR,)), Plan(zone="UTC", milestones=(HOUR,))),
    ],
)
def test_two_more_days(plan: Plan, expected: Plan):
    assert extended(plan, 2) == expected


def test_the_last_day_is_the_last_that_has_anything_at_local_times():
    assert last_day(SHIPPED) == 7
    assert last_day(Plan(zone="UTC", phases=(BY_HOUR,))) == 1
    assert last_day(Plan(zone="UTC", reports=(report(2, 9, "08:00"),), phases=(BY_HOUR,))) == 9
    assert last_day(Plan(zone="UTC", phases=(FIRST_HOURS,), milestones=(9 * DAY,))) == 0


sound_plans = plans.filter(lambda plan: not problems(plan))


@given(sound_plans, st.integers(1, 30))
@settings(deadline=None, max_examples=100)
def test_a_sound_plan_stays_sound(plan: Plan, days: int):
    assert problems(extended(plan, days)) == ()


@given(sound_plans, instants, st.integers(1, 5), st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_no_round_is_lost_and_two_extensions_are_one(plan: Plan, deployed_at: datetime, days: int, more: int):
    def rounds(which: Plan) -> set[datetime]:
        entries = calendar(which, deployed_at, deployed_at)
        return {entry.at for entry in entries if entry.kind is EntryKind.ROUND}

    assert rounds(plan) <= rounds(extended(plan, days))
    if last_day(plan) > 1:
        assert extended(extended(plan, days), more) == extended(plan, days + more)


def test_extended_days_look_like_the_last_one_by_the_clock():
    day = timedelta(days=1)
    entries = calendar(extended(SHIPPED, 1), DEPLOYED, DEPLOYED)
    seventh = [e.at for e in entries if 6 * day <= e.at - DEPLOYED < 7 * day and e.kind is EntryKind.ROUND]
    eighth = [e.at for e in entries if 7 * day <= e.at - DEPLOYED < 8 * day and e.kind is EntryKind.ROUND]
    assert [at + day for at in seventh] == eighth
