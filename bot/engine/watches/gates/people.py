"""What people have to do with gates: they answer its questions, and ask why it has not passed."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.card import Line, Message, WhyCard
from bot.domain.criteria.prove import with_answer
from bot.domain.oncall.roster import reach
from bot.domain.text import Instant, Text, say
from bot.domain.watches.listing import Answer, Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Outcome
from bot.domain.watches.watch import Watch, WatchState
from bot.engine.ledger import Parcel
from bot.engine.people.request import Request
from bot.engine.people.show import verdict_card
from bot.engine.record import redraw
from bot.engine.watches.gates.judge import settle_gate
from bot.engine.watches.steer import no_watch

ANSWERS = {"yes": True, "no": False}
_GONE = say("That gate is not in the database any more; nothing was changed")


def press_gate(request: Request, verb: str, rest: str) -> Message | None:
    """A button of a gate's card: `why` with the gate, `yes` or `no` with `GATE:NUMBER`."""
    gate_id, number = (rest, "") if verb == "why" else rest.rpartition(":")[::2]
    gate = request.ledger.entries.get(gate_id)
    if gate is None or gate.watch is None or gate.verdict is None:
        return Line(text=_GONE)
    if verb == "why":
        return _why(gate)
    return _answer(request, gate, int(number) if number.isdigit() else -1, ANSWERS[verb])


def gate_command(request: Request) -> Message:
    """`/monitor gate [why] [VERSION]`: the last gate that was judged, or why it has not passed."""
    words = [word for word in request.arguments if word != "why"]
    watches = request.ledger.watches.open_all()
    named = [each for each in watches if not words or words[0] in (each.version, each.service, each.id)]
    newest = request.ledger.watches.newest()
    if not named and not words and newest:
        named = [newest]
    if not named:
        return no_watch(" ".join(words), watches, ("gate", *(["why"] if "why" in request.arguments else ())))
    watch = named[-1]
    gates = [each for each in request.ledger.entries.of_watch(watch.id) if each.entry.kind is EntryKind.GATE]
    judged = [each for each in gates if each.verdict]
    if not judged:
        return Line(text=_not_yet(watch, gates))
    if "why" in request.arguments:
        return _why(judged[-1])
    return verdict_card(request.ledger, judged[-1]) or Line(text=_GONE)


def _not_yet(watch: Watch, gates: list[Listed]) -> Text:
    if not gates:
        return say("The plan of {version} has no gate", version=watch.version)
    return say(
        "The first gate of {version} is judged at {at}", version=watch.version, at=Instant(gates[0].entry.at)
    )


def _why(gate: Listed) -> WhyCard:
    findings = gate.verdict.findings if gate.verdict else ()
    return WhyCard(
        entry=gate.entry,
        findings=tuple(each for each in findings if each.outcome is not Outcome.PASSED),
        decided=gate.decided,
    )


def _answer(request: Request, gate: Listed, number: int, yes: bool) -> Line | None:
    """The card shows the answer; only a refusal is answered."""
    watch = request.ledger.watches.get(gate.watch or "")
    asked = (
        next((each for each in gate.verdict.findings if each.number == number), None)
        if gate.verdict
        else None
    )
    if watch is None or gate.verdict is None or asked is None or not asked.asks:
        return Line(text=say("This gate asks no such question; nothing was changed"))
    if gate.decided or gate.entry.state is not EntryState.RUNNING or watch.state is WatchState.ENDED:
        return Line(text=say("This gate is decided already; nothing was changed"))
    criterion = watch.plan.criteria_of(gate.entry.criteria)[number]
    if criterion.asked_of:
        may = reach(request.world.setup, criterion.asked_of, request.now).people
        if request.person not in may:
            allowed = ", ".join(str(target) for target in criterion.asked_of)
            return Line(text=say("This question is for {allowed}; nothing was changed", allowed=allowed))
    answer = Answer(number=number, yes=yes, by=request.person, at=request.now)
    verdict = with_answer(gate.verdict, answer)
    after = replace(gate, answers=(*gate.answers, answer))
    settle_gate(request.ledger, request.world.setup, watch, after, verdict, request.now)
    request.ledger.outbox.put(redraw(Parcel.VERDICT_CARD, gate.id, watch.channel, request.now))
    return None
