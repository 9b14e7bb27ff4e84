"""What people typed and clicked: understood, permitted, decided and answered, in one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.audit import Source
from bot.domain.card import Choice, Form, HelpCard, Line, Message
from bot.domain.commands import Command, NotUnderstood, parse
from bot.domain.events import Inbound, InboundKind
from bot.domain.permission import forbidden
from bot.domain.text import say
from bot.engine.acting.operate import action_command, press_action, submit_action
from bot.engine.alerts import byhand, silence
from bot.engine.alerts.act import (
    ACTS,
    ALL,
    ASK,
    act,
    act_on,
    act_on_all,
    ask_escalation,
    submit_escalation,
)
from bot.engine.incident.mark import note_message, read_marked
from bot.engine.incident.people import (
    PREFIX,
    note_command,
    playbook_command,
    press_playbook,
    submit_playbook,
)
from bot.engine.incident.rollback import rollback_command, submit_rollback
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.measures.known import VERBS as KNOWN
from bot.engine.measures.known import errors_command, press_known
from bot.engine.oncall.override import VERBS as OVERRIDES
from bot.engine.oncall.override import override_command, press_override, submit_override, swap_command
from bot.engine.oncall.standing import standing
from bot.engine.people.answer import ANSWERS
from bot.engine.people.request import Request, person_of
from bot.engine.people.reread import reload_command
from bot.engine.ports import Place
from bot.engine.reports.people import baseline_command, report_command
from bot.engine.watches.gates.people import gate_command
from bot.engine.watches.remarks import remark_command
from bot.engine.watches.steer import watch_command
from bot.engine.watches.supervise import VERBS, command_of, press, submit
from bot.engine.world import World

SAY = "say"
"""The verb of a button that stands for a command."""

_LEASE = timedelta(seconds=5)
_APART = timedelta(seconds=1)
"""So long a letter waits for one before it that somebody else has in hand."""

_ATTEMPTS = 3
_GIVEN_UP = Line(text=say("Vigil could not carry this out; its log says why. Nothing was changed"))


def respond_next(world: World, now: datetime) -> bool:
    """Answer the oldest open letter. False when there was none."""
    with world.store.transaction() as ledger:
        claimed = ledger.letters.claim(now, now + _LEASE, now + _LEASE - _APART)
    if claimed is None:
        return False
    inbound, attempt = claimed
    if inbound.kind is InboundKind.REACTION:
        marked = read_marked(world, inbound, last=attempt > _ATTEMPTS)
        if marked is None:
            return True
        inbound = marked
    with world.store.transaction(Source.SLACK) as ledger:
        answer = _answer(ledger, world, inbound, now) if attempt <= _ATTEMPTS else _GIVEN_UP
        if isinstance(answer, Form) and not inbound.trigger_id:  # Slack opens none for a mere message
            word = inbound.text.partition(" ")[0]
            answer = Line(text=say("Slack opens a form for `/monitor {word}`, not for a mention", word=word))
        if answer is not None:
            ledger.outbox.put(_delivery(inbound, answer, now))
        ledger.letters.done(inbound.identity, now)
    world.bell.ring()
    return True


@dataclass(frozen=True, slots=True)
class _Clicked:
    """What a button carries: a verb, the alert it is about, and the turn it was drawn in."""

    verb: str
    alert: str
    turn: int | None


def _clicked(value: str) -> _Clicked:
    verb, _, rest = value.partition(":")
    alert, _, turn = rest.partition(":")
    return _Clicked(verb, alert, int(turn) if turn.isdigit() else None)


def _answer(ledger: Ledger, world: World, inbound: Inbound, now: datetime) -> Message | Form | None:
    person = person_of(world.setup, inbound.person, inbound.person_name)
    if inbound.kind is InboundKind.HOME:
        ledger.homes.opened(inbound.person, now)
        return None
    if inbound.kind in (InboundKind.SHORTCUT, InboundKind.REACTION):
        request = Request(ledger, world, inbound, person, (), now)
        if inbound.kind is InboundKind.SHORTCUT and inbound.action == byhand.WORD:
            return _forbidden(request, byhand.WORD) or byhand.ask_alert(request)
        return _forbidden(request, "note") or note_message(request)
    if inbound.kind is InboundKind.FORM:
        verb, _, subject = inbound.value.partition(" ")
        request = Request(ledger, world, inbound, person, (), now)
        return _forbidden(request, _word_of(verb)) or submitted(request, verb, subject)
    if inbound.kind is InboundKind.ACTION:
        clicked = _clicked(inbound.value)
        request = Request(ledger, world, inbound, person, (clicked.alert,) if clicked.alert else (), now)
        said = clicked.verb == SAY
        return _said(request, inbound.value.partition(":")[2]) if said else _click(request, clicked)
    command = parse(inbound.text)
    if isinstance(command, NotUnderstood):
        return not_understood(command)
    return carry_out(Request(ledger, world, inbound, person, command.arguments, now), command)


def not_understood(typed: NotUnderstood) -> Message:
    """What is wrong with it, and what may have been meant."""
    if typed.why:
        instead = (typed.instead,) if typed.instead else ()
        return Choice(text=typed.why, commands=(*instead, f"help {typed.nearest}"))
    return HelpCard(unknown=typed.typed, nearest=typed.nearest, instead=typed.instead)


def submitted(request: Request, verb: str, subject: str) -> Message | None:
    """A form that was sent back: what it asks for is done."""
    if verb == byhand.WORD:
        return byhand.submit_alert(request)
    if verb == "silence":
        return silence.submit_silence(request, dict(request.inbound.values))
    if verb == "escalate":
        return submit_escalation(request, subject)
    if verb == "override":
        return submit_override(request)
    if verb == "action":
        return submit_action(request, subject)
    if verb == "rollback":
        return submit_rollback(request, subject)
    if verb.startswith(PREFIX):
        return submit_playbook(request, verb, subject)
    return submit(request, verb, subject)


def carry_out(request: Request, command: Command) -> Message | Form | None:
    """Do what was typed, if the person may, and answer."""
    if refusal := _forbidden(request, command.word):
        return refusal
    if command.word in ACTS:
        return act(request, command.word)
    if command.word in SUPERVISION:
        return SUPERVISION[command.word](request)
    return ANSWERS[command.word](request)


def _click(request: Request, clicked: _Clicked) -> Message | Form | None:
    verb = clicked.verb
    known = {*ACTS, *VERBS, *OVERRIDES, *silence.VERBS, *KNOWN, *ALL, ASK, "run", "action"}
    if verb not in known and not verb.startswith(PREFIX):
        return Line(
            text=say(
                "This button belongs to an older message and does nothing any more; type `/monitor help`"
            )
        )
    if refusal := _forbidden(request, _word_of(verb)):
        return refusal
    rest = request.inbound.value.partition(":")[2]
    if verb == ASK:
        return ask_escalation(request, clicked.alert, clicked.turn)
    if verb in ALL:
        return act_on_all(request, verb, clicked.alert)
    if verb in silence.VERBS:
        return silence.press_silence(request, verb, rest)
    if verb in VERBS:
        return press(request, verb, rest)
    if verb.startswith(PREFIX):
        return press_playbook(request, verb, rest)
    if verb in KNOWN:
        return press_known(request, clicked.alert)
    if verb in OVERRIDES:
        return press_override(request, verb, clicked.alert)
    if verb == "action":
        return press_action(request, clicked.alert)
    if verb == "run":
        ANSWERS["run"](request.without_arguments())
        return None
    return act_on(request, verb, clicked.alert, clicked.turn)


def _said(request: Request, text: str) -> Message | Form | None:
    """A button that stands for a command, as if the person had typed it."""
    command = parse(text)
    if isinstance(command, NotUnderstood):
        return not_understood(command)
    return carry_out(replace(request, arguments=command.arguments), command)


def _word_of(verb: str) -> str:
    """The command whose permission a button or form needs."""
    if verb in silence.VERBS:
        return silence.command_of(verb)
    if verb.startswith(PREFIX):
        return "note" if verb == f"{PREFIX}note" else "playbook"
    if verb in KNOWN:
        return "errors"
    if verb in OVERRIDES:
        return "override"
    if verb in ALL:
        return ALL[verb]
    if verb == ASK:
        return "escalate"
    return command_of(verb) if verb in VERBS else verb


def _forbidden(request: Request, word: str) -> Line | None:
    refusal = forbidden(standing(request.ledger, request.world.setup), request.person, word, request.now)
    return Line(text=refusal.reason) if refusal else None


SUPERVISION: dict[str, Callable[[Request], Message | Form | None]] = {
    "alert": byhand.alert_command,
    "watch": watch_command,
    "remark": remark_command,
    "action": action_command,
    "gate": gate_command,
    "errors": errors_command,
    "silence": silence.silence_command,
    "silences": silence.silence_list,
    "unsilence": silence.unsilence_command,
    "playbook": playbook_command,
    "rollback": rollback_command,
    "note": note_command,
    "override": override_command,
    "swap": swap_command,
    "report": report_command,
    "baseline": baseline_command,
    "reload": reload_command,
}


def _delivery(inbound: Inbound, answer: Message | Form, now: datetime) -> Delivery:
    mention, form = inbound.kind is InboundKind.MENTION, isinstance(answer, Form)
    # A form is about the message that it was asked for at.
    at = (inbound.thread_ts or inbound.message_ts) if form else inbound.thread_ts if mention else ""
    place = Place(
        channel=inbound.channel,
        thread_ts=at,
        response_url=inbound.response_url,
        only_for="" if mention else inbound.person,
        trigger_id=inbound.trigger_id,
    )
    return Delivery(
        operation=f"answer/{inbound.identity}",
        lane=Lane.ANSWER,
        parcel=Parcel.FORM if form else Parcel.ANSWER,
        subject=inbound.identity[:64],
        place=place,
        body=answer,
        created_at=now,
        look_at=now,
    )
