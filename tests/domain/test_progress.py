"""How far a watch is: its day, what is done, its stages; and what is on today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from test_plan import local
from watch_of_orders import DAY, DEPLOYED, HOUR, SHIPPED, spoken, watch

from bot.domain.watches.extension import extended
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Gate, Phase, Plan, calendar
from bot.domain.watches.progress import progress, today
from bot.domain.watches.watch import Progress, WatchState

PENDING, PASSED, NOT_APPLICABLE = EntryState.PENDING, EntryState.PASSED, EntryState.NOT_APPLICABLE


def entries(plan: Plan, now: datetime, undone: EntryState = PENDING) -> tuple[Entry, ...]:
    """The list of a watch in which all that was due before `now` has passed."""
    listed = calendar(plan, DEPLOYED, DEPLOYED)
    return tuple(replace(entry, state=PASSED if entry.at < now else undone) for entry in listed)


def stages(seen: Progress) -> list[str]:
    return [f"{spoken(text)}: {stage}" for text, stage in seen.stages]


@pytest.mark.parametrize(
    ("now", "day", "shown"),
    [
        # the first moment, and the last of day 1
        (DEPLOYED, 1, ["now", "ahead", "ahead", "ahead"]),
        (DEPLOYED + DAY - timedelta(seconds=1), 1, ["now", "ahead", "ahead", "ahead"]),
        (DEPLOYED + DAY, 2, ["done", "now", "ahead", "ahead"]),
        (DEPLOYED + 3 * DAY, 4, ["done", "done", "now", "ahead"]),
        # seven days are over, the gate is not judged yet
        (DEPLOYED + 7 * DAY, 8, ["done", "done", "done", "now"]),
        (DEPLOYED + 7 * DAY + HOUR, 8, ["done", "done", "done", "done"]),
        # a rehearsal that begins before its deployment
        (DEPLOYED - HOUR, 1, ["now", "ahead", "ahead", "ahead"]),
    ],
)
def test_the_shipped_plan_goes_through_its_four_stages(now: datetime, day: int, shown: list[str]):
    seen = progress(watch(), entries(SHIPPED, now), now)
    names = ["Deployment day", "Days 2–3", "Days 4–7", "Final evaluation"]
    assert seen.day == day
    assert stages(seen) == [f"{name}: {stage}" for name, stage in zip(names, shown, strict=True)]


DAILY = Phase(name="d", checklists=(), first_day=1, last_day=1, at=(time(9),))
GATES = (Gate(after=DAY, criteria="c"),)


def days(last: int, gates: tuple[Gate, ...] = GATES) -> Plan:
    return Plan(zone="Asia/Shanghai", phases=(replace(DAILY, last_day=last),), gates=gates)


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        (days(1), ["Deployment day: now", "Final evaluation: ahead"]),
        (days(2), ["Deployment day: now", "Day 2: ahead", "Final evaluation: ahead"]),
        (days(3), ["Deployment day: now", "Days 2–3: ahead", "Final evaluation: ahead"]),
        (days(4), ["Deployment day: now", "Days 2–3: ahead", "Day 4: ahead", "Final evaluation: ahead"]),
        # without gates nothing is evaluated
        (days(5, ()), ["Deployment day: now", "Days 2–3: ahead", "Days 4–5: ahead"]),
        (
            extended(SHIPPED, 2),
            ["Deployment day: now", "Days 2–3: ahead", "Days 4–9: ahead", "Final evaluation: ahead"],
        ),
        # a plan by hours only, and one with nothing in it
        (
            Plan(zone="UTC", phases=(Phase(name="r", checklists=(), before=4 * HOUR, every=HOUR),)),
            ["Monitoring: now"],
        ),
        (Plan(zone="UTC"), ["Monitoring: now"]),
    ],
)
def test_the_stages_follow_from_the_days_of_the_plan(plan: Plan, shown: list[str]):
    assert stages(progress(watch(plan), entries(plan, DEPLOYED), DEPLOYED)) == shown


def test_a_plan_by_hours_is_done_when_nothing_is_open():
    plan = Plan(zone="UTC", phases=(Phase(name="r", checklists=(), before=4 * HOUR, every=HOUR),))
    later = DEPLOYED + DAY
    assert stages(progress(watch(plan), entries(plan, later), later)) == ["Monitoring: done"]


def test_a_watch_that_was_stopped_shows_how_far_it_came():
    ended_at = DEPLOYED + DAY + HOUR
    stopped = replace(watch(), state=WatchState.ENDED, ended_at=ended_at)
    seen = progress(stopped, entries(SHIPPED, ended_at, undone=NOT_APPLICABLE), DEPLOYED + 30 * DAY)
    assert seen.day == 2
    assert stages(seen) == [
        "Deployment day: done",
        "Days 2–3: now",
        "Days 4–7: ahead",
        "Final evaluation: ahead",
    ]


@pytest.mark.parametrize(
    ("state", "done", "total"),
    [
        (EntryState.NOT_APPLICABLE, 0, 0),
        (EntryState.PENDING, 0, 1),
        (EntryState.RUNNING, 0, 1),
        (EntryState.PASSED, 1, 1),
        (EntryState.FAILED, 1, 1),
        (EntryState.MISSED, 1, 1),
    ],
)
def test_what_is_over_counts_as_done_and_what_does_not_apply_counts_not_at_all(
    state: EntryState, done: int, total: int
):
    seen = progress(watch(), [Entry(at=DEPLOYED, kind=EntryKind.ROUND, state=state)], DEPLOYED)
    assert (seen.done, seen.total) == (done, total)


def test_a_gate_that_waits_for_a_person_is_the_present_stage():
    gate = Entry(at=DEPLOYED + 7 * DAY, kind=EntryKind.GATE, state=EntryState.RUNNING)
    seen = progress(watch(), [gate], DEPLOYED + 9 * DAY)
    assert stages(seen)[-1] == "Final evaluation: now"


def test_today_is_the_local_day():
    listed = calendar(SHIPPED, DEPLOYED, DEPLOYED)
    second = today(listed, "Asia/Shanghai", local("2026-01-20T23:59"))
    assert {entry.at.astimezone(DEPLOYED.tzinfo).date().isoformat() for entry in second} == {"2026-01-20"}
    assert len([entry for entry in second if entry.kind is EntryKind.ROUND]) == 12
    # the same moment is another day elsewhere
    assert today(listed, "Asia/Shanghai", local("2026-01-20T01:00")) == second
    assert today(listed, "America/New_York", local("2026-01-20T01:00")) != second
    assert today(listed, "UTC", DEPLOYED - 9 * DAY) == ()
