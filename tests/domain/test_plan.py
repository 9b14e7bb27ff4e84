"""A plan's calendar: rounds, checkpoints, milestones, gates, reports and the routine after them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from timeit import repeat
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.localtime import MIDNIGHT_AFTER, instant
from bot.domain.text import Label
from bot.domain.watches.plan import (
    Checkpoint,
    Criteria,
    EntryKind,
    EntryState,
    Gate,
    Phase,
    Plan,
    ReportDue,
    Routine,
    calendar,
    routine_rounds,
)
from bot.domain.watches.plan_problems import problems

ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF_HOUR = HOUR / 2


def clock(text: str) -> time:
    return MIDNIGHT_AFTER if text == "24:00" else time.fromisoformat(text)


def times(text: str) -> tuple[time, ...]:
    return tuple(clock(at) for at in text.split())


def day_1(name: str, since: str, until: str, every: timedelta, checklist: str) -> Phase:
    return Phase(
        name=name,
        checklists=(checklist,),
        first_day=1,
        last_day=1,
        since=clock(since),
        until=clock(until),
        every=every,
    )


FIRST_DAY = (
    ("00:00", "Initial deployment check", "初始部署验证"),
    ("01:00", "First check after 30 minutes", "30分钟后首次检查"),
    ("02:00", "Key metrics confirmed", "关键指标确认"),
    ("04:00", "Stable for 4 hours", "4小时稳定性确认"),
    ("08:00", "8-hour summary", "8小时监控总结"),
    ("12:00", "12-hour midpoint", "12小时中点检查"),
    ("16:00", "16-hour status", "16小时状态更新"),
    ("20:00", "20-hour evening check", "20小时晚间检查"),
    ("23:59", "Final 24-hour assessment", "24小时最终评估"),
)
LATER_DAYS = (
    ("09:00", "09:00 check", "09:00检查"),
    ("13:00", "13:00 check", "13:00检查"),
    ("17:00", "17:00 check", "17:00检查"),
    ("21:00", "21:00 check", "21:00检查"),
)

SHIPPED = Plan(
    zone="Asia/Shanghai",
    phases=(
        day_1("Day 1 night", "00:00", "04:00", HALF_HOUR, "intensive"),
        day_1("Day 1 morning", "04:00", "12:00", HOUR, "hourly"),
        day_1("Day 1 afternoon", "12:00", "20:00", HALF_HOUR, "intensive"),
        day_1("Day 1 evening", "20:00", "24:00", HOUR, "hourly"),
        Phase(name="Day 2", checklists=("hourly",), first_day=2, last_day=2, every=2 * HOUR),
        Phase(
            name="Days 3-7",
            checklists=("daily",),
            first_day=3,
            last_day=7,
            at=times("09:00 13:00 17:00 21:00"),
        ),
    ),
    milestones=(HOUR, 4 * HOUR, 12 * HOUR, DAY, 7 * DAY),
    gates=(Gate(after=DAY, criteria="first-day"), Gate(after=7 * DAY, criteria="acceptance")),
    checkpoints=(
        *(Checkpoint(label=Label(en, zh), first_day=1, last_day=1, at=clock(at)) for at, en, zh in FIRST_DAY),
        *(
            Checkpoint(label=Label(en, zh), first_day=2, last_day=7, at=clock(at))
            for at, en, zh in LATER_DAYS
        ),
    ),
    reports=(
        ReportDue(report="daily", first_day=1, last_day=4, at=clock("23:30")),
        ReportDue(report="weekly", first_day=5, last_day=7, at=clock("23:30")),
        ReportDue(report="final", first_day=7, last_day=7, at=MIDNIGHT_AFTER),
    ),
    routine=Routine(every=7 * DAY, at=time(9), checklists=("daily",)),
)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


DEPLOYED = local("2026-01-19T00:00")


def due(plan: Plan, kind: EntryKind, deployed_at: datetime = DEPLOYED) -> list[str]:
    """When entries of a kind are due, as the clock in the plan's zone shows it."""
    entries = calendar(plan, deployed_at, deployed_at)
    return [f"{e.at.astimezone(ZoneInfo(plan.zone)):%m-%d %H:%M}" for e in entries if e.kind is kind]


def on_day(day: str, hours: str) -> list[str]:
    return [f"{day} {hour}" for hour in hours.split()]


