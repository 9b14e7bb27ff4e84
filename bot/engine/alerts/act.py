"""What a person does to an alert: by command or by button, the same decision."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from bot.domain.alerts.alert import Alert, AlertState, Effect, Page, Refusal, Say, Transition
from bot.domain.alerts.response import (
    SNOOZE,
    acknowledge,
    listed,
    resolve,
    snooze,
    take_over,
    unacknowledge,
)
from bot.domain.card import AlertList, Choice, Form, Line, Message
from bot.domain.oncall.chain import escalate
from bot.domain.text import Text, say
from bot.engine.oncall.standing import roster
from bot.engine.people.request import Request
from bot.engine.record import note, record
from checks.duration import parse_duration

Turn = int | None

_GONE = say("That alert is not in the database any more; nothing was changed")


def _acknowledge(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    return acknowledge(alert, request.person, request.now)


def _take_over(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    return take_over(alert, request.person, request.now)


def _snooze(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    lengths = [length for word in request.arguments if (length := _length(word))]
    return snooze(alert, request.person, lengths[-1] if lengths else SNOOZE, request.now)


def _length(word: str) -> timedelta | None:
    try:
        return parse_duration(word)
    except ValueError:
        return None


def _unacknowledge(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    return unacknowledge(alert, request.person, request.now, turn)


def _resolve(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    return resolve(alert, request.person, request.now, turn)


def _escalate(request: Request, alert: Alert, turn: Turn) -> Transition | Refusal:
    return escalate(alert, request.person, roster(request.ledger, request.world.setup), request.now, turn)


ACTS: dict[str, Callable[[Request, Alert, Turn], Transition | Refusal]] = {
    "ack": _acknowledge,
    "take": _take_over,
    "snooze": _snooze,
    "unack": _unacknowledge,
    "resolve": _resolve,
    "escalate": _escalate,
}
"""Command → decision; a command's name is also the verb on a button."""

_FITTING = {
    "ack": {AlertState.FIRING},
    "take": {AlertState.FIRING, AlertState.ACKNOWLEDGED},
    "snooze": {AlertState.FIRING, AlertState.ACKNOWLEDGED},
    "unack": {AlertState.ACKNOWLEDGED},
    "resolve": {AlertState.FIRING, AlertState.ACKNOWLEDGED},
    "escalate": {AlertState.FIRING, AlertState.ACKNOWLEDGED},
}


def act(request: Request, word: str) -> Message:
    """A command: on the alert it names, or on the only one it can mean."""
    names = [given for given in request.arguments if word != "snooze" or not _length(given)]
    if names:
        named = _named(request, names[0])
        if not named:
            return _unknown(request, names[0], (word, *request.arguments))
    else:
        alerts = _fired(request.ledger.alerts.open_all())
        named = [alert for alert in alerts if alert.state in _FITTING[word]] or alerts
        if not named:
            return Line(text=say("There is no open alert"))
    if len(named) > 1 and len(names) < len(request.arguments):  # with how long, which a button would forget
        return _which(named, tuple(names[:1]), (word, *request.arguments))
    if len(named) > 1:
        return AlertList(alerts=tuple(named), choose=word)
    return _carry_out(request, word, named[0], None)


ALL = {"ack-all": "ack", "resolve-all": "resolve"}
"""Verbs of a group's buttons: what they do to each alert on its card."""


def act_on_all(request: Request, verb: str, card: str) -> Message | None:
    """A button of a group: every alert on its card that can be taken, or closed. Its thread is told once."""
    word = ALL[verb]
    fitting = [each for each in request.ledger.alerts.open_on(card) if each.state in _FITTING[word]]
    done = [
        outcome for alert in fitting if isinstance(outcome := ACTS[word](request, alert, None), Transition)
    ]
    if not done:
        return Line(text=say("There is nothing left to do there; nothing was changed"))
    record(request.ledger, request.world.setup, *map(_unsaid, done))
    alert = done[0].alert
    text = say("{what} ({count} alerts)", what=done[0].reason, count=len(done))
    line = Line(text=text, at=request.now)
    operation = f"{card}/{verb}/{request.inbound.identity}"
    request.ledger.outbox.put(note(operation, card, alert.subject.channel, line, request.now))
    return None


def _unsaid(transition: Transition) -> Transition:
    said = [each for each in transition.effects if isinstance(each, Say) and each.effect is Effect.NOTE]
    return replace(transition, effects=tuple(each for each in transition.effects if each not in said))


