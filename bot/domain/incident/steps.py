"""How an incident goes through the steps of its playbook: by itself, and by what people do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.incident.playbook import Step, StepKind
from bot.domain.incident.state import (
    ENDED,
    Act,
    Announce,
    Change,
    Demand,
    Effect,
    Incident,
    Progress,
    StepState,
    Ticked,
    changed,
    over,
)
from bot.domain.panel import RoundRow, Standing
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, enumerated, say
from checks.result import State

EVERY = timedelta(seconds=15)
"""How often a step that waits for something looks again."""

_BY_ITSELF = frozenset({StepKind.ACTION, StepKind.CHECKS, StepKind.WAIT, StepKind.VERIFY})


def advance(change: Change) -> Change:
    """Begin the step whose turn has come; after the last one the incident closes."""
    incident, now = _passed_over(change.incident, change.at), change.at
    number = incident.current()
    if number is None:
        return _closing(replace(change, incident=incident))
    step, progress = incident.step(number)
    if step.kind not in _BY_ITSELF or progress.state is not StepState.WAITING:
        return replace(change, incident=incident)
    begun = replace(
        progress,
        state=StepState.RUNNING,
        began_at=now,
        tries=progress.tries + 1,
        look_at=None if step.kind is StepKind.ACTION else now,
    )
    effects: tuple[Effect, ...] = change.effects
    if step.kind is StepKind.ACTION:
        effects = (*effects, Act(step=number, action=step.action))
    return replace(change, incident=incident.with_step(number, begun), effects=effects)


def _passed_over(incident: Incident, now: datetime) -> Incident:
    """Steps that belong to another outcome of the decision than the one that was taken."""
    if incident.decision is None:
        return incident
    means = incident.decision.option.means
    for number, (step, progress) in enumerate(zip(incident.playbook.steps, incident.steps, strict=True)):
        if step.only and step.only is not means and progress.state is StepState.WAITING:
            incident = incident.with_step(number, replace(progress, state=StepState.SKIPPED, at=now))
    return incident


def _closing(change: Change) -> Change:
    incident, now = change.incident, change.at
    rolled_back = incident.rolling is not None and incident.rolling.succeeded
    if incident.verified:
        outcome = say("rolled back and verified") if rolled_back else say("repaired and verified")
    else:
        outcome = say("rolled back, not verified") if rolled_back else say("all steps are done")
    why = say("the steps are done")
    closed = replace(
        incident,
        clock=replace(incident.clock, stopped_at=now, stopped=why) if incident.clock.runs else incident.clock,
        closed_at=now,
        closed_by=change.by,
        outcome=outcome,
        turn=incident.turn + 1,
    )
    said = say(
        "{playbook} is over after {span}: {outcome}",
        playbook=incident.playbook.label,
        span=Span.of(now - incident.opened_at),
        outcome=outcome,
    )
    return replace(change, incident=closed, effects=(*change.effects, Announce(text=said)))


def tick_step(incident: Incident, number: int, by: str, note: str, now: datetime) -> Change | Refusal:
    """`by` has done a manual step, in whatever order."""
    if refusal := over(incident) or _no_such(incident, number):
        return refusal
    step, progress = incident.step(number)
    if step.kind is not StepKind.MANUAL:
        return Refusal(say("{step} is not ticked by hand; nothing was changed", step=step.label))
    if progress.state in ENDED:
        return Refusal(_ended(step, progress))
    done = replace(progress, state=StepState.DONE, by=by, at=now, note=note.strip())
    reason = say("{person} has done: {step}", person=Name(by), step=step.label)
    change = changed(incident.with_step(number, done), now, "step.done", reason, by=by)
    return advance(replace(change, note=note.strip()))


def tick_item(incident: Incident, number: int, by: str, note: str, now: datetime) -> Change | Refusal:
    """`by` has looked at an item of the list."""
    if refusal := over(incident):
        return refusal
    if not 0 <= number < len(incident.items):
        return Refusal(say("There is no such item any more; nothing was changed"))
    item = incident.items[number]
    if item.at:
        return Refusal(
            say(
                "{person} has looked at it already, at {at}; nothing was changed",
                person=Name(item.by or ""),
                at=Instant(item.at),
            )
        )
    ticked = Ticked(label=item.label, by=by, at=now, note=note.strip())
    items = (*incident.items[:number], ticked, *incident.items[number + 1 :])
    reason = say("{person} has looked at: {step}", person=Name(by), step=item.label)
    return replace(
        changed(replace(incident, items=items), now, "item.done", reason, by=by), note=note.strip()
    )


def again(incident: Incident, number: int, by: str, now: datetime) -> Change | Refusal:
    """Run a step anew that has failed, or that was interrupted."""
    if refusal := over(incident) or _no_such(incident, number):
        return refusal
    step, progress = incident.step(number)
    if progress.state is not StepState.FAILED:
        return Refusal(_not_failed(step, progress))
    reason = say("{person} runs it again: {step}", person=Name(by), step=step.label)
    running = replace(
        progress,
        state=StepState.RUNNING,
        began_at=now,
        tries=progress.tries + 1,
        well_since=None,
        look_at=None if step.kind in (StepKind.ACTION, StepKind.DECISION) else now,
    )
    effects: tuple[Effect, ...] = ()
    if action := _action_of(incident, step):
        effects = (Act(step=number, action=action, by=by),)
    after = incident.with_step(number, running)
    if step.kind is StepKind.DECISION and after.rolling and after.playbook.rollback:
        due_at = now + after.playbook.rollback.limit
        after = replace(after, rolling=replace(after.rolling, began_at=now, due_at=due_at, ended_at=None))
    return changed(after, now, "step.again", reason, by=by, effects=effects)


def pass_over(incident: Incident, number: int, by: str, now: datetime) -> Change | Refusal:
    """Go on without a step that is not done: it was not needed, or somebody has seen to it."""
    if refusal := over(incident) or _no_such(incident, number):
        return refusal
    step, progress = incident.step(number)
    if progress.state in ENDED:
        return Refusal(_ended(step, progress))
    if step.kind is StepKind.DECISION and progress.state is not StepState.FAILED:
        return Refusal(say("A decision is not passed over: take one, or close the playbook"))
    skipped = replace(progress, state=StepState.SKIPPED, by=by, at=now, look_at=None)
    reason = say("{person} goes on without: {step}", person=Name(by), step=step.label)
    return advance(changed(incident.with_step(number, skipped), now, "step.skipped", reason, by=by))


def waited(incident: Incident, number: int, value: Quantity | None, now: datetime) -> Change | None:
    """A step that waits for a metric has looked: at `value`, or at none that is fresh."""
    step, progress = incident.step(number)
    if progress.state is not StepState.RUNNING or step.until is None:
        return None
    if value is not None and step.until.holds(value.value):
        said = say("{value} after {span}", value=value, span=Span.of(now - (progress.began_at or now)))
        done = replace(progress, state=StepState.DONE, at=now, said=said, look_at=None)
        reason = say("{step}: {said}", step=step.label, said=said)
        return advance(changed(incident.with_step(number, done), now, "step.done", reason))
    if now - (progress.began_at or now) < step.within:
        return None
    seen = say("still {value}", value=value) if value else say("there is no fresh value")
    return _failed(incident, number, say("{said} after {span}", said=seen, span=Span.of(step.within)), now)


def probed(
    incident: Incident, number: int, rows: tuple[RoundRow, ...], now: datetime, unseen: Label | None = None
) -> Change | None:
    """The checks of a step have answered. VERIFY passes when all have been in order for its `hold`.

    `unseen` is a metric that it is about and that was not measured since: what is missing never passes.
    """
    step, progress = incident.step(number)
    if progress.state is not StepState.RUNNING:
        return None
    bad = [row for row in rows if not in_order(row)]
    said = told = say("{all} of {all} checks in order", all=len(rows))
    if bad:
        said = say("{bad} of {all} checks not in order", bad=len(bad), all=len(rows))
        # The card has them in lines of their own; the thread names them.
        items = enumerated([row.label for row in bad])
        told = say("{bad} of {all} checks not in order: {items}", bad=len(bad), all=len(rows), items=items)
    elif unseen:
        said = told = say("no value of {metric} since then", metric=unseen)
    well = bool(rows) and not bad and not unseen
    since = (progress.well_since or now) if well else None
    seen = replace(progress, rows=rows, said=said, well_since=since)
    if step.kind is StepKind.CHECKS or (since and now - since >= step.hold):
        done = replace(seen, state=StepState.DONE, at=now, look_at=None)
        after = incident.with_step(number, done)
        if step.kind is StepKind.VERIFY:
            after = replace(after, verified=True)
            told = say("VERIFIED, {said}", said=told)
        reason = say("{step}: {said}", step=step.label, said=told)
        return advance(changed(after, now, "step.done", reason))
    if now - (progress.began_at or now) < step.within:
        looks = replace(seen, look_at=now + EVERY)
        reason = say("{step}: {said}", step=step.label, said=told)
        return changed(incident.with_step(number, looks), now, "step.looked", reason, quiet=True)
    said = say("NOT VERIFIED within {span}, {said}", span=Span.of(step.within), said=said)
    return _not_verified(incident.with_step(number, seen), number, said, now)


def unasked(incident: Incident, number: int, why: Text, now: datetime) -> Change:
    """The checks of a step cannot be asked at all: what was to be verified by them is not."""
    step, _ = incident.step(number)
    if step.kind is StepKind.VERIFY:
        return _not_verified(incident, number, say("NOT VERIFIED, {said}", said=why), now)
    return _failed(incident, number, why, now)


def _not_verified(incident: Incident, number: int, said: Text, now: datetime) -> Change:
    failed = _failed(replace(incident, verified=False), number, said, now)
    why = say("{step}: {said}", step=incident.playbook.steps[number].label, said=said)
    return replace(failed, effects=(*failed.effects, Demand(why=why)))


def in_order(row: RoundRow) -> bool:
    """A check that is well, with every value of it on target."""
    return row.state is State.OK and all(value.standing is Standing.OK for value in row.values)


def _failed(incident: Incident, number: int, said: Text, now: datetime) -> Change:
    step, progress = incident.step(number)
    failed = replace(progress, state=StepState.FAILED, at=now, said=said, look_at=None)
    reason = say("{step}: {said}", step=step.label, said=said)
    return changed(incident.with_step(number, failed), now, "step.failed", reason)


def refused(incident: Incident, number: int, why: Text, now: datetime) -> Change:
    """The action of a step could not be begun."""
    return _failed(incident, number, why, now)


def _action_of(incident: Incident, step: Step) -> str:
    if step.kind is StepKind.DECISION and incident.decision:
        return incident.decision.option.action
    return step.action


def _no_such(incident: Incident, number: int) -> Refusal | None:
    if 0 <= number < len(incident.steps):
        return None
    return Refusal(say("There is no such step any more; nothing was changed"))


def _ended(step: Step, progress: Progress) -> Text:
    at = progress.at or progress.began_at
    return say(
        "{step} has ended already ({person}, {at}); nothing was changed",
        step=step.label,
        person=Name(progress.by) if progress.by else say("the bot"),
        at=Instant(at) if at else "",
    )


def _not_failed(step: Step, progress: Progress) -> Text:
    if progress.state is StepState.RUNNING:
        return say("{step} still runs; nothing was changed", step=step.label)
    if progress.state in ENDED:
        return _ended(step, progress)
    return say("{step} has not begun; nothing was changed", step=step.label)
