"""Silences: asked for by command, form or button; listed; ended."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts.alert import Alert, Refusal
from bot.domain.alerts.quiet.hush import labels_of
from bot.domain.alerts.quiet.matcher import Matcher, Operator
from bot.domain.alerts.quiet.silence import (
    Everything,
    Silence,
    Wish,
    begin_silence,
    begun,
    end_silence,
    ended,
)
from bot.domain.alerts.quiet.window import next_opening, open_stretch
from bot.domain.alerts.quiet.wording import parse_matchers, parse_silence, wish_of
from bot.domain.audit import Deed
from bot.domain.card import Choice, Form, Line, Message, SilenceList, SureOfSilence
from bot.domain.moment import length_of
from bot.domain.setup import Setup
from bot.domain.text import Text, say, unchanged
from bot.engine.alerts.act import named_or_why
from bot.engine.alerts.quiet import awaken_quiet, hush_open
from bot.engine.ledger import Ledger
from bot.engine.people.request import Request
from bot.engine.record import announce

VERBS = frozenset({"silence", "silence-end", "silence-sure"})
"""Verbs of buttons that are handled here."""


def command_of(verb: str) -> str:
    """The command whose permission a button needs."""
    return "unsilence" if verb == "silence-end" else "silence"


def silence_command(request: Request) -> Message | Form:
    """`/monitor silence MATCHER… LENGTH [REASON]`; alone it opens the form."""
    if not request.arguments:
        return _form("", "")
    wish = wished(request)
    return _begin(request, wish) if isinstance(wish, Wish) else wish


def wished(request: Request) -> Wish | Line | Choice:
    """The silence that the words ask for; or what is wrong with them, or which alert may be meant."""
    typed = " ".join(request.arguments)
    try:
        worded = parse_silence(typed)
    except ValueError as wrong:
        return Line(text=unchanged(wrong))
    matchers = list(worded.matchers)
    for word in worded.alerts:
        alert = named_or_why(request, word, ("silence", *typed.split()))
        if not isinstance(alert, Alert):
            return alert
        matchers += matchers_of(alert)
    return Wish(matchers=tuple(matchers), length=worded.length, reason=worded.reason)


def unsilence_command(request: Request) -> Message:
    """`/monitor unsilence [ID]`: the one that is named, or the only one there is."""
    active = request.ledger.silences.active(request.now)
    if not active:
        return Line(text=say("Nothing is silenced"))
    if not request.arguments and len(active) > 1:
        return silence_list(request)
    return _end(request, request.arguments[0] if request.arguments else active[0].id)


def silence_list(request: Request) -> SilenceList:
    """`/monitor silences`: those that hold, and the maintenance windows open now or to come."""
    return quiet_now(request.ledger, request.world.setup, request.now)


def quiet_now(ledger: Ledger, setup: Setup, now: datetime) -> SilenceList:
    silences = ledger.silences.active(now)
    quiet = [alert.quiet.source for alert in ledger.alerts.open_all() if alert.quiet]
    windows = [(each, open_stretch(each, now), next_opening(each, now)) for each in setup.maintenance]
    return SilenceList(
        silences=tuple((each, quiet.count(each.id)) for each in silences),
        windows=tuple(
            (window.name, " ".join(map(str, window.matchers)), here and here[1], following)
            for window, here, following in windows
            if here or following
        ),
    )


def press_silence(request: Request, verb: str, rest: str) -> Message | Form | None:
    """A button: silence an alert (a form), end a silence, or be sure of everything."""
    if verb == "silence-end":
        return _end(request, rest)
    if verb == "silence-sure":
        try:
            return _begin(request, wish_of(rest))
        except ValueError as wrong:
            return Line(text=unchanged(wrong))
    alert_id = rest.partition(":")[0]
    alert = request.ledger.alerts.get(alert_id) if alert_id else None
    if alert_id and alert is None:
        return Line(text=say("That alert is not in the database any more; nothing was changed"))
    given = " ".join(map(str, matchers_of(alert))) if alert else ""
    return _form(alert_id, given)


def _form(alert_id: str, matchers: str) -> Form:
    return Form(
        verb="silence", subject=alert_id, title=say("Silence alerts"), given=(("matchers", matchers),)
    )


def submit_silence(request: Request, fields: dict[str, str]) -> Message:
    """The form, sent back."""
    try:
        matchers = parse_matchers(fields.get("matchers", ""))
        length = length_of(fields.get("for", ""))
    except ValueError as wrong:
        return Line(text=unchanged(wrong))
    return _begin(request, Wish(matchers=matchers, length=length, reason=fields.get("reason", "")))


def matchers_of(alert: Alert) -> tuple[Matcher, ...]:
    """What fits this alert and hardly any other."""
    labels = labels_of(alert)
    own = ("service", "alertname", *(name for name, _ in alert.subject.labels))
    return tuple(Matcher(name, Operator.EQUAL, labels[name]) for name in dict.fromkeys(own))


def _begin(request: Request, wish: Wish) -> Message:
    outcome = start_silence(request.ledger, request.world.setup, wish, request.person, request.now)
    if isinstance(outcome, Everything):
        return SureOfSilence(why=outcome.reason, wish=wish)
    return Line(text=outcome.reason if isinstance(outcome, Refusal) else outcome[1])


def start_silence(
    ledger: Ledger, setup: Setup, wish: Wish, by: str, now: datetime
) -> tuple[Silence, Text] | Refusal:
    """Begin it and tell its channels; what fits is quiet from now on."""
    silence = begin_silence(wish, by, setup.services, now)
    if isinstance(silence, Refusal):
        return silence
    ledger.silences.save(silence)
    count = hush_open(ledger, setup, now, lambda quiet: quiet.source == silence.id)
    told = begun(silence, count)
    _write(ledger, silence, by, "silence.begun", told, now)
    announce(ledger, setup, f"{silence.id}/begun", silence.matchers, told, now)
    return silence, told


def _end(request: Request, silence_id: str) -> Line:
    outcome = stop_silence(request.ledger, request.world.setup, silence_id, request.person, request.now)
    return Line(text=outcome.reason if isinstance(outcome, Refusal) else outcome)


def _write(ledger: Ledger, silence: Silence, by: str, name: str, reason: Text, now: datetime) -> None:
    subject = ", ".join(map(str, silence.matchers))
    deed = Deed(at=now, person=by, name=name, service="", subject=f"{silence.id} {subject}", reason=reason)
    ledger.audit.write(deed)


def stop_silence(ledger: Ledger, setup: Setup, silence_id: str, by: str, now: datetime) -> Text | Refusal:
    """End it before its time; what still fires is heard at once."""
    found = ledger.silences.get(silence_id)
    if found is None:
        return Refusal(say("No silence has the ID `{id}`; `/monitor silences` lists them", id=silence_id))
    over = end_silence(found, by, now)
    if isinstance(over, Refusal):
        return over
    ledger.silences.save(over)
    count = awaken_quiet(ledger, setup, over.id, now)
    told = ended(over, count)
    _write(ledger, over, by, "silence.ended", told, now)
    announce(ledger, setup, f"{over.id}/ended", over.matchers, told, now)
    return told
