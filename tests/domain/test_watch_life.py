"""A watch is paused, resumed, extended, made denser, stopped and rolled back; refusals say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from test_plan import local
from watch_of_orders import DAY, DEPLOYED, HOUR, SHIPPED, done, refused, spoken, watch

from bot.domain.watches.outlook import DENSER, routine
from bot.domain.watches.plan import EntryKind, Phase, Plan, Routine
from bot.domain.watches.watch import Closing, Denser, Watch, WatchState
from bot.domain.watches.watch_life import densify, due, extend, next_due, pause, resume, roll_back, stop

MINUTE = timedelta(minutes=1)
NOON = DEPLOYED + 12 * HOUR
PAUSED = done(pause(watch(), "lin", NOON + 2 * HOUR, NOON)).watch
ENDED = done(stop(watch(), "chen", "", NOON)).watch
END = DEPLOYED + 7 * DAY


def shown(at: datetime) -> str:
    return f"{at.astimezone(DEPLOYED.tzinfo):%m-%d %H:%M}"


def test_a_pause_ends_by_itself_and_says_who_and_until_when():
    change = done(pause(watch(), "lin", NOON + 2 * HOUR, NOON))
    assert spoken(change.reason) == (
        "Paused by Lin until 14:00: no rounds until then; alerts and sampling go on"
    )
    assert (change.event, change.at, change.by, change.enter, change.close) == (
        ("watch.paused", NOON, "lin", (), None)
    )
    paused = change.watch
    assert (paused.state, paused.paused_at, paused.paused_until, paused.paused_by) == (
        (WatchState.PAUSED, NOON, NOON + 2 * HOUR, "lin")
    )
    assert (paused.revision, paused.next_at) == (1, NOON + HOUR)


def test_a_pause_is_reminded_of_at_half_time_once_and_then_over():
    assert due(PAUSED, NOON + HOUR - MINUTE) is None
    reminded = done(due(PAUSED, NOON + HOUR))
    assert (reminded.event, reminded.by, reminded.watch.reminded_at) == (
        ("watch.reminded", None, NOON + HOUR)
    )
    assert spoken(reminded.reason) == (
        "Still paused, until 14:00, by Lin: no rounds until then; alerts and sampling go on"
    )
    assert reminded.watch.next_at == NOON + 2 * HOUR
    assert due(reminded.watch, NOON + 2 * HOUR - MINUTE) is None
    resumed = done(due(reminded.watch, NOON + 2 * HOUR))
    assert (resumed.event, resumed.by) == ("watch.resumed", None)
    assert spoken(resumed.reason) == "The pause is over after 2h: rounds go on"
    assert resumed.watch == replace(watch(), revision=3)


def test_a_pause_that_ended_while_nobody_was_there_is_over_without_a_reminder():
    resumed = done(due(PAUSED, NOON + 9 * HOUR))
    assert resumed.event == "watch.resumed"
    assert due(resumed.watch, NOON + 9 * HOUR) is None


def test_a_second_pause_is_reminded_of_anew():
    reminded = done(due(PAUSED, NOON + HOUR)).watch
    resumed = done(resume(reminded, "lin", NOON + HOUR)).watch
    again = done(pause(resumed, "chen", NOON + 4 * HOUR, NOON + 2 * HOUR)).watch
    assert again.next_at == NOON + 3 * HOUR


def test_a_person_resumes_before_the_end():
    change = done(resume(PAUSED, "chen", NOON + HOUR / 2))
    assert spoken(change.reason) == "Resumed by Chen after 30m"
    assert (change.by, change.watch) == ("chen", replace(watch(), revision=2))


Change = Callable[[Watch], object]
ALREADY_PAUSED = "The watch of orders is paused by Lin until 14:00; resume it first"
IS_OVER = "The watch of orders was ended by Chen at 12:00; nothing was changed"


@pytest.mark.parametrize(
    ("before", "change", "said"),
    [
        # a pause: too late, too long, twice
        (watch(), lambda w: pause(w, "lin", NOON, NOON), "A pause must end later than now, not at 12:00"),
        (
            watch(),
            lambda w: pause(w, "lin", NOON + DAY + MINUTE, NOON),
            "A pause may last 1d at most, not until 20 Jan 12:01",
        ),
        (PAUSED, lambda w: pause(w, "chen", NOON + 3 * HOUR, NOON + HOUR), ALREADY_PAUSED),
        # what runs cannot be resumed
        (watch(), lambda w: resume(w, "lin", NOON), "The watch of orders is running already"),
        # an extension by no days, too many, or so few that the end stays in the past
        (
            watch(),
            lambda w: extend(w, "lin", 0, NOON),
            "A watch is extended by 1 to 30 whole days, not by 0",
        ),
        (
            watch(),
            lambda w: extend(w, "lin", 31, NOON),
            "A watch is extended by 1 to 30 whole days, not by 31",
        ),
        (
            watch(),
            lambda w: extend(w, "lin", 2, DEPLOYED + 9 * DAY),
            "Even 2 days longer, nothing of the plan is left to do; extend by more",
        ),
        (
            watch(Plan(zone="UTC", milestones=(DAY,))),  # there is nothing that could go on
            lambda w: extend(w, "lin", 2, DEPLOYED + HOUR),
            "Even 2 days longer, nothing of the plan is left to do; extend by more",
        ),
        # denser: too often, too seldom, over before it begins, too many rounds, while paused
        (
            watch(),
            lambda w: densify(w, "lin", MINUTE / 2, NOON + HOUR, NOON),
            "Denser rounds come every 1m to 12h, not every 30s",
        ),
        (
            watch(),
            lambda w: densify(w, "lin", 13 * HOUR, NOON + DAY, NOON),
            "Denser rounds come every 1m to 12h, not every 13h",
        ),
        (
            watch(),
            lambda w: densify(w, "lin", 10 * MINUTE, NOON + 9 * MINUTE, NOON),
            "12:09 is too early for even one round every 10m",
        ),
        (
            watch(),
            lambda w: densify(w, "lin", MINUTE, NOON - HOUR, NOON),
            "11:00 is too early for even one round every 1m",
        ),
        (
            watch(),
            lambda w: densify(w, "lin", MINUTE, NOON + 501 * MINUTE, NOON),
            "That would be 501 rounds; write a shorter time or a longer interval, for at most 500",
        ),
        (PAUSED, lambda w: densify(w, "chen", HOUR, NOON + 9 * HOUR, NOON + HOUR), ALREADY_PAUSED),
        # what has ended stays ended
        (ENDED, lambda w: pause(w, "lin", NOON + 2 * HOUR, NOON + HOUR), IS_OVER),
        (ENDED, lambda w: resume(w, "lin", NOON + HOUR), IS_OVER),
        (ENDED, lambda w: extend(w, "lin", 2, NOON + HOUR), IS_OVER),
        (ENDED, lambda w: densify(w, "lin", HOUR, NOON + 9 * HOUR, NOON + HOUR), IS_OVER),
        (ENDED, lambda w: stop(w, "lin", "", NOON + HOUR), IS_OVER),
        (ENDED, lambda w: roll_back(w, "lin", NOON + HOUR), IS_OVER),
    ],
)
def test_what_makes_no_sense_is_refused_with_who_and_when(before: Watch, change: Change, said: str):
    assert refused(change(before)) == said


@pytest.mark.parametrize(
    "change",
    [
        lambda w: pause(w, "lin", NOON + DAY, NOON),  # exactly the longest pause
        lambda w: densify(w, "lin", MINUTE, NOON + 500 * MINUTE, NOON),  # exactly the most rounds
        lambda w: densify(w, "lin", 12 * HOUR, NOON + 12 * HOUR, NOON),  # the slowest, one round
        lambda w: extend(w, "lin", 30, NOON),
        lambda w: extend(w, "lin", 1, NOON),
    ],
)
def test_limits_may_be_reached(change: Change):
    assert done(change(watch()))


def test_an_extended_watch_gets_two_more_days_and_its_end_moves():
    change = done(extend(watch(), "lin", 2, DEPLOYED + 3 * DAY))
    assert spoken(change.reason) == "Extended by 2d by Lin"
    assert change.watch.plan.gates[-1].after == 9 * DAY
    assert [shown(entry.at) for entry in change.enter if entry.kind is EntryKind.ROUND] == [
        *("01-26 09:00", "01-26 13:00", "01-26 17:00", "01-26 21:00"),
        *("01-27 09:00", "01-27 13:00", "01-27 17:00", "01-27 21:00"),
    ]
    assert [(entry.kind, shown(entry.at)) for entry in change.enter[-3:]] == [
        (EntryKind.MILESTONE, "01-28 00:00"),
        (EntryKind.GATE, "01-28 00:00"),
        (EntryKind.REPORT, "01-28 00:00"),
    ]
    assert change.close == Closing(
        since=DEPLOYED + 3 * DAY,
        remark=change.reason,
        entries=frozenset(
            (END.astimezone(UTC), kind) for kind in (EntryKind.MILESTONE, EntryKind.GATE, EntryKind.REPORT)
        ),
    )


def test_an_extension_after_the_last_gate_takes_the_routine_back():
    now = END + HOUR
    change = done(extend(watch(), "lin", 2, now))
    assert change.close is not None
    assert change.close.entries == {(entry.at, entry.kind) for entry in routine(watch(), now)}
    assert min(entry.at for entry in change.enter) == END + 9 * HOUR
    assert routine(change.watch, now) == ()


def test_a_paused_watch_can_be_extended_and_stays_paused():
    extended = done(extend(PAUSED, "lin", 1, NOON + HOUR)).watch
    assert (extended.state, extended.paused_until) == (WatchState.PAUSED, PAUSED.paused_until)


@pytest.mark.parametrize(
    ("why", "said"), [("all is well ", "Stopped by Lin: all is well"), ("  ", "Stopped by Lin")]
)
def test_a_stopped_watch_closes_everything_that_is_still_open(why: str, said: str):
    change = done(stop(PAUSED, "lin", why, NOON + HOUR))
    assert (change.event, spoken(change.reason)) == ("watch.stopped", said)
    assert change.close == Closing(since=DEPLOYED, remark=change.reason)
    stopped = change.watch
    assert (stopped.state, stopped.ended_at, stopped.ended_by) == (WatchState.ENDED, NOON + HOUR, "lin")
    assert (stopped.paused_until, stopped.denser, stopped.next_at, stopped.rolled_back) == (
        (None, None, None, False)
    )


def test_a_rolled_back_watch_has_ended_and_says_so():
    change = done(roll_back(watch(), "lin", NOON))
    assert (change.event, spoken(change.reason)) == (
        ("watch.rolled_back", "Rolled back by Lin; the watch has ended")
    )
    assert (change.watch.state, change.watch.rolled_back) == (WatchState.ENDED, True)
    assert change.close == Closing(since=DEPLOYED, remark=change.reason)


def test_denser_rounds_come_beside_the_planned_ones():
    now = local("2026-01-20T12:30:20")
    change = done(densify(watch(), "lin", 30 * MINUTE, now + 2 * HOUR, now))
    assert spoken(change.reason) == (
        "Denser monitoring, asked for by Lin: a round every 30m until 20 Jan 14:30"
    )
    # by the minute, and not at 14:00, when the plan has a round
    assert [shown(entry.at) for entry in change.enter] == ["01-20 13:00", "01-20 13:30", "01-20 14:30"]
    assert {(entry.phases, entry.checklists) for entry in change.enter} == {((DENSER,), ("intensive",))}
    assert (change.close, change.watch.next_at) == (None, now + 2 * HOUR)
    assert change.watch.denser == Denser(
        since=now.replace(second=0).astimezone(UTC), every=30 * MINUTE, until=now + 2 * HOUR, by="lin"
    )


def test_denser_rounds_that_were_asked_for_earlier_are_replaced():
    now = local("2026-01-20T12:00")
    first = done(densify(watch(), "lin", 30 * MINUTE, now + 2 * HOUR, now)).watch
    second = done(densify(first, "chen", 20 * MINUTE, now + 90 * MINUTE, now + 10 * MINUTE))
    assert [shown(entry.at) for entry in second.enter] == [
        *("01-20 12:50", "01-20 13:10"),  # 12:30 and 13:30 are in the list already
    ]
    assert second.close == Closing(
        since=now + 10 * MINUTE,
        remark=second.reason,
        entries=frozenset({((now + HOUR).astimezone(UTC), EntryKind.ROUND)}),
    )


def test_denser_monitoring_is_over_by_itself():
    now = local("2026-01-20T12:00")
    denser = done(densify(watch(), "lin", 30 * MINUTE, now + HOUR, now)).watch
    assert due(denser, now + HOUR - MINUTE) is None
    eased = done(due(denser, now + HOUR))
    assert (eased.event, eased.close) == ("watch.eased", None)
    assert spoken(eased.reason) == "The time of denser monitoring is over: back to the plan's cadence"
    assert (eased.watch.denser, eased.watch.next_at) == (None, None)


def test_a_pause_and_denser_monitoring_end_each_in_its_time():
    denser = done(densify(watch(), "lin", 30 * MINUTE, NOON + 90 * MINUTE, NOON)).watch
    paused = done(pause(denser, "lin", NOON + 2 * HOUR, NOON)).watch
    events = []
    while (at := next_due(paused)) is not None:
        change = done(due(paused, at))
        events.append((shown(at), change.event))
        paused = change.watch
    assert events == [
        ("01-19 13:00", "watch.reminded"),
        ("01-19 13:30", "watch.eased"),
        ("01-19 14:00", "watch.resumed"),
    ]


TIMES = Phase(name="t", checklists=("times",), first_day=1, at=(time(6), time(12), time(18)))


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (SHIPPED, ("intensive",)),
        # three times a day are denser than every 12 hours
        (
            Plan(
                zone="UTC",
                phases=(Phase(name="e", checklists=("slow",), first_day=2, every=12 * HOUR), TIMES),
            ),
            ("times",),
        ),
        # every 6 hours is denser than three times a day
        (
            Plan(
                zone="UTC", phases=(TIMES, Phase(name="e", checklists=("fast",), first_day=2, every=6 * HOUR))
            ),
            ("fast",),
        ),
        # no phases: what the routine asks
        (Plan(zone="UTC", routine=Routine(every=DAY, at=time(9), checklists=("weekly",))), ("weekly",)),
        (Plan(zone="UTC"), ()),
    ],
)
def test_denser_rounds_ask_what_the_densest_phase_asks(plan: Plan, expected: tuple[str, ...]):
    now = DEPLOYED + HOUR + MINUTE
    change = done(densify(watch(plan), "lin", 10 * MINUTE, now + HOUR, now))
    denser = [entry for entry in change.enter if entry.phases == (DENSER,)]
    assert {entry.checklists for entry in denser} == {expected}


def test_the_routine_begins_once_the_last_gate_has_passed_and_ends_with_the_watch():
    assert routine(watch(), END - MINUTE) == ()
    first = routine(watch(), END)
    assert [shown(entry.at) for entry in first] == ["02-02 09:00"]
    assert [shown(entry.at) for entry in routine(watch(), first[0].at)] == ["02-09 09:00"]
    assert routine(ENDED, END) == ()
    assert routine(watch(replace(SHIPPED, routine=None)), END) == ()


def test_nothing_is_due_in_a_watch_that_simply_runs():
    assert next_due(watch()) is None
    assert due(watch(), DEPLOYED + DAY) is None


def test_who_ended_a_watch_that_ended_by_itself_is_nobody_in_particular():
    over = replace(watch(), state=WatchState.ENDED)
    assert refused(stop(over, "lin", "", NOON)) == (
        "The watch of orders was ended by somebody at 00:00; nothing was changed"
    )
