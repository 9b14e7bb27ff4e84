"""What makes a plan impossible to carry out, and what to write instead."""

from datetime import time, timedelta

import pytest

from bot.domain.localtime import MIDNIGHT_AFTER
from bot.domain.text import Label
from bot.domain.watches.plan import Checkpoint, Gate, Phase, Plan, ReportDue, Routine
from bot.domain.watches.plan_problems import problems

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def phase(name="p", **more) -> Phase:
    return Phase(name=name, checklists=(), **more)


def plan(*phases: Phase, **more) -> Plan:
    return Plan(zone="Asia/Shanghai", phases=phases, **more)


def gates(*after: timedelta) -> Plan:
    return plan(gates=tuple(Gate(after=a, criteria="c") for a in after))


def report(name: str, first_day: int, last_day: int, at: time = time(9)) -> ReportDue:
    return ReportDue(report=name, first_day=first_day, last_day=last_day, at=at)


def routine(every: timedelta) -> Plan:
    return plan(routine=Routine(every=every, at=time(9)))


MORNING = phase("morning", first_day=1, since=time(4), until=time(12), every=HOUR)


@pytest.mark.parametrize(
    "sound",
    [
        # nothing at all
        plan(),
        # one window begins where the other ends, on the same day
        plan(MORNING, phase(first_day=1, since=time(12), until=MIDNIGHT_AFTER, every=HOUR)),
        # the same window on another day
        plan(MORNING, phase(first_day=2, last_day=3, since=time(4), until=time(12), every=HOUR)),
        # times come in addition to a cadence
        plan(MORNING, phase(first_day=1, at=(time(9),))),
        # a relative phase beside one by calendar: when they meet depends on the deployment
        plan(MORNING, phase(after=timedelta(0), before=4 * HOUR, every=HOUR)),
        # relative phases, one after the other
        plan(phase(before=4 * HOUR, every=HOUR), phase(after=4 * HOUR, before=8 * HOUR, every=HOUR)),
        # gates in order, milestones in any
        gates(DAY, 7 * DAY),
        plan(milestones=(4 * HOUR, HOUR)),
        # whole days
        routine(DAY),
        routine(7 * DAY),
        # reports on days of their own, or at times of their own
        plan(reports=(report("daily", 1, 4), report("weekly", 5, 7), report("final", 7, 7, time(10)))),
        plan(checkpoints=(Checkpoint(label=Label("c"), first_day=1, last_day=7, at=time(9)),)),
    ],
)
def test_a_plan_that_can_be_carried_out_has_no_problems(sound):
    assert problems(sound) == ()


