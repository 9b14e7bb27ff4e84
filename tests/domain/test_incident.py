"""Incidents: steps in order, decisions once, a clock that asks and never forgets; tables and laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trouble_of_orders import (
    ACCEPT,
    BAD,
    GOOD,
    MINUTE,
    PLAYBOOK,
    REPAIR,
    ROLL_BACK,
    SPEAKER,
    T0,
    at,
    done,
    opened,
    run,
    said,
    states,
    stopped,
)

from bot.domain.action import RunState
from bot.domain.alerts.alert import Refusal
from bot.domain.incident.clock import extend, next_look, tick, warns_at
from bot.domain.incident.decision import acted, decide, option_of
from bot.domain.incident.life import Opening, alert_resolved, begin, close, note, take_lead
from bot.domain.incident.playbook import (
    Course,
    Trend,
)
from bot.domain.incident.state import (
    ENDED,
    Act,
    Change,
    Demand,
    Incident,
    RolledBack,
    StepState,
)
from bot.domain.incident.steps import again, pass_over, probed, tick_item, tick_step
from bot.domain.incident.trend import judge_trend
from bot.domain.panel import RoundRow
from bot.domain.text import Label
from checks.threshold import Condition

# --- steps ------------------------------------------------------------------------------------------------


def test_the_first_step_begins_with_the_incident_and_the_next_when_it_has_ended() -> None:
    change = begin(PLAYBOOK, Opening(service="orders", channel="oncall"), T0)
    assert change.effects == (Act(step=0, action="stop"),)
    assert states(change.incident)[:2] == ["running", "waiting"]
    assert states(stopped())[:2] == ["done", "waiting"]


def test_a_failed_action_holds_the_list_until_somebody_runs_it_again_or_goes_on() -> None:
    failed = done(acted(opened(), 0, run(RunState.INTERRUPTED), T0))
    assert (failed.steps[0].state, failed.current()) == (StepState.FAILED, 0)
    anew = again(failed, 0, "lin", at(1))
    assert isinstance(anew, Change)
    assert anew.effects == (Act(step=0, action="stop", by="lin"),)
    assert anew.incident.steps[0].tries == 2
    assert "still runs" in said(again(anew.incident, 0, "chen", at(1)))
    assert done(pass_over(failed, 0, "lin", at(1))).current() == 1


def test_steps_of_another_outcome_are_passed_over() -> None:
    repaired = done(decide(stopped(), (REPAIR, ""), "lin", at(1)))
    assert states(repaired) == ["done", "skipped", "done", "waiting", "waiting"]
    rolled = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    rolled = done(acted(rolled, 2, run(), at(2)))
    assert states(rolled) == ["done", "skipped", "done", "skipped", "running"]


@pytest.mark.parametrize("number", [-1, 5, 99])
def test_a_step_that_is_not_there_is_refused(number: int) -> None:
    for act in (again, pass_over):
        assert "no such step" in said(act(stopped(), number, "lin", at(1)))
    assert "no such step" in said(tick_step(stopped(), number, "lin", "", at(1)))
    assert "no such item" in said(tick_item(stopped(), 9, "lin", "", at(1)))


def test_a_step_and_an_item_are_ticked_once() -> None:
    ticked = done(tick_step(stopped(), 1, "lin", " because ", at(1)))
    assert (ticked.steps[1].by, ticked.steps[1].note) == ("lin", "because")
    assert "has ended already (Lin Wei" in said(tick_step(ticked, 1, "chen", "", at(2)))
    looked = done(tick_item(stopped(), 1, "chen", "", at(1)))
    assert "Chen Jie has looked at it already" in said(tick_item(looked, 1, "lin", "", at(2)))


# --- decisions --------------------------------------------------------------------------------------------


def test_a_decision_is_taken_once_and_the_second_is_told_who_was_faster() -> None:
    incident = stopped()
    first = done(decide(incident, (ROLL_BACK, ""), "lin", at(1), incident.turn))
    late = decide(first, (ROLL_BACK, ""), "chen", at(1), incident.turn)
    assert "Lin Wei was faster, at 19 Jan 02:01: Roll back" in said(late)
    assert "going on already" in said(decide(first, (REPAIR, ""), "chen", at(1)))


def test_a_repair_that_does_not_help_may_still_be_rolled_back() -> None:
    repaired = done(decide(stopped(), (REPAIR, ""), "lin", at(1)))
    assert repaired.clock.runs
    rolled = decide(repaired, (ROLL_BACK, ""), "chen", at(5))
    assert isinstance(rolled, Change)
    assert Act(step=2, action="rollback", by="chen") in rolled.effects
    assert not rolled.incident.clock.runs


def test_accepting_the_risk_takes_a_reason_and_ends_it() -> None:
    assert "takes a reason" in said(decide(stopped(), (ACCEPT, "  "), "lin", at(1)))
    accepted = done(decide(stopped(), (ACCEPT, "only tests"), "lin", at(1)))
    assert (accepted.open, accepted.clock.runs) == (False, False)
    assert "was closed" in said(decide(accepted, (ROLL_BACK, ""), "lin", at(2)))


def test_a_rollback_marks_the_watch_only_when_it_has_succeeded() -> None:
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    failed = acted(rolling, 2, run(RunState.FAILED), at(2))
    assert isinstance(failed, Change)
    assert [type(each) for each in failed.effects] == [Demand]
    rolled = acted(rolling, 2, run(), at(2))
    assert isinstance(rolled, Change)
    assert RolledBack() in rolled.effects
    assert acted(done(rolled), 2, run(), at(3)) is None


def test_a_rollback_has_a_limit_and_alarms_once() -> None:
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    assert tick(rolling, at(15)) is None
    late = tick(rolling, at(16))
    assert isinstance(late, Change)
    assert late.event == "rollback.late"
    assert tick(late.incident, at(30)) is None


@pytest.mark.parametrize(
    ("rows", "unseen", "minutes", "state"),
    [
        (GOOD, None, 1, StepState.DONE),
        (BAD, None, 1, StepState.RUNNING),
        # what was not measured since never passes
        (GOOD, Label("Rate"), 1, StepState.RUNNING),
        ((), None, 1, StepState.RUNNING),
        (BAD, None, 7, StepState.FAILED),
        (GOOD, Label("Rate"), 7, StepState.FAILED),
    ],
)
def test_verifying_passes_only_on_good_answers(
    rows: tuple[RoundRow, ...], unseen: Label | None, minutes: float, state: StepState
) -> None:
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(0)))
    verifying = done(acted(rolling, 2, run(), at(0)))
    change = probed(verifying, 4, rows, at(minutes), unseen)
    assert isinstance(change, Change)
    assert change.incident.steps[4].state is state
    assert change.incident.open is (state is not StepState.DONE)
    assert any(isinstance(each, Demand) for each in change.effects) is (state is StepState.FAILED)


# --- the clock --------------------------------------------------------------------------------------------


def test_the_clock_warns_at_two_thirds_and_demands_at_zero_again_and_again() -> None:
    incident = stopped()
    assert warns_at(incident.clock) == at(10)
    assert tick(incident, at(9.9)) is None
    incident = done(tick(incident, at(10)))
    assert tick(incident, at(14.9)) is None
    for minutes in (15, 20, 25):
        assert tick(incident, at(minutes - 0.1)) is None
        change = tick(incident, at(minutes))
        assert isinstance(change, Change)
        assert [type(each) for each in change.effects] == [Demand]
        incident = change.incident


def test_at_zero_it_rolls_back_by_itself_where_that_is_wanted() -> None:
    assert PLAYBOOK.rollback
    automatic = replace(PLAYBOOK, rollback=replace(PLAYBOOK.rollback, automatic=True))
    incident = done(acted(opened(automatic), 0, run(), T0))
    change = tick(incident, at(15))
    assert isinstance(change, Change)
    assert Act(step=2, action="rollback") in change.effects
    assert change.incident.decision is not None
    assert change.incident.decision.by is None


@pytest.mark.parametrize(
    ("late", "event"),
    [
        # it looks every minute, more or less
        (2 * MINUTE, "decision.roll-back"),
        # the clock was set forward by an hour: the time may not have passed at all
        (60 * MINUTE, "clock.demanded"),
    ],
)
def test_a_leap_of_the_machines_clock_rolls_nothing_back_unasked(late: timedelta, event: str) -> None:
    assert PLAYBOOK.rollback
    automatic = replace(PLAYBOOK, rollback=replace(PLAYBOOK.rollback, automatic=True))
    change = tick(done(acted(opened(automatic), 0, run(), T0)), at(15), overslept=late)
    assert isinstance(change, Change)
    assert change.event == event
    assert ("leapt by 1h" in SPEAKER.say(change.reason)) is (event == "clock.demanded")


@pytest.mark.parametrize("minutes", [10, 15, 20])
def test_a_clock_that_is_set_back_says_nothing_twice(minutes: float) -> None:
    incident = stopped()
    for when in (10, 15, 20):
        if when <= minutes:
            incident = done(tick(incident, at(when)))
    for back in (1 / 60, 1, 60):  # a second, a minute, an hour
        assert tick(incident, at(minutes - back)) is None
        looks = next_look(incident, at(minutes - back))
        assert looks is not None
        assert looks <= at(minutes + 5)


def test_a_bot_that_was_down_over_zero_demands_at_once() -> None:
    change = tick(stopped(), at(600))
    assert isinstance(change, Change)
    assert change.event == "clock.demanded"


def test_what_only_the_bot_has_ended_is_demanded_of_people_at_zero_and_not_rolled_back_unasked() -> None:
    change = alert_resolved(stopped(), at(3), taken=False)
    assert isinstance(change, Change)
    assert (change.event, change.incident.clock.runs) == ("clock.goes-on", True)
    assert alert_resolved(change.incident, at(4), taken=False) is None
    automatic = replace(change.incident.playbook.rollback, automatic=True)  # type: ignore[type-var]
    by_itself = replace(change.incident, playbook=replace(change.incident.playbook, rollback=automatic))
    for incident in (change.incident, by_itself):
        demanded = tick(incident, at(60))
        assert isinstance(demanded, Change)
        assert demanded.event == "clock.demanded"
        assert "nobody has gone on with what the bot began" in str(demanded.reason)
    asked = replace(change.incident, clock=replace(change.incident.clock, demands=6, demanded_at=at(60)))
    assert tick(asked, at(61)) is None
    given_up = tick(asked, at(70))
    assert isinstance(given_up, Change)
    assert (given_up.event, given_up.incident.open) == ("clock.stopped", True)
    assert tick(given_up.incident, at(99)) is None
    # whoever leads has it in hand
    led = done(take_lead(stopped(), "lin", at(2)))
    assert not done(alert_resolved(led, at(3), taken=False)).clock.runs


def test_the_clock_of_a_resolved_alert_asks_nobody() -> None:
    resolved = done(alert_resolved(stopped(), at(3), taken=True))
    assert (tick(resolved, at(60)), resolved.open) == (None, True)
    assert alert_resolved(resolved, at(4), taken=True) is None
    assert "has been stopped" in said(extend(resolved, "lin", 5 * MINUTE, "why", at(4)))


@pytest.mark.parametrize(
    ("length", "why", "words"),
    [
        (10 * MINUTE, " ", "takes a reason"),
        (0 * MINUTE, "why", "at most 4h"),
        (300 * MINUTE, "why", "at most 4h"),
        (timedelta.max, "why", "at most 4h"),
    ],
)
def test_more_time_takes_a_reason_and_has_an_end(length: timedelta, why: str, words: str) -> None:
    assert words in said(extend(stopped(), "lin", length, why, at(1)))


def test_more_time_after_zero_counts_from_now() -> None:
    longer = done(extend(done(tick(stopped(), at(15))), "lin", 10 * MINUTE, "nearly there", at(20)))
    assert longer.clock.due_at == at(30)
    assert tick(longer, at(21)) is None


# --- laws -------------------------------------------------------------------------------------------------

DEEDS = (
    "tick",
    "item",
    "repair",
    "back",
    "accept",
    "lead",
    "note",
    "close",
    "skip",
    "again",
    "ran",
    "failed",
)
acts = st.lists(st.tuples(st.sampled_from(DEEDS), st.floats(0, 8), st.integers(0, 5)), max_size=14)


def act(incident: Incident, deed: str, number: int, now: datetime) -> Change | Refusal | None:
    match deed:
        case "tick":
            return tick_step(incident, number, "lin", "", now)
        case "item":
            return tick_item(incident, number, "lin", "", now)
        case "repair" | "back" | "accept":
            option = option_of(incident, deed)
            assert option
            return decide(incident, (option, "why"), "lin", now)
        case "lead":
            return take_lead(incident, "lin", now)
        case "note":
            return note(incident, "lin", "words", now)
        case "close":
            return close(incident, "lin", "", now)
        case "skip":
            return pass_over(incident, number, "lin", now)
        case "again":
            return again(incident, number, "lin", now)
        case _:
            return acted(incident, number, run(RunState.SUCCEEDED if deed == "ran" else RunState.FAILED), now)


@given(acts)
def test_whatever_people_do_the_law_holds(deeds: list[tuple[str, float, int]]) -> None:
    incident, now, running = opened(), T0, 0
    for deed, minutes, number in deeds:
        now += minutes * MINUTE
        changes = [act(incident, deed, number, now), tick(incident, now)]
        for change in changes[:1]:
            if not isinstance(change, Change):
                continue
            # what has ended stays as it is, what is closed stays closed, and every change is numbered
            assert change.incident.revision == incident.revision + 1
            assert incident.open or deed in ("note", "ran")
            assert change.incident.turn >= incident.turn
            for effect in change.effects:
                running += isinstance(effect, Act)
            incident = change.incident
        ticked = tick(incident, now)
        if isinstance(ticked, Change):
            incident = ticked.incident
        # an open incident that asks for something says when it is to be looked at next
        looks = next_look(incident, now)
        if incident.open and incident.undecided and incident.clock.runs:
            assert looks is not None
        if not incident.open:
            assert looks is None
            assert all(each.state in ENDED for each in incident.steps)
            assert not incident.clock.runs
    assert running <= len(deeds) * 2 + 1


# --- trends -----------------------------------------------------------------------------------------------


def trend(course: Course, bad: str = "> 10") -> Trend:
    return Trend(course=course, metric="m", label=Label("M"), for_=10 * MINUTE, bad=Condition.parse(bad))


def over(*values: float) -> list[tuple[datetime, float]]:
    step = 10 / (len(values) - 1)
    return [(at(number * step), value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("course", "bad", "values", "due"),
    [
        # from third to third, and bad at the end
        (Course.WORSENING, "> 10", (5, 6, 9, 11, 12, 13, 14, 15, 16), True),
        (Course.WORSENING, "< 99", (99, 98, 97, 90, 85, 80, 75, 70, 60), True),
        # bad, but not worse
        (Course.WORSENING, "> 10", (12, 13, 12, 13, 12, 13, 12, 13, 12), False),
        # worse, then better
        (Course.WORSENING, "> 10", (11, 12, 13, 20, 22, 21, 14, 13, 12), False),
        # worse, and still well
        (Course.WORSENING, "> 10", (1, 2, 3, 4, 5, 6, 7, 8, 9), False),
        (Course.STUCK, "> 10", (11, 12, 11, 12, 11, 12), True),
        (Course.STUCK, "> 10", (11, 12, 9, 12, 11, 12), False),
        # too few values tell of nothing
        (Course.STUCK, "> 10", (11, 12, 11, 12, 11), False),
    ],
)
def test_the_course_of_a_metric_is_judged(
    course: Course, bad: str, values: tuple[float, ...], due: bool
) -> None:
    assert (judge_trend(trend(course, bad), over(*values), "s", at(10)) is not None) is due


def test_values_that_do_not_cover_the_time_tell_of_nothing() -> None:
    early = [(at(number / 2), 99.0) for number in range(12)]
    assert judge_trend(trend(Course.STUCK), early, "s", at(10)) is None