def test_the_shipped_plan_has_exactly_the_rounds_that_are_written_in_it():
    assert due(SHIPPED, EntryKind.ROUND) == [
        # 8 + 8 + 16 + 4 on day 1
        *on_day("01-19", "00:00 00:30 01:00 01:30 02:00 02:30 03:00 03:30"),
        *on_day("01-19", "04:00 05:00 06:00 07:00 08:00 09:00 10:00 11:00"),
        *on_day("01-19", "12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30"),
        *on_day("01-19", "16:00 16:30 17:00 17:30 18:00 18:30 19:00 19:30"),
        *on_day("01-19", "20:00 21:00 22:00 23:00"),
        # 12 on day 2
        *on_day("01-20", "00:00 02:00 04:00 06:00 08:00 10:00 12:00 14:00 16:00 18:00 20:00 22:00"),
        # 4 on each of the days 3 to 7
        *on_day("01-21", "09:00 13:00 17:00 21:00"),
        *on_day("01-22", "09:00 13:00 17:00 21:00"),
        *on_day("01-23", "09:00 13:00 17:00 21:00"),
        *on_day("01-24", "09:00 13:00 17:00 21:00"),
        *on_day("01-25", "09:00 13:00 17:00 21:00"),
    ]


def test_each_round_of_the_shipped_plan_runs_the_checklist_of_its_phase():
    rounds = [e for e in calendar(SHIPPED, DEPLOYED, DEPLOYED) if e.kind is EntryKind.ROUND]
    assert [e.phases for e in rounds] == (
        [("Day 1 night",)] * 8
        + [("Day 1 morning",)] * 8
        + [("Day 1 afternoon",)] * 16
        + [("Day 1 evening",)] * 4
        + [("Day 2",)] * 12
        + [("Days 3-7",)] * 20
    )
    assert [e.checklists for e in rounds] == (
        [("intensive",)] * 8
        + [("hourly",)] * 8
        + [("intensive",)] * 16
        + [("hourly",)] * 16
        + [("daily",)] * 20
    )


def test_the_shipped_plan_has_the_checkpoints_of_its_execution_list():
    entries = [e for e in calendar(SHIPPED, DEPLOYED, DEPLOYED) if e.kind is EntryKind.CHECKPOINT]
    assert due(SHIPPED, EntryKind.CHECKPOINT) == [
        *on_day("01-19", "00:00 01:00 02:00 04:00 08:00 12:00 16:00 20:00 23:59"),
        *(at for n in range(20, 26) for at in on_day(f"01-{n}", "09:00 13:00 17:00 21:00")),
    ]
    assert [e.label for e in entries] == [Label(en, zh) for _, en, zh in FIRST_DAY + LATER_DAYS * 6]


def test_the_shipped_plan_has_its_milestones_gates_and_reports():
    assert due(SHIPPED, EntryKind.MILESTONE) == [
        "01-19 01:00",
        "01-19 04:00",
        "01-19 12:00",
        "01-20 00:00",
        "01-26 00:00",
    ]
    entries = calendar(SHIPPED, DEPLOYED, DEPLOYED)
    assert [(f"{e.at:%m-%d %H:%M}", e.criteria) for e in entries if e.kind is EntryKind.GATE] == [
        ("01-19 16:00", "first-day"),
        ("01-25 16:00", "acceptance"),
    ]
    assert [(f"{e.at:%m-%d %H:%M}", e.report) for e in entries if e.kind is EntryKind.REPORT] == [
        ("01-19 15:30", "daily"),
        ("01-20 15:30", "daily"),
        ("01-21 15:30", "daily"),
        ("01-22 15:30", "daily"),
        ("01-23 15:30", "weekly"),
        ("01-24 15:30", "weekly"),
        ("01-25 15:30", "weekly"),
        ("01-25 16:00", "final"),
    ]


def test_what_is_judged_at_an_instant_comes_after_what_measures():
    at = local("2026-01-20T00:00")
    entries = [e.kind for e in calendar(SHIPPED, DEPLOYED, DEPLOYED) if e.at == at]
    assert entries == [EntryKind.ROUND, EntryKind.MILESTONE, EntryKind.GATE]


def test_all_instants_are_in_utc():
    entries = calendar(SHIPPED, DEPLOYED, DEPLOYED)
    assert {e.at.tzinfo for e in (*entries, *routine_rounds(SHIPPED, DEPLOYED, DEPLOYED, 1))} == {UTC}


def test_the_shipped_plan_has_no_problems_and_is_computed_in_under_50_ms():
    assert problems(SHIPPED) == ()
    assert min(repeat(lambda: calendar(SHIPPED, DEPLOYED, DEPLOYED), number=1, repeat=5)) < 0.05


