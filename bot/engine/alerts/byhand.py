"""Alerts that people raise: by command, or of a message that somebody has written."""

from __future__ import annotations

from bot.domain.alerts.alert import Severity
from bot.domain.audit import Deed
from bot.domain.card import Choice, Form, Line, Message
from bot.domain.incoming.meaning import judgement_of, subject_of
from bot.domain.incoming.report import LONGEST_TEXT, Report, clean
from bot.domain.setup import Service
from bot.domain.text import Name, say
from bot.engine.alerts.findings import policy_of
from bot.engine.alerts.observe import judge_all
from bot.engine.people.request import Request
from bot.engine.record import note

WORD = "alert"
"""The command, the shortcut and the form."""

_SEVERITIES = (Severity.CRITICAL.value, Severity.WARNING.value)
_LONGEST_NAME = 80


def alert_command(request: Request) -> Message | Form:
    """`/monitor alert [SERVICE] [critical|warning] TEXT`: critical unless it says otherwise; alone a form."""
    if not request.arguments:
        return _form(request, "")
    setup, text = request.world.setup, request.arguments[0]
    service, severity = None, _SEVERITIES[0]
    while text:
        first, _, rest = text.partition(" ")
        if service is None and first in setup.services:
            service, text = setup.services[first], rest.strip()
        elif first.lower() in _SEVERITIES:
            severity, text = first.lower(), rest.strip()
        else:
            break
    if service is None and len(setup.services) > 1:
        meant = tuple(f"{WORD} {key} {severity} {text}" for key in setup.services)
        return Choice(text=say("Which service is it about?"), commands=meant)
    return _raised(request, service or next(iter(setup.services.values())), severity, text)


def ask_alert(request: Request) -> Form:
    """The shortcut of a message: what it says, and how bad it is, may still be changed."""
    return _form(request, clean(request.inbound.text, LONGEST_TEXT))


def _form(request: Request, text: str) -> Form:
    services = tuple(request.world.setup.services)
    return Form(
        verb=WORD, subject="", title=say("Raise an alert"), services=services, given=(("text", text),)
    )


def submit_alert(request: Request) -> Line:
    """The form, sent back."""
    fields, services = dict(request.inbound.values), request.world.setup.services
    service = services.get(fields.get("service", "")) or next(iter(services.values()))
    severity = fields.get("severity", "")
    return _raised(
        request, service, severity if severity in _SEVERITIES else _SEVERITIES[0], fields.get("text", "")
    )


def _raised(request: Request, service: Service, severity: str, text: str) -> Line:
    name = clean(text, _LONGEST_NAME)
    if not name:
        return Line(text=say("An alert needs words: what is wrong?"))
    ledger, setup, now = request.ledger, request.world.setup, request.now
    summary = clean(text, LONGEST_TEXT) if len(text) > _LONGEST_NAME else ""
    report = Report(
        name=name,
        labels=(),
        firing=True,
        severity=severity,
        summary=summary,
    )
    subject = subject_of(report, service, policy_of(setup, setup.webhooks.escalation))
    found = judge_all(ledger, setup, [(subject, judgement_of(report, frozenset(_SEVERITIES[:1])))], now)
    if not found.changes:
        return Line(text=say("That alert is open already"))
    alert = found.changes[0].alert
    raised = say("{person} raised it by hand: it ends when somebody resolves it", person=Name(request.person))
    ledger.outbox.put(note(f"{alert.id}/raised", alert.id, service.channel, Line(text=raised, at=now), now))
    ledger.audit.write(
        Deed(
            at=now,
            person=request.person,
            name="alert.raised",
            service=service.key,
            subject=subject.fingerprint,
            after=alert.state,
            reason=raised,
        )
    )
    return Line(text=say("The alert {alert} begins", alert=subject.fingerprint))
