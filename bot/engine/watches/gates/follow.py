"""What follows a gate that has passed or failed: a report, an action, a playbook, tasks, a word of joy."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Line
from bot.domain.setup import Setup
from bot.domain.text import Text, say
from bot.domain.watches.listing import Listed, Manual
from bot.domain.watches.plan import FOLLOW_UP, Entry, EntryKind, EntryState, Follow
from bot.domain.watches.ticking import REMIND, next_look
from bot.domain.watches.watch import Watch
from bot.engine.acting.actions import Wanted, ask
from bot.engine.incident.follow import open_playbook
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import head, note


def follow_gate(ledger: Ledger, setup: Setup, watch: Watch, gate: Listed, now: datetime) -> None:
    """Do what the plan says for how the gate stands. Doing it again changes nothing."""
    follow = _planned(watch, gate)
    if follow is None:
        return
    if follow.report:
        ledger.entries.enter([_report(watch, gate, follow.report, now)])
    if follow.action:
        wanted = Wanted(service=watch.service, action=follow.action, key=f"{gate.id}/{gate.entry.state}")
        _tell_refusal(ledger, watch, gate, ask(ledger, setup, wanted, now), now)
    service = setup.services.get(watch.service)
    playbook = service.playbooks.get(follow.playbook) if service and follow.playbook else None
    if service and playbook:
        begun = open_playbook(ledger, setup, playbook, service, None, None, now)
        _tell_refusal(ledger, watch, gate, begun, now)
    if follow.tasks:
        _enter_tasks(ledger, watch, gate, follow, now)
    if follow.words:
        _announce(ledger, watch, gate, say("{item}", item=follow.words), now)


def _planned(watch: Watch, gate: Listed) -> Follow | None:
    own = [each for each in watch.plan.gates if each.criteria == gate.entry.criteria]
    exact = [each for each in own if each.after == gate.entry.after]
    for each in (*exact, *own)[:1]:
        if gate.entry.state is EntryState.PASSED:
            return each.on_pass
        if gate.entry.state is EntryState.FAILED:
            return each.on_fail
    return None


def _report(watch: Watch, gate: Listed, kind: str, now: datetime) -> Listed:
    return Listed(
        id=_id(gate, kind),
        service=watch.service,
        channel=watch.channel,
        watch=None,
        entry=Entry(at=now, kind=EntryKind.REPORT, report=kind),
        about=watch.id,
        next_at=now,
    )


def _enter_tasks(ledger: Ledger, watch: Watch, gate: Listed, follow: Follow, now: datetime) -> None:
    """What is left to do, as items to tick on a card of their own."""
    manuals = tuple(Manual(ask=each, remind=follow.remind or REMIND) for each in follow.tasks)
    listed = Listed(
        id=_id(gate, "tasks"),
        service=watch.service,
        channel=watch.channel,
        watch=None,
        entry=Entry(at=now, kind=EntryKind.ROUND, phases=(FOLLOW_UP,), state=EntryState.RUNNING),
        ran_at=now,
        manuals=manuals,
        outcome=EntryState.PASSED,
    )
    if ledger.entries.get(listed.id) is None:
        ledger.entries.enter([listed])
        ledger.entries.save(replace(listed, next_at=next_look(listed)))
        ledger.outbox.put(head(Parcel.ROUND_CARD, listed.id, watch.channel, now))


def _tell_refusal(ledger: Ledger, watch: Watch, gate: Listed, outcome: object, now: datetime) -> None:
    """What could not be done is told in the thread of the gate's card."""
    if isinstance(outcome, Refusal):
        line = Line(text=say("This does not follow: {why}", why=outcome.reason), at=now)
        ledger.outbox.put(note(f"{gate.id}/{gate.entry.state}/refused", gate.id, watch.channel, line, now))


def _announce(ledger: Ledger, watch: Watch, gate: Listed, text: Text, now: datetime) -> None:
    said = note(f"{gate.id}/{gate.entry.state}/said", gate.id, watch.channel, Line(text=text), now)
    ledger.outbox.put(replace(said, parcel=Parcel.ANNOUNCE))


def _id(gate: Listed, what: str) -> str:
    return f"r{hashlib.sha256(f'{gate.id}/{gate.entry.state}/{what}'.encode()).hexdigest()[:9]}"