def test_a_plan_with_nothing_in_it_has_an_empty_calendar():
    assert calendar(Plan(zone="UTC"), DEPLOYED, DEPLOYED) == ()


def every(length: timedelta, zone: str, **more) -> Plan:
    return Plan(zone=zone, phases=(Phase(name="p", checklists=(), every=length, **more),))


def at_times(text: str, zone: str, first_day: int = 1, last_day: int | None = None) -> Plan:
    phase = Phase(name="p", checklists=(), first_day=first_day, last_day=last_day, at=times(text))
    return Plan(zone=zone, phases=(phase,))


@pytest.mark.parametrize(
    ("plan", "deployed_at", "expected"),
    [
        # 23 hours: every 3 h of them, counted from midnight
        (
            every(3 * HOUR, "America/New_York", first_day=1),
            "2026-03-08T12:00",
            ["08 00:00", "08 04:00", "08 07:00", "08 10:00", "08 13:00", "08 16:00", "08 19:00", "08 22:00"],
        ),
        # 25 hours: the doubled hour has its round too
        (
            every(3 * HOUR, "America/New_York", first_day=1),
            "2026-11-01T12:00",
            [
                *("01 00:00", "01 02:00", "01 05:00", "01 08:00"),
                *("01 11:00", "01 14:00", "01 17:00", "01 20:00", "01 23:00"),
            ],
        ),
        # the day after begins anew at its own midnight
        (
            every(12 * HOUR, "America/New_York", first_day=1, last_day=3),
            "2026-03-07T12:00",
            ["07 00:00", "07 12:00", "08 00:00", "08 13:00", "09 00:00", "09 12:00"],
        ),
        # a half-hour fold: 24.5 hours hold 49 half hours
        (
            every(HALF_HOUR, "Australia/Lord_Howe", first_day=1, since=time(0, 30), until=time(3)),
            "2026-04-05T12:00",
            ["05 00:30", "05 01:00", "05 01:30", "05 01:30", "05 02:00", "05 02:30"],
        ),
        # a half-hour gap
        (
            every(HALF_HOUR, "Australia/Lord_Howe", first_day=1, since=time(1), until=time(3, 30)),
            "2026-10-04T12:00",
            ["04 01:00", "04 01:30", "04 02:30", "04 03:00"],
        ),
        # a window that begins in the gap begins after it
        (
            every(HALF_HOUR, "America/New_York", first_day=1, since=time(2, 30), until=time(4)),
            "2026-03-08T12:00",
            ["08 03:00", "08 03:30"],
        ),
        # a window inside the gap has no round
        (
            every(HALF_HOUR, "America/New_York", first_day=1, since=time(2), until=time(3)),
            "2026-03-08T12:00",
            [],
        ),
        # a window that begins in the fold begins at the first occurrence and runs through both
        (
            every(HALF_HOUR, "Europe/London", first_day=1, since=time(1), until=time(2)),
            "2026-10-25T12:00",
            ["25 01:00", "25 01:30", "25 01:00", "25 01:30"],
        ),
        # a local time in the gap, and the one it then shares an instant with
        (at_times("01:30 02:30 03:00", "America/New_York"), "2026-03-08T12:00", ["08 01:30", "08 03:00"]),
        # a local time in the fold comes once
        (at_times("01:30", "America/New_York", 1, 2), "2026-11-01T00:00", ["01 01:30", "02 01:30"]),
        # times keep the clock over the change
        (at_times("09:00", "Europe/London", 1, 3), "2026-03-28T12:00", ["28 09:00", "29 09:00", "30 09:00"]),
        # the last minute of a day starts day 1; the next minute is day 2
        (at_times("00:00", "Asia/Kathmandu", 2), "2026-01-19T23:59", ["20 00:00"]),
        (at_times("00:00", "Asia/Kathmandu", 2), "2026-01-20T00:00", ["21 00:00"]),
        # 24:00 of a day is the next midnight
        (at_times("24:00", "Asia/Shanghai"), "2026-01-19T12:00", ["20 00:00"]),
        # a window that `every` does not divide: half-open
        (
            every(45 * HOUR / 60, "Asia/Shanghai", first_day=1, since=time(9), until=time(11, 15)),
            "2026-01-19T12:00",
            ["19 09:00", "19 09:45", "19 10:30"],
        ),
        # relative to the deployment, wherever in the day it is
        (
            every(HALF_HOUR, "Asia/Shanghai", after=timedelta(0), before=HOUR * 3 / 2),
            "2026-01-19T23:10",
            ["19 23:10", "19 23:40", "20 00:10"],
        ),
        # relative, through a gap: elapsed time
        (
            every(HOUR, "America/New_York", after=HOUR, before=4 * HOUR),
            "2026-03-08T00:30",
            ["08 01:30", "08 03:30", "08 04:30"],
        ),
        # relative, `after` left out
        (every(HOUR, "Asia/Shanghai", before=2 * HOUR), "2026-01-19T10:00", ["19 10:00", "19 11:00"]),
        # neither days nor an end: `problems` says so
        (every(HOUR, "Asia/Shanghai"), "2026-01-19T10:00", []),
    ],
)
def test_rounds_of_a_phase(plan, deployed_at, expected):
    assert [at[3:] for at in due(plan, EntryKind.ROUND, local(deployed_at, plan.zone))] == expected


