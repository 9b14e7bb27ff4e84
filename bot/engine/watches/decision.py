"""What people decide about a gate that has not passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Line
from bot.domain.text import Name, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome, Verdict
from bot.domain.watches.watch import Watch, WatchChange
from bot.domain.watches.watch_life import already_ended, densify, roll_back
from bot.engine.acting.audit import write_entry
from bot.engine.incident.rollback import ACTION, roll_back_now
from bot.engine.people.request import Request
from bot.engine.watches.conclude import save_decision
from bot.engine.watches.gates.follow import follow_gate
from bot.engine.watches.watch import DENSE_EVERY, DENSE_FOR, record_change


def decide(request: Request, verb: str, gate_id: str) -> Line | None:
    """A person chooses; the card shows it, so only a refusal is answered."""
    gate = request.ledger.entries.get(gate_id)
    watch = request.ledger.watches.get(gate.watch) if gate and gate.watch else None
    if gate is None or watch is None or gate.entry.kind is not EntryKind.GATE or gate.verdict is None:
        return Line(text=say("That gate is not in the database any more; nothing was changed"))
    if ended := already_ended(watch):
        return Line(text=ended.reason)
    if gate.decided is not None:
        return Line(text=say("That was decided already: {decided}", decided=gate.decided))
    outcome, carry_out = CHOICES[verb]
    if gate.verdict.outcome is not outcome:
        return Line(text=say("That gate asks for no such decision; nothing was changed"))
    return carry_out(request, watch, gate)


def _go_on(request: Request, watch: Watch, gate: Listed) -> Line | None:
    decided = say("{person} goes on as planned", person=Name(request.person))
    _save(request, watch, replace(gate, decided=decided))
    return None


def _dense(request: Request, watch: Watch, gate: Listed) -> Line | None:
    return _by_life(
        request,
        watch,
        gate,
        densify(watch, request.person, DENSE_EVERY, request.now + DENSE_FOR, request.now),
    )


def _roll_back(request: Request, watch: Watch, gate: Listed) -> Line | None:
    """With an action that rolls back it is really done, and the watch ends when it is; else only noted."""
    service = request.world.setup.services.get(watch.service)
    if service is None or ACTION not in service.actions:
        return _by_life(request, watch, gate, roll_back(watch, request.person, request.now))
    ledger, setup, now = request.ledger, request.world.setup, request.now
    begun = roll_back_now(ledger, setup, service, (request.person, ""), now)
    if isinstance(begun, Refusal):
        return Line(text=begun.reason)
    decided = say("{person} rolls back", person=Name(request.person))
    _save(request, watch, replace(gate, decided=decided))
    return None


def _by_life(request: Request, watch: Watch, gate: Listed, change: WatchChange | Refusal) -> Line | None:
    if isinstance(change, Refusal):
        return Line(text=change.reason)
    record_change(request.ledger, request.world.setup, change)
    _save(request, watch, replace(gate, decided=change.reason))
    return None


def _pass(request: Request, watch: Watch, gate: Listed) -> Line | None:
    decided = say("{person} let it pass", person=Name(request.person))
    passed = replace(gate.entry, state=EntryState.PASSED)
    _save_outcome(request, watch, replace(gate, entry=passed, decided=decided))
    return None


def _fail(request: Request, watch: Watch, gate: Listed) -> Line | None:
    """The gate has failed, which asks for the next decision: roll back, or go on."""
    found = gate.verdict.findings if gate.verdict else ()
    said = Finding(outcome=Outcome.FAILED, text=say("{person} let it fail", person=Name(request.person)))
    verdict = Verdict(outcome=Outcome.FAILED, findings=(said, *found))
    failed = replace(gate.entry, state=EntryState.FAILED)
    _save_outcome(request, watch, replace(gate, entry=failed, verdict=verdict, remark=said.text))
    return None


def _save(request: Request, watch: Watch, gate: Listed) -> None:
    reason = gate.decided or gate.remark or say("Noted")
    write_entry(request.ledger, gate, "gate.decided", request.person, reason, request.now)
    save_decision(request.ledger, watch, gate, request.now)


def _save_outcome(request: Request, watch: Watch, gate: Listed) -> None:
    """A person has judged it: what the plan says follows."""
    _save(request, watch, gate)
    follow_gate(request.ledger, request.world.setup, watch, gate, request.now)


CHOICES: dict[str, tuple[Outcome, Callable[[Request, Watch, Listed], Line | None]]] = {
    "densify": (Outcome.FAILED, _dense),
    "go-on": (Outcome.FAILED, _go_on),
    "roll-back": (Outcome.FAILED, _roll_back),
    "pass": (Outcome.INCONCLUSIVE, _pass),
    "fail": (Outcome.INCONCLUSIVE, _fail),
}