def act_on(request: Request, word: str, alert_id: str, turn: Turn) -> Message | None:
    """A button: the card itself shows what happened, so only a refusal is answered."""
    alert = request.ledger.alerts.get(alert_id)
    if alert is None:
        return Line(text=_GONE)
    outcome = ACTS[word](request, alert, turn)
    if isinstance(outcome, Refusal):
        return Line(text=outcome.reason)
    record(request.ledger, request.world.setup, outcome)
    return None


ASK = "escalate-ask"
"""The verb of a menu's line: whom it would wake is told before it does."""


def ask_escalation(request: Request, alert_id: str, turn: Turn) -> Form | Line:
    """The question whether these people are to be woken; a refusal where that cannot be."""
    alert = request.ledger.alerts.get(alert_id)
    if alert is None:
        return Line(text=_GONE)
    outcome = _escalate(request, alert, turn)
    if isinstance(outcome, Refusal):
        return Line(text=outcome.reason)
    (page,) = (each for each in outcome.effects if isinstance(each, Page))
    title = say(
        "Level {level} is paged at once for {alert}: {people}",
        level=page.level,
        alert=alert.subject.fingerprint,
        people=_whom(page),
    )
    return Form(verb="escalate", subject=f"{alert_id}:{alert.turn}", title=title)


def _whom(page: Page) -> Text:
    if page.people:
        return listed(page.people)
    return say("user group {group}", group=", ".join((*page.usergroups, *page.channels)))


def submit_escalation(request: Request, subject: str) -> Message | None:
    """The question, answered with yes."""
    alert_id, _, turn = subject.partition(":")
    return act_on(request, "escalate", alert_id, int(turn) if turn.isdigit() else None)


def _carry_out(request: Request, word: str, alert: Alert, turn: Turn) -> Line:
    outcome = ACTS[word](request, alert, turn)
    if isinstance(outcome, Refusal):
        return Line(text=outcome.reason)
    record(request.ledger, request.world.setup, outcome)
    return Line(text=say("{alert}: {what}", alert=alert.subject.fingerprint, what=outcome.reason))


def named_or_why(request: Request, word: str, typed: tuple[str, ...]) -> Alert | Line | Choice:
    """The one open alert of that name; or why there is none, or which of several, with what was `typed`."""
    named = _named(request, word)
    if len(named) == 1:
        return named[0]
    if named:
        return _which(named, (word,), typed)
    return _unknown(request, word, typed)


def _fired(alerts: Iterable[Alert]) -> list[Alert]:
    """Those of which people have heard."""
    return [alert for alert in alerts if alert.fired_at]


def _named(request: Request, word: str) -> list[Alert]:
    """By ID or fingerprint, else by metric or check, else by the beginning of an ID."""
    alerts = _fired(request.ledger.alerts.open_called(word))
    exact = [alert for alert in alerts if word in (alert.id, alert.subject.fingerprint)]
    by_key = [alert for alert in alerts if word == alert.subject.key]
    return exact or by_key or [alert for alert in alerts if len(word) >= 4 and alert.id.startswith(word)]


def _which(alerts: list[Alert], named: tuple[str, ...], typed: tuple[str, ...]) -> Choice:
    """Which of these, with what was `typed`; `named` is the word of it that names them, if any does."""
    command, *rest = (each for each in typed if each not in named)
    return Choice(
        text=say("Several alerts could be meant; which one is it?"),
        commands=tuple(" ".join((command, _name(alert), *rest)) for alert in alerts),
    )


def _unknown(request: Request, word: str, typed: tuple[str, ...]) -> Line | Choice:
    alerts = _fired(request.ledger.alerts.open_all())
    known = {name: alert for alert in alerts for name in (alert.subject.key, alert.subject.fingerprint)}
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        text = say("No open alert is called `{word}`; did you mean `{near}`?", word=word, near=near[0])
        named = near[0] if " " not in near[0] else known[near[0]].id
        return Choice(text=text, commands=(" ".join(named if each == word else each for each in typed),))
    return Line(text=say("No open alert is called `{word}`; `/monitor alerts` lists them", word=word))


def _name(alert: Alert) -> str:
    """What a command may call it, in one word."""
    fingerprint = alert.subject.fingerprint
    return alert.id if " " in fingerprint else fingerprint