@pytest.mark.parametrize(
    ("deployed_at", "first_midnight"),
    [
        # in the doubled hour: the first and the second time
        ("2026-11-01T05:30", "2026-11-01T04:00"),
        ("2026-11-01T06:30", "2026-11-01T04:00"),
        # on either side of the gap
        ("2026-03-08T06:59", "2026-03-08T05:00"),
        ("2026-03-08T07:00", "2026-03-08T05:00"),
        # the last second of the 25-hour day and the first of the next
        ("2026-11-02T04:59", "2026-11-01T04:00"),
        ("2026-11-02T05:00", "2026-11-02T05:00"),
    ],
)
def test_day_1_is_the_local_day_of_the_deployment(deployed_at, first_midnight):
    at = datetime.fromisoformat(deployed_at).replace(tzinfo=UTC)
    (entry,) = calendar(at_times("00:00", "America/New_York"), at, at)
    assert entry.at == datetime.fromisoformat(first_midnight).replace(tzinfo=UTC)


def test_what_was_due_before_the_start_is_not_applicable_and_the_rest_is_pending():
    started_at = local("2026-01-19T14:10")
    entries = calendar(SHIPPED, DEPLOYED, started_at)
    assert all((e.state is EntryState.NOT_APPLICABLE) == (e.at < started_at) for e in entries)
    assert {e.state for e in entries} == {EntryState.NOT_APPLICABLE, EntryState.PENDING}
    first = next(e for e in entries if e.state is EntryState.PENDING)
    assert first.at == local("2026-01-19T14:30")


def test_what_is_due_at_the_very_start_is_pending():
    assert calendar(SHIPPED, DEPLOYED, DEPLOYED)[0].state is EntryState.PENDING


def test_milestones_and_gates_count_elapsed_time_from_a_deployment_in_the_middle_of_a_day():
    deployed_at = local("2026-03-07T22:15", "America/New_York")
    plan = replace(SHIPPED, zone="America/New_York")
    assert due(plan, EntryKind.MILESTONE, deployed_at)[:4] == [
        "03-07 23:15",
        "03-08 03:15",
        "03-08 11:15",
        "03-08 23:15",
    ]
    assert due(plan, EntryKind.GATE, deployed_at) == ["03-08 23:15", "03-14 23:15"]


def test_rounds_of_one_instant_are_one_round_with_all_their_checklists_once():
    one = Phase(name="one", checklists=("a", "b"), first_day=1, every=12 * HOUR)
    two = Phase(name="two", checklists=("c", "a"), first_day=1, at=times("12:00"))
    three = Phase(name="one", checklists=("b",), before=DAY, after=timedelta(0), every=DAY)
    entries = calendar(Plan(zone="Asia/Shanghai", phases=(one, two, three)), DEPLOYED, DEPLOYED)
    assert [(e.phases, e.checklists) for e in entries] == [
        (("one",), ("a", "b")),
        (("one", "two"), ("a", "b", "c")),
    ]


