"""An incident begins, is led, noted about, and ends; its alert resolves and fires again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts.alert import Alert, Refusal
from bot.domain.incident.clock import started
from bot.domain.incident.playbook import Playbook
from bot.domain.incident.state import Change, Incident, Progress, StepState, Ticked, changed, over
from bot.domain.incident.steps import advance
from bot.domain.text import Instant, Name, Text, say

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an incident begins with. `by` is None where its alert opened it."""

    service: str
    channel: str
    alert: Alert | None = None
    watch: str | None = None
    version: str = ""
    by: str | None = None


def begin(playbook: Playbook, opening: Opening, now: datetime) -> Change:
    """The first step begins at once, and the clock with it."""
    cause = opening.alert.id if opening.alert else f"{opening.service}@{now.isoformat()}"
    digest = hashlib.sha256(f"{playbook.key}/{cause}".encode()).hexdigest()
    own = f"i{digest[:9]}"
    incident = Incident(
        id=own,
        service=opening.service,
        channel=opening.channel,
        alert=opening.alert.id if opening.alert else None,
        thread=opening.alert.id if opening.alert else own,
        playbook=playbook,
        watch=opening.watch,
        version=opening.version,
        opened_at=now,
        opened_by=opening.by,
        lead=opening.by,
        steps=tuple(Progress() for _ in playbook.steps),
        items=tuple(Ticked(label=label) for label in playbook.items),
        clock=started(playbook.rollback, now),
    )
    if opening.by:
        reason = say(
            "{person} opens the playbook {playbook}", person=Name(opening.by), playbook=playbook.label
        )
    else:
        reason = say("The playbook {playbook} is opened", playbook=playbook.label)
    return advance(changed(incident, now, "playbook.opened", reason, by=opening.by))


def take_lead(incident: Incident, by: str, now: datetime) -> Change | Refusal:
    """`by` leads from now on."""
    if refusal := over(incident):
        return refusal
    if incident.lead == by:
        return Refusal(say("{person} leads already", person=Name(by)))
    reason = say("{person} leads", person=Name(by))
    return changed(replace(incident, lead=by), now, "playbook.lead", reason, by=by)


def note(incident: Incident, by: str, text: str, now: datetime) -> Change | Refusal:
    """`by` adds a line to the timeline; also after the end."""
    text = text.strip()
    if not text:
        return Refusal(say("A note needs words: `/monitor note TEXT`"))
    if len(text) > LONGEST_NOTE:
        return Refusal(say("A note has {most} characters at most", most=LONGEST_NOTE))
    reason = say("{person} notes", person=Name(by))
    return replace(changed(incident, now, "note", reason, by=by, quiet=True), note=text)


def close(incident: Incident, by: str, why: str, now: datetime) -> Change | Refusal:
    """`by` ends it, whatever is left to do."""
    if refusal := over(incident):
        return refusal
    if incident.rolling_back:
        return Refusal(say("A rollback is going on: it can be closed when that has ended"))
    outcome = say("closed by {person}", person=Name(by))
    return replace(_ended(incident, outcome, by, now, "playbook.closed"), note=why.strip())


def _ended(incident: Incident, outcome: Text, by: str | None, now: datetime, event: str) -> Change:
    clock = incident.clock
    left = tuple(
        replace(each, state=StepState.SKIPPED, at=now, look_at=None)
        if each.state in (StepState.WAITING, StepState.RUNNING, StepState.FAILED)
        else each
        for each in incident.steps
    )
    closed = replace(
        incident,
        steps=left,
        clock=replace(clock, stopped_at=now, stopped=outcome) if clock.runs else clock,
        closed_at=now,
        closed_by=by,
        outcome=outcome,
    )
    reason = say("{playbook}: {what}", playbook=incident.playbook.label, what=outcome)
    return changed(closed, now, event, reason, by=by, turns=True)


def alert_resolved(incident: Incident, now: datetime, *, taken: bool) -> Change | None:
    """Its alert is over: where nothing was done yet there is nothing left to do, else the clock stops.

    It goes on where nobody has taken the alert or done anything: orders that the bot has stopped are
    stored twice no more, and are refused until somebody comes.
    """
    clock = incident.clock
    if not incident.open or not clock.runs or clock.unattended:
        return None
    people = any(each.by for each in incident.steps) or incident.lead or incident.decisions
    if not people and not any(each.tries for each in incident.steps):
        return _ended(incident, say("resolved by itself"), None, now, "playbook.closed")
    if clock.due_at and not people and not taken:
        reason = say("The alert is over after what the bot did; nobody has taken it, so the clock goes on")
        return changed(replace(incident, clock=replace(clock, unattended=True)), now, "clock.goes-on", reason)
    why = say("the alert was resolved at {at}", at=Instant(now))
    stopped = replace(incident.clock, stopped_at=now, stopped=why)
    reason = say("The clock is stopped: {why}", why=why)
    return changed(replace(incident, clock=stopped), now, "clock.stopped", reason, turns=True)


def alert_again(incident: Incident, alert: Alert, now: datetime) -> Change | None:
    """The problem is back while its playbook is still open: the clock begins anew."""
    if not incident.open or incident.alert == alert.id:
        return None
    clock = started(incident.playbook.rollback, now) if incident.undecided else incident.clock
    reason = say("It fires again: {reason}", reason=alert.reason)
    return changed(replace(incident, alert=alert.id, clock=clock), now, "playbook.again", reason)
