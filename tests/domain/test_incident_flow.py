"""Incidents besides the decision itself: how they begin, are led, waited for, passed over, and told of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from problems_of_orders import firing
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
from bot.domain.incident.clock import extend, next_look
from bot.domain.incident.decision import acted, decide
from bot.domain.incident.life import (
    LONGEST_NOTE,
    Opening,
    alert_again,
    alert_resolved,
    begin,
    close,
    note,
    take_lead,
)
from bot.domain.incident.playbook import Course, Meaning, Option, Rollback, Step, StepKind, Trend
from bot.domain.incident.postmortem import in_order
from bot.domain.incident.state import Change, Demand, Moment, StepState
from bot.domain.incident.steps import again, pass_over, probed, refused, tick_item, tick_step, unasked, waited
from bot.domain.text import Label, Quantity, say
from checks.threshold import Condition

WAIT = Step(kind=StepKind.WAIT, label=Label("Recovers"), metric="m", until=Condition.parse("< 1"))
CHECKS = Step(kind=StepKind.CHECKS, label=Label("Look"), checks=("c",))
HELP = Option(key="help", label=Label("Degrade"), means=Meaning.ACT, action="degrade")


def test_a_playbook_opened_by_hand_says_by_whom_who_leads_then() -> None:
    change = begin(PLAYBOOK, Opening(service="orders", channel="oncall", by="lin"), T0)
    assert SPEAKER.say(change.reason) == "Lin Wei opens the playbook Trouble"
    assert change.incident.lead == "lin"
    assert "Lin Wei leads already" in said(take_lead(change.incident, "lin", at(1)))
    assert done(take_lead(change.incident, "chen", at(1))).lead == "chen"


@pytest.mark.parametrize(
    ("text", "words"),
    [(" ", "A note needs words"), ("x" * (LONGEST_NOTE + 1), "2000 characters at most")],
)
def test_a_note_has_words_and_an_end(text: str, words: str) -> None:
    assert words in said(note(opened(), "lin", text, at(1)))


def test_nothing_can_be_done_to_a_closed_incident_but_noting() -> None:
    closed = done(close(opened(), "lin", "", at(1)))
    assert closed.steps[0].state is StepState.SKIPPED
    for outcome in (
        take_lead(closed, "lin", at(2)),
        extend(closed, "lin", MINUTE, "why", at(2)),
        close(closed, "lin", "", at(2)),
        tick_step(closed, 1, "lin", "", at(2)),
        tick_item(closed, 0, "lin", "", at(2)),
        again(closed, 0, "lin", at(2)),
        pass_over(closed, 1, "lin", at(2)),
    ):
        assert "was closed at" in said(outcome)
    assert isinstance(note(closed, "lin", "words", at(2)), Change)
    assert acted(closed, 0, run(), at(2)) is None
    assert alert_resolved(closed, at(2), taken=True) is None
    assert next_look(closed, at(2)) is None


def test_a_rollback_that_goes_on_is_not_closed() -> None:
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    assert "A rollback is going on" in said(close(rolling, "lin", "", at(2)))


def test_an_alert_that_comes_back_starts_the_clock_anew_unless_it_is_rolled_back() -> None:
    alert = firing(at(5))
    began = alert_again(stopped(), alert, at(5))
    assert isinstance(began, Change)
    assert (began.incident.alert, began.incident.clock.due_at) == (alert.id, at(20))
    assert alert_again(began.incident, alert, at(6)) is None
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    assert done(alert_again(rolling, alert, at(5))).clock == rolling.clock
    assert alert_again(done(close(opened(), "lin", "", at(1))), alert, at(6)) is None


def test_a_resolved_alert_closes_what_nobody_has_begun() -> None:
    manual = replace(PLAYBOOK, steps=PLAYBOOK.steps[1:], rollback=None)
    assert not done(alert_resolved(opened(manual), at(1), taken=True)).open


# --- steps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "minutes", "state", "said_"),
    [
        (Quantity(0.4, "s"), 2, StepState.DONE, "400 ms after 2m"),
        (Quantity(4.0, "s"), 2, StepState.RUNNING, None),
        (None, 2, StepState.RUNNING, None),
        (Quantity(4.0, "s"), 10, StepState.FAILED, "still 4 s after 10m"),
        (None, 10, StepState.FAILED, "there is no fresh value after 10m"),
    ],
)
def test_a_step_waits_for_a_metric_as_long_as_it_may(
    value: Quantity | None, minutes: float, state: StepState, said_: str | None
) -> None:
    incident = opened(replace(PLAYBOOK, steps=(WAIT, *PLAYBOOK.steps[1:])))
    change = waited(incident, 0, value, at(minutes))
    after = change.incident if change else incident
    assert after.steps[0].state is state
    if said_:
        assert SPEAKER.say(after.steps[0].said or say("")) == said_


def test_what_does_not_wait_is_not_waited_for() -> None:
    assert waited(opened(), 0, Quantity(0.4, "s"), at(1)) is None
    assert probed(stopped(), 1, GOOD, at(1)) is None


def test_checks_are_shown_once_whatever_they_say() -> None:
    incident = opened(replace(PLAYBOOK, steps=(CHECKS, *PLAYBOOK.steps[1:])))
    assert done(probed(incident, 0, (), at(1))).steps[0].state is StepState.DONE
    assert done(probed(incident, 0, GOOD, at(1))).verified is None


def test_what_cannot_be_asked_has_failed_and_where_it_was_to_verify_a_decision_is_demanded() -> None:
    why = say("{item}", item="orders is gone")
    looking = opened(replace(PLAYBOOK, steps=(CHECKS, *PLAYBOOK.steps[1:])))
    looked = unasked(looking, 0, why, at(1))
    assert looked.incident.steps[0].state is StepState.FAILED
    assert (SPEAKER.say(looked.reason), looked.effects) == ("Look: orders is gone", ())
    rolled = done(acted(done(decide(stopped(), (ROLL_BACK, ""), "lin", at(0))), 2, run(), at(0)))
    verified = unasked(rolled, 4, why, at(1))
    assert verified.incident.verified is False
    assert "NOT VERIFIED, orders is gone" in SPEAKER.say(verified.reason)
    assert any(isinstance(effect, Demand) for effect in verified.effects)


def test_an_action_that_cannot_begin_has_failed_with_its_reason() -> None:
    change = refused(opened(), 0, say("{item}", item="it is gone"), at(1))
    assert change.incident.steps[0].state is StepState.FAILED
    assert SPEAKER.say(change.reason) == "Stop: it is gone"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda incident: tick_step(incident, 0, "lin", "", at(1)), "Stop is not ticked by hand"),
        (lambda incident: again(incident, 0, "lin", at(1)), "Stop has ended already (the bot, "),
        (lambda incident: again(incident, 1, "lin", at(1)), "Analyse has not begun"),
        (lambda incident: pass_over(incident, 0, "lin", at(1)), "Stop has ended already"),
        (lambda incident: pass_over(incident, 2, "lin", at(1)), "A decision is not passed over"),
    ],
)
def test_what_a_step_does_not_take_is_refused(act, words: str) -> None:
    assert words in said(act(stopped()))


def test_a_rollback_that_failed_is_run_again_with_all_its_time_or_passed_over() -> None:
    rolling = done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1)))
    failed = done(acted(rolling, 2, run(RunState.FAILED), at(20)))
    anew = done(again(failed, 2, "chen", at(21)))
    assert anew.rolling
    assert (anew.rolling.due_at, anew.rolling.ended_at) == (at(36), None)
    assert done(pass_over(failed, 2, "chen", at(21))).steps[2].state is StepState.SKIPPED
    # one that was taken for dead may still tell that it has succeeded
    assert done(acted(failed, 2, run(), at(22))).steps[2].state is StepState.DONE
    assert acted(failed, 9, run(), at(22)) is None


def test_a_verification_that_failed_is_tried_again() -> None:
    rolled = done(acted(done(decide(stopped(), (ROLL_BACK, ""), "lin", at(0))), 2, run(), at(0)))
    failed = done(probed(rolled, 4, (), at(6)))
    anew = done(again(failed, 4, "lin", at(7)))
    assert (anew.steps[4].state, anew.steps[4].look_at) == (StepState.RUNNING, at(7))
    over = done(pass_over(failed, 4, "lin", at(7)))
    assert SPEAKER.say(over.outcome or say("")) == "rolled back, not verified"
    assert done(probed(anew, 4, GOOD, at(8))).verified


def test_verifying_may_ask_that_all_stays_in_order_for_a_time() -> None:
    steps = (*PLAYBOOK.steps[:4], replace(PLAYBOOK.steps[4], hold=2 * MINUTE))
    incident = done(acted(opened(replace(PLAYBOOK, steps=steps)), 0, run(), T0))
    incident = done(acted(done(decide(incident, (ROLL_BACK, ""), "lin", at(0))), 2, run(), at(0)))
    # well, well, not well: the time begins anew
    for minutes, rows in ((1, GOOD), (2, GOOD), (2.5, BAD), (3, GOOD), (4.5, GOOD)):
        incident = done(probed(incident, 4, rows, at(minutes)))
        assert incident.steps[4].state is StepState.RUNNING, minutes
    assert done(probed(incident, 4, GOOD, at(5))).verified
    # what became well too late is not verified
    assert done(probed(incident, 4, BAD, at(5.5))).steps[4].well_since is None


def test_a_playbook_without_a_verification_ends_with_its_steps() -> None:
    plain = replace(PLAYBOOK, steps=PLAYBOOK.steps[:3], rollback=None)
    incident = done(acted(opened(plain), 0, run(), T0))
    over = done(decide(incident, (REPAIR, ""), "lin", at(1)))
    assert SPEAKER.say(over.outcome or say("")) == "all steps are done"


# --- decisions --------------------------------------------------------------------------------------------


def test_an_option_that_only_acts_leaves_the_question_open() -> None:
    steps = (*PLAYBOOK.steps[:2], replace(PLAYBOOK.steps[2], options=(HELP, ROLL_BACK)), *PLAYBOOK.steps[3:])
    incident = done(acted(opened(replace(PLAYBOOK, steps=steps)), 0, run(), T0))
    helped = done(decide(incident, (HELP, ""), "lin", at(1)))
    failed = acted(helped, 2, run(RunState.FAILED), at(2))
    assert isinstance(failed, Change)
    assert [type(each) for each in failed.effects] == [Demand]
    acting = done(acted(helped, 2, run(), at(2)))
    assert (acting.undecided, acting.clock.runs, states(acting)[4]) == (True, True, "running")


def test_what_was_decided_stays_decided() -> None:
    rolled = done(acted(done(decide(stopped(), (ROLL_BACK, ""), "lin", at(1))), 2, run(), at(2)))
    assert "That was decided already: Lin Wei decided: Roll back" in said(
        decide(rolled, (REPAIR, ""), "chen", at(3))
    )
    assert not done(decide(rolled, (ACCEPT, "it holds"), "chen", at(3))).open


def test_a_button_of_before_the_alert_was_over_is_too_late() -> None:
    incident = stopped()
    resolved = done(alert_resolved(incident, at(3), taken=True))
    late = decide(resolved, (ROLL_BACK, ""), "lin", at(4), incident.turn)
    assert "has gone on since that card was drawn" in said(late)
    assert not done(decide(resolved, (ROLL_BACK, ""), "lin", at(4))).undecided


def test_where_only_a_metric_makes_it_due_it_is_looked_at_every_half_minute() -> None:
    trend = Trend(
        course=Course.STUCK, metric="m", label=Label("M"), for_=10 * MINUTE, bad=Condition.parse("> 1")
    )
    incident = opened(replace(PLAYBOOK, rollback=Rollback(action="rollback", trends=(trend,))))
    assert next_look(incident, at(1)) == at(1.5)
    assert "has no deadline" in said(extend(incident, "lin", MINUTE, "why", at(1)))
    assert next_look(opened(replace(PLAYBOOK, rollback=None)), at(1)) is None


# --- afterwards -------------------------------------------------------------------------------------------


def test_moments_of_several_sources_stand_in_order_each_sentence_once() -> None:
    def moment(minutes: float, words: str, note_: str = "") -> Moment:
        return Moment(at=at(minutes), event="e", reason=say("{item}", item=words), note=note_)

    told = in_order(
        [moment(2, "b"), moment(1, "a")],
        [moment(1.01, "a"), moment(3, "noted", "one"), moment(3, "noted", "two")],
    )
    assert [(SPEAKER.say(each.reason), each.note) for each in told] == [
        ("a", ""),
        ("b", ""),
        ("noted", "one"),
        ("noted", "two"),
    ]


def test_who_looks_again_and_sees_the_same_is_told_once_in_a_post_mortem() -> None:
    seen = [("1 of 2", 0), ("1 of 2", 1), ("2 of 2", 2), ("2 of 2", 3), ("1 of 2", 4)]
    looks = [
        Moment(at=at(after), event="step.looked", reason=say("{item}", item=what)) for what, after in seen
    ]
    assert [each.at for each in in_order(looks)] == [at(0), at(2), at(4)]