def points(*labels: Label) -> Plan:
    """Checkpoints in New York's gap on 8 March, a minute apart."""
    given_times = (time(2, minute) for minute in range(len(labels)))
    return Plan(
        zone="America/New_York",
        checkpoints=tuple(
            Checkpoint(label=label, first_day=1, last_day=1, at=at)
            for label, at in zip(labels, given_times, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("plan", "label"),
    [
        # both languages
        (points(Label("A", "甲"), Label("B", "乙")), Label("A; B", "甲；乙")),
        # one language
        (points(Label("A"), Label("B")), Label("A; B")),
        # what is missing in one language is said in English
        (points(Label("A", "甲"), Label("B")), Label("A; B", "甲；B")),
        (points(Label("A"), Label("B", "乙")), Label("A; B", "A；乙")),
        # the same thing twice is one thing
        (points(Label("A", "甲"), Label("A", "甲")), Label("A", "甲")),
    ],
)
def test_checkpoints_that_fall_into_one_gap_are_one_entry_that_names_both(plan, label):
    deployed_at = local("2026-03-08T12:00", "America/New_York")
    (entry,) = calendar(plan, deployed_at, deployed_at)
    assert entry.label == label


def test_of_reports_that_fall_into_one_gap_the_last_one_is_due():
    reports = tuple(
        ReportDue(report=name, first_day=1, last_day=1, at=at)
        for name, at in (("daily", time(2)), ("final", time(2, 30)))
    )
    deployed_at = local("2026-03-08T12:00", "America/New_York")
    (entry,) = calendar(Plan(zone="America/New_York", reports=reports), deployed_at, deployed_at)
    assert entry.report == "final"


def routine(every: timedelta, at: str, zone: str = "Asia/Shanghai", **more) -> Plan:
    return Plan(zone=zone, routine=Routine(every=every, at=clock(at), checklists=("daily",)), **more)


WEEK_LONG = (Gate(after=7 * DAY, criteria="acceptance"),)
WEEKLY = routine(7 * DAY, "09:00", gates=WEEK_LONG)


@pytest.mark.parametrize(
    ("plan", "deployed_at", "after", "expected"),
    [
        # a full period after the last gate, at its time of day
        (WEEKLY, "2026-01-19T00:00", "2026-01-19T00:00", ["02-02 09:00", "02-09 09:00"]),
        # a gate at that very time of day
        (WEEKLY, "2026-01-19T09:00", "2026-01-19T00:00", ["02-02 09:00", "02-09 09:00"]),
        # a gate later in the day: the week is over on the following day
        (WEEKLY, "2026-01-19T14:00", "2026-01-19T00:00", ["02-03 09:00", "02-10 09:00"]),
        # later than `after`, not at it
        (WEEKLY, "2026-01-19T00:00", "2026-02-02T09:00", ["02-09 09:00", "02-16 09:00"]),
        # on the day of a round, before it
        (WEEKLY, "2026-01-19T00:00", "2026-02-09T08:59", ["02-09 09:00", "02-16 09:00"]),
        # years on
        (WEEKLY, "2026-01-19T00:00", "2036-02-01T00:00", ["02-04 09:00", "02-11 09:00"]),
        # the last gate is the latest, wherever it stands
        (
            routine(DAY, "09:00", gates=(*WEEK_LONG, Gate(after=DAY, criteria="first-day"))),
            "2026-01-19T00:00",
            "2026-01-19T00:00",
            ["01-27 09:00", "01-28 09:00"],
        ),
        # over a change of the clocks the time of day stays
        (
            routine(DAY, "02:30", "America/New_York", gates=(Gate(after=DAY, criteria="first-day"),)),
            "2026-03-05T00:00",
            "2026-03-07T00:00",
            ["03-07 02:30", "03-08 03:00"],
        ),
        # without gates: after the last entry
        (
            routine(DAY, "24:00", milestones=(HOUR,)),
            "2026-01-19T00:00",
            "2026-01-19T00:00",
            ["01-21 00:00", "01-22 00:00"],
        ),
        # with nothing at all: after the deployment
        (routine(7 * DAY, "09:00"), "2026-01-19T10:00", "2026-01-19T10:00", ["01-27 09:00", "02-03 09:00"]),
        # no routine
        (Plan(zone="Asia/Shanghai"), "2026-01-19T10:00", "2026-01-19T10:00", []),
    ],
)
def test_the_routine_goes_on_after_the_last_gate(plan, deployed_at, after, expected):
    entries = routine_rounds(plan, local(deployed_at, plan.zone), local(after, plan.zone), 2)
    assert [f"{e.at.astimezone(ZoneInfo(plan.zone)):%m-%d %H:%M}" for e in entries] == expected


def test_a_round_of_the_routine_is_a_round_with_its_checklists():
    (entry,) = routine_rounds(SHIPPED, DEPLOYED, DEPLOYED, 1)
    assert (entry.kind, entry.phases, entry.checklists) == (EntryKind.ROUND, ("Routine",), ("daily",))
    assert entry.state is EntryState.PENDING


def test_days_that_a_zone_left_out_have_no_second_round():
    plan = routine(DAY, "00:00", "Pacific/Apia")
    entries = routine_rounds(
        plan, local("2011-12-27T12:00", plan.zone), local("2011-12-28T12:00", plan.zone), 4
    )
    days = [f"{e.at.astimezone(ZoneInfo(plan.zone)):%m-%d}" for e in entries]
    assert days == ["12-29", "12-31", "01-01", "01-02"]


quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
cadences = st.integers(1, 200).map(lambda quarter: quarter * timedelta(minutes=15))
by_day = st.builds(
    lambda first, length, more: Phase(first_day=first, last_day=first + length, **more),
    st.integers(1, 9),
    st.integers(0, 9),
    st.fixed_dictionaries(
        {
            "name": st.sampled_from("abc"),
            "checklists": st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
            "since": st.none() | quarters,
            "until": st.none() | quarters,
            "every": st.none() | cadences,
            "at": st.lists(quarters, max_size=3).map(tuple),
        }
    ),
)
relative = st.builds(
    Phase,
    name=st.sampled_from("abc"),
    checklists=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
    after=st.none() | cadences,
    before=cadences,
    every=cadences,
)
dated = {"first_day": st.integers(1, 3), "last_day": st.integers(1, 9), "at": quarters}
plans = st.builds(
    Plan,
    zone=st.sampled_from(ZONES),
    phases=st.lists(by_day | relative, max_size=4).map(tuple),
    milestones=st.lists(cadences, max_size=4).map(tuple),
    gates=st.lists(st.builds(Gate, after=cadences, criteria=st.just("c")), max_size=3).map(tuple),
    checkpoints=st.lists(
        st.builds(Checkpoint, label=st.builds(Label, st.sampled_from("AB")), **dated), max_size=3
    ).map(tuple),
    reports=st.lists(st.builds(ReportDue, report=st.just("daily"), **dated), max_size=3).map(tuple),
    routine=st.builds(Routine, every=st.integers(1, 30).map(lambda days: days * DAY), at=quarters),
)
instants = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-31")).map(
    lambda at: at.replace(tzinfo=UTC)
)


@given(plans, instants, st.integers(0, 300).map(lambda quarter: quarter * timedelta(minutes=15)))
@settings(deadline=None, max_examples=60)
def test_entries_are_in_order_and_one_a_kind_and_instant_whenever_the_watch_starts(plan, deployed_at, later):
    entries = calendar(plan, deployed_at, deployed_at)
    order = [(e.at, list(EntryKind).index(e.kind)) for e in entries]
    assert all(one < other for one, other in pairwise(order))
    from_later = calendar(plan, deployed_at, deployed_at + later)
    assert [replace(e, state=EntryState.PENDING) for e in from_later] == [
        replace(e, state=EntryState.PENDING) for e in entries
    ]
    assert calendar(plan, deployed_at, deployed_at) == entries


@given(st.sampled_from(ZONES), instants, cadences)
@settings(deadline=None, max_examples=60)
def test_a_whole_day_is_covered_from_midnight_to_midnight_without_an_hour_between(zone, at, cadence):
    entries = calendar(every(cadence, zone, first_day=1, last_day=2), at, at)
    day = at.astimezone(ZoneInfo(zone)).date()
    begin, end = (instant(ZoneInfo(zone), day + n * DAY, time(0)) for n in (0, 2))
    assert entries[0].at == begin
    assert all(other.at - one.at <= cadence for one, other in pairwise(entries))
    assert timedelta(0) < end - entries[-1].at <= cadence


@given(plans, instants, instants, st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_the_routine_is_the_same_series_wherever_one_begins_to_ask(plan, deployed_at, after, count):
    asked_once = routine_rounds(plan, deployed_at, after, count)
    one_by_one = []
    for _ in range(count):
        one_by_one += routine_rounds(plan, deployed_at, after, 1)
        after = one_by_one[-1].at
    assert list(asked_once) == one_by_one


def test_criteria_are_found_by_their_name() -> None:
    plan = Plan(
        zone="UTC", criteria=(Criteria(key="first-day", criteria=()), Criteria(key="last", criteria=()))
    )
    assert plan.criteria_of("last") is plan.criteria[1].criteria
    assert plan.criteria_of("no such") == ()