@pytest.mark.parametrize(
    ("unsound", "expected"),
    [
        # a phase without a place in time
        (
            plan(phase(every=HOUR)),
            ("phases.0", "has no days and no end; write `day: 1`, or `after: 0h` and `until: 4h`"),
        ),
        # a cadence that never comes forward
        (
            plan(MORNING, phase(first_day=2, every=timedelta(0))),
            ("phases.1.every", "is not longer than nothing; write for example `30m`"),
        ),
        (
            plan(phase(before=HOUR, every=-HOUR)),
            ("phases.0.every", "is not longer than nothing; write for example `30m`"),
        ),
        # no cadence, two cadences
        (
            plan(phase(first_day=1)),
            ("phases.0", 'needs one cadence; write either `every: 30m` or `at: ["09:00", "21:00"]`'),
        ),
        (
            plan(phase(first_day=1, every=HOUR, at=(time(9),))),
            ("phases.0", 'needs one cadence; write either `every: 30m` or `at: ["09:00", "21:00"]`'),
        ),
        # local times of no day
        (
            plan(phase(before=HOUR, at=(time(9),))),
            ("phases.0.at", "needs days to be local times of; write `day: 1`, or `every` instead of `at`"),
        ),
        # an end before, or at, the beginning
        (
            plan(phase(first_day=1, since=time(12), until=time(4), every=HOUR)),
            ("phases.0.to", 'is not later than `from`; write a later time, such as "24:00", or two phases'),
        ),
        (
            plan(phase(first_day=1, until=time(0), every=HOUR)),
            ("phases.0.to", 'is not later than `from`; write a later time, such as "24:00", or two phases'),
        ),
        (
            plan(phase(after=4 * HOUR, before=4 * HOUR, every=HOUR)),
            ("phases.0.until", "is not later than `after`; write a longer time"),
        ),
        # days outside the plan
        (
            plan(phase(first_day=0, every=HOUR)),
            ("phases.0.day", "day 0 is before the deployment; the first day is 1"),
        ),
        (
            plan(phase(first_day=-1, last_day=3, every=HOUR)),
            ("phases.0.days", "day -1 is before the deployment; the first day is 1"),
        ),
        (
            plan(phase(first_day=7, last_day=3, every=HOUR)),
            ("phases.0.days", "the span ends before it begins; write `3-7`"),
        ),
        (
            plan(checkpoints=(Checkpoint(label=Label("c"), first_day=0, last_day=0, at=time(9)),)),
            ("checkpoints.0.day", "day 0 is before the deployment; the first day is 1"),
        ),
        (
            plan(reports=(report("daily", 4, 1),)),
            ("reports.0.days", "the span ends before it begins; write `1-4`"),
        ),
        # a day that the plan never comes to; the day after its last one is still for summing up
        (
            plan(
                phase(first_day=1, last_day=3, every=HOUR),
                checkpoints=(Checkpoint(label=Label("c"), first_day=5, last_day=5, at=time(9)),),
            ),
            ("checkpoints.0.day", "day 5 is outside the plan, which ends on day 3; write an earlier day"),
        ),
        (
            plan(
                phase(first_day=1, every=HOUR),
                gates=(Gate(after=2 * DAY, criteria="c"),),
                reports=(report("daily", 5, 5),),
            ),
            ("reports.0.day", "day 5 is outside the plan, which ends on day 3; write an earlier day"),
        ),
        # two cadences at one time, on the first day that both have
        (
            plan(MORNING, phase("noon", first_day=1, last_day=2, since=time(11), every=2 * HOUR)),
            (
                "phases.1",
                "`noon` and `morning` both have a cadence at one time on day 1; "
                "end one where the other begins, or write the times of one as `at`",
            ),
        ),
        (
            plan(phase("a", first_day=1, last_day=3, every=HOUR), phase("b", first_day=3, every=HOUR)),
            (
                "phases.1",
                "`b` and `a` both have a cadence at one time on day 3; "
                "end one where the other begins, or write the times of one as `at`",
            ),
        ),
        (
            plan(phase("a", before=4 * HOUR, every=HOUR), phase("b", after=3 * HOUR, before=DAY, every=HOUR)),
            (
                "phases.1",
                "`b` and `a` both have a cadence at one time after the deployment; "
                "end one where the other begins, or write the times of one as `at`",
            ),
        ),
        # moments before the deployment, gates out of order
        (
            plan(milestones=(HOUR, timedelta(0))),
            ("milestones.1", "is not after the deployment; write for example `1h`"),
        ),
        (
            gates(timedelta(0)),
            ("gates.0.at", "is not later than the gate before it (or the deployment); order gates by time"),
        ),
        (
            gates(7 * DAY, DAY),
            ("gates.1.at", "is not later than the gate before it (or the deployment); order gates by time"),
        ),
        (
            gates(DAY, DAY),
            ("gates.1.at", "is not later than the gate before it (or the deployment); order gates by time"),
        ),
        # a routine that drifts round the clock
        (routine(HOUR), ("routine.every", "is not a whole number of days; write for example `1 week`")),
        (routine(DAY + HOUR), ("routine.every", "is not a whole number of days; write for example `1 week`")),
        (routine(-DAY), ("routine.every", "is not a whole number of days; write for example `1 week`")),
        # two reports at once
        (
            plan(reports=(report("weekly", 5, 7), report("final", 7, 7))),
            ("reports.1.at", "`weekly` and `final` fall due together on day 7; move one"),
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_to_write(unsound, expected):
    assert problems(unsound) == (expected,)


def test_all_problems_are_told_at_once():
    unsound = plan(phase(first_day=0, every=HOUR), phase(first_day=1), milestones=(-HOUR,))
    assert [path for path, _ in problems(unsound)] == ["phases.0.day", "phases.1", "milestones.0"]
