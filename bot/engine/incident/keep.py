"""Write down what changed in an incident, with everything that must follow: actions, pages, lines, cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.action import ActionRun
from bot.domain.alerts.alert import Alert, AlertState, Refusal
from bot.domain.alerts.response import freed
from bot.domain.audit import Deed
from bot.domain.card import Line, Reminder
from bot.domain.incident.clock import next_look
from bot.domain.incident.decision import acted
from bot.domain.incident.state import (
    Act,
    Announce,
    Change,
    Demand,
    Incident,
    RolledBack,
    StepState,
)
from bot.domain.incident.steps import refused
from bot.domain.oncall.chain import climb
from bot.domain.setup import Person, Setup
from bot.domain.text import Text, say
from bot.domain.watches.watch_life import roll_back
from bot.engine.acting.actions import Wanted, ask
from bot.engine.ledger import Lane, Ledger, Parcel
from bot.engine.oncall.standing import roster
from bot.engine.record import head, home_changes, note, record, redraw
from bot.engine.watches.watch import Start, record_change, start_watch

BOT = "@vigil"
"""Who is written down where nobody decided: no key of `people` begins with `@`."""


def keep(ledger: Ledger, setup: Setup, change: Change) -> None:
    """Save it and see to its effects. Raises Outdated when somebody else changed the incident first."""
    before = ledger.incidents.get(change.incident.id)
    incident, now = change.incident, change.at
    ledger.incidents.save(change, next_look(incident, now))
    _write(ledger, change, before)
    _tell(ledger, change)
    for number, effect in enumerate(change.effects):
        operation = f"{incident.id}/{incident.revision}.{number}"
        match effect:
            case Act():
                _act(ledger, setup, incident, effect, now)
            case Announce(text=text):
                _announce(ledger, incident, operation, text, now)
            case Demand(why=why):
                _demand(ledger, setup, incident, operation, why, now)
            case RolledBack():
                _mark(ledger, setup, incident, now)
    home_changes(ledger, now)


def run_ended(ledger: Ledger, setup: Setup, run: ActionRun, now: datetime) -> None:
    """The action of a step has ended."""
    incident = ledger.incidents.get(run.incident) if run.incident else None
    if incident is None or run.step is None:
        return
    if change := acted(incident, run.step, run, now):
        keep(ledger, setup, change)


def _tell(ledger: Ledger, change: Change) -> None:
    incident, now = change.incident, change.at
    if incident.revision == 1:
        ledger.outbox.put(head(Parcel.PLAYBOOK_CARD, incident.id, incident.channel, now))
        return
    if not change.quiet:
        text = change.reason
        if change.note:
            text = say("{what} – {note}", what=text, note=change.note)
        line = Line(text=text, at=now)
        operation = f"{incident.id}/{incident.revision}"
        ledger.outbox.put(note(operation, incident.thread, incident.channel, line, now))
    ledger.outbox.put(redraw(Parcel.PLAYBOOK_CARD, incident.id, incident.channel, now))


def _write(ledger: Ledger, change: Change, before: Incident | None) -> None:
    if change.quiet and change.event != "note":
        return
    ledger.audit.write(
        Deed(
            at=change.at,
            person=change.by or "",
            name=change.event,
            service=change.incident.service,
            subject=change.incident.id,
            before=_standing(before),
            after=_standing(change.incident),
            reason=say("{what} – {note}", what=change.reason, note=change.note)
            if change.note
            else change.reason,
        )
    )


def _standing(incident: Incident | None) -> str:
    """`open`, the decision that was taken, or `closed`."""
    if incident is None:
        return ""
    if not incident.open:
        return "closed"
    return str(incident.decision.option.means) if incident.decision else "open"


def _act(ledger: Ledger, setup: Setup, incident: Incident, effect: Act, now: datetime) -> None:
    tries = incident.steps[effect.step].tries
    wanted = Wanted(
        service=incident.service,
        action=effect.action,
        key=f"{incident.id}/{effect.step}/{tries}",
        by=effect.by,
        alert=ledger.alerts.get(incident.alert) if incident.alert else None,
        incident=incident.id,
        step=effect.step,
    )
    run = ask(ledger, setup, wanted, now)
    if isinstance(run, Refusal):
        current = ledger.incidents.get(incident.id) or incident
        if current.steps[effect.step].state is StepState.RUNNING:
            keep(ledger, setup, refused(current, effect.step, run.reason, now))


def _announce(ledger: Ledger, incident: Incident, operation: str, text: Text, now: datetime) -> None:
    words = say("{service}: {what}", service=incident.service, what=text)
    announced = head(Parcel.ANNOUNCE, incident.id, incident.channel, now)
    ledger.outbox.put(replace(announced, operation=operation, body=Line(text=words, at=now)))


def _demand(
    ledger: Ledger, setup: Setup, incident: Incident, operation: str, why: Text, now: datetime
) -> None:
    """Tell the channel and page the next level; after the last one the chain begins anew."""
    _announce(ledger, incident, operation, why, now)
    alert = ledger.alerts.get(incident.alert) if incident.alert else None
    if alert and alert.state in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        _page(ledger, setup, alert, why, now)
        return
    for person in _responsible(ledger, setup, incident, now):
        reminds = head(Parcel.REMIND, incident.thread, incident.channel, now)
        body = Reminder(person=person, text=why)
        ledger.outbox.put(replace(reminds, operation=f"{operation}/{person.key}", lane=Lane.PAGE, body=body))


def _page(ledger: Ledger, setup: Setup, alert: Alert, why: Text, now: datetime) -> None:
    free = replace(freed(alert), given_back=why)
    climbed = climb(free, roster(ledger, setup), now)
    if climbed.alert.exhausted:
        policy = replace(alert.subject.policy, repeat=alert.cycle + 1)
        anew = replace(free, subject=replace(alert.subject, policy=policy), cycle=alert.cycle + 1, level=0)
        climbed = climb(anew, roster(ledger, setup), now)
    record(ledger, setup, climbed)


def _responsible(ledger: Ledger, setup: Setup, incident: Incident, now: datetime) -> list[Person]:
    """Without an open alert: whoever leads, and a level further each time; the first one after the last."""
    alert = ledger.alerts.get(incident.alert) if incident.alert else None
    policy = alert.subject.policy if alert else setup.policies.get("default")
    levels = policy.levels if policy else ()
    turn = max(incident.clock.demands, 1) - 1
    reached = roster(ledger, setup)(levels[turn % len(levels)].notify, now).people if levels else ()
    keys = dict.fromkeys((*((incident.lead,) if incident.lead else ()), *reached))
    return [setup.people.get(key) or Person(key=key, name=key) for key in keys]


def _mark(ledger: Ledger, setup: Setup, incident: Incident, now: datetime) -> None:
    """The watch of the version that was taken back has failed; the one before may be watched instead."""
    watches = ledger.watches.open_all(incident.service)
    watch = next((each for each in watches if each.id == incident.watch), None)
    if watch is None:
        return
    before = ledger.watches.before(watch)
    by = (incident.decision.by if incident.decision else None) or BOT
    change = roll_back(watch, by, now)
    if isinstance(change, Refusal):
        return
    record_change(ledger, setup, change)
    rollback, service = incident.playbook.rollback, setup.services.get(incident.service)
    if service and rollback and rollback.watch_previous and before:
        start = Start(version=before.version, deployed_at=now, owner=watch.owner, by=by)
        start_watch(ledger, service, start, now)
