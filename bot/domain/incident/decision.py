"""The decision: repair, roll back, accept the risk; and what comes of the action it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.action import ActionRun, RunState, told
from bot.domain.alerts.alert import Refusal
from bot.domain.incident.playbook import Meaning, Option, StepKind
from bot.domain.incident.state import (
    ENDED,
    Act,
    Announce,
    Change,
    Decision,
    Demand,
    Effect,
    Incident,
    Progress,
    RolledBack,
    Rolling,
    StepState,
    changed,
    outdated,
    over,
)
from bot.domain.incident.steps import advance
from bot.domain.text import Name, Text, say

Chosen = tuple[Option, str]
"""An option, and why in the person's words ("" where none was given)."""


def decide(
    incident: Incident, chosen: Chosen, by: str | None, now: datetime, turn: int | None = None
) -> Change | Refusal:
    """`by` chooses (None: the clock does). What was not done before the decision is passed over."""
    option, why = chosen[0], chosen[1].strip()
    if refusal := over(incident) or outdated(incident, turn) or _late(incident, option):
        return refusal
    if option.means is Meaning.ACCEPT and not why:
        return Refusal(say("To accept the risk takes a reason; nothing was changed"))
    decision = Decision(option=option, by=by, at=now, reason=why)
    decided = replace(
        _passed_over(incident, option.means, by, now), decisions=(*incident.decisions, decision)
    )
    change = changed(decided, now, f"decision.{option.means}", _said(decision), by=by, turns=True)
    change = replace(change, note=why)
    if option.means is Meaning.ACCEPT:
        return _accepted(change, by)
    return _begun(change, option, by)


def option_of(incident: Incident, key: str) -> Option | None:
    """The option of that key."""
    number = incident.find(StepKind.DECISION)
    options = incident.playbook.steps[number].options if number is not None else ()
    return next((each for each in options if each.key == key), None)


def rollback_option(incident: Incident) -> Option | None:
    """The option that rolls back."""
    number = incident.find(StepKind.DECISION)
    options = incident.playbook.steps[number].options if number is not None else ()
    return next((each for each in options if each.means is Meaning.ROLL_BACK), None)


def _late(incident: Incident, option: Option) -> Refusal | None:
    last = incident.decision
    if incident.rolling_back:
        return Refusal(say("A rollback is going on already; nothing was changed"))
    if last and not incident.undecided and option.means is not Meaning.ACCEPT:
        return Refusal(
            say(
                "That was decided already: {decided}",
                decided=_said(last),
            )
        )
    return None


def _said(decision: Decision) -> Text:
    who = Name(decision.by) if decision.by else say("the clock")
    if decision.reason:
        return say(
            "{person} decided: {decision} ({why})",
            person=who,
            decision=decision.option.label,
            why=decision.reason,
        )
    return say("{person} decided: {decision}", person=who, decision=decision.option.label)


def _passed_over(incident: Incident, means: Meaning, by: str | None, now: datetime) -> Incident:
    """Steps before the decision are over; a second decision begins what follows anew."""
    number = incident.find(StepKind.DECISION)
    for at, progress in enumerate(incident.steps):
        if number is None or (at < number or means is Meaning.ACCEPT):
            if progress.state not in ENDED:
                skipped = replace(progress, state=StepState.SKIPPED, at=now, look_at=None)
                incident = incident.with_step(at, skipped)
        elif at > number:
            incident = incident.with_step(at, Progress(tries=progress.tries))
    return incident


def _announced(change: Change) -> Announce:
    label = change.incident.playbook.label
    return Announce(text=say("{playbook}: {what}", playbook=label, what=change.reason))


def _accepted(change: Change, by: str | None) -> Change:
    incident, now = change.incident, change.at
    outcome = say("the risk is accepted by {person}", person=Name(by or ""))
    stopped = (
        replace(incident.clock, stopped_at=now, stopped=outcome) if incident.clock.runs else incident.clock
    )
    closed = replace(incident, clock=stopped, closed_at=now, closed_by=by, outcome=outcome)
    return replace(change, incident=closed, effects=(_announced(change),))


def _begun(change: Change, option: Option, by: str | None) -> Change:
    incident, now = change.incident, change.at
    number = incident.find(StepKind.DECISION)
    assert number is not None  # noqa: S101 - the option is one of its
    effects: tuple[Effect, ...] = (_announced(change),)
    if option.means is Meaning.ROLL_BACK:
        limit = incident.playbook.rollback.limit if incident.playbook.rollback else timedelta(minutes=15)
        clock = incident.clock
        if clock.runs:
            clock = replace(clock, stopped_at=now, stopped=say("it is rolled back"))
        incident = replace(incident, clock=clock, rolling=Rolling(began_at=now, due_at=now + limit))
    progress = incident.steps[number]
    if not option.action:
        done = replace(progress, state=StepState.DONE, by=by, at=now, said=None)
        return advance(replace(change, incident=incident.with_step(number, done), effects=effects))
    running = replace(
        progress, state=StepState.RUNNING, by=by, began_at=now, at=None, said=None, tries=progress.tries + 1
    )
    act = Act(step=number, action=option.action, by=by)
    return replace(change, incident=incident.with_step(number, running), effects=(*effects, act))


def acted(incident: Incident, number: int, run: ActionRun, now: datetime) -> Change | None:
    """The action of a step has ended; None when the step does not wait for it."""
    if not incident.open or not 0 <= number < len(incident.steps):
        return None
    step, progress = incident.step(number)
    late_news = progress.state is StepState.FAILED and run.state is RunState.SUCCEEDED
    if progress.state is not StepState.RUNNING and not late_news:
        return None
    succeeded = run.state is RunState.SUCCEEDED
    state = StepState.DONE if succeeded else StepState.FAILED
    ended = replace(progress, state=state, at=now, said=run.reason, by=progress.by or run.by)
    after = incident.with_step(number, ended)
    event = "step.done" if succeeded else "step.failed"
    if step.kind is not StepKind.DECISION:
        change = changed(after, now, event, told(run), by=None, quiet=True)
        return advance(change) if succeeded else change
    return _decision_acted(after, run, event, now)


def _decision_acted(incident: Incident, run: ActionRun, event: str, now: datetime) -> Change:
    succeeded = run.state is RunState.SUCCEEDED
    rolls = incident.decision is not None and incident.decision.option.means is Meaning.ROLL_BACK
    effects: tuple[Effect, ...] = ()
    if rolls and incident.rolling:
        incident = replace(
            incident, rolling=replace(incident.rolling, ended_at=now, succeeded=succeeded), verified=None
        )
        effects = (RolledBack(),) if succeeded else ()
    if not succeeded:
        effects = (Demand(why=told(run)),)
    change = changed(incident, now, event, told(run), quiet=True, effects=effects, turns=True)
    return advance(change) if succeeded else change
