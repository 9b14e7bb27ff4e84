"""What an alert of another program means here."""

from __future__ import annotations

from bot.domain.alerts.alert import Judgement, Severity, Subject
from bot.domain.incoming.report import Report
from bot.domain.oncall.escalation import Policy
from bot.domain.setup import Service
from bot.domain.text import Label, Text, say


def subject_of(report: Report, service: Service, policy: Policy) -> Subject:
    """What an alert about it is about: the labels tell it from others of its name."""
    labels = tuple(
        pair for pair in report.labels if pair[0] != "alertname" and pair != ("service", service.key)
    )
    return Subject(
        service=service.key,
        channel=service.channel,
        key=report.name,
        label=Label(report.name),
        labels=labels,
        # Who sends it has damped and waited already; and what it says last may be the last we hear of it.
        damped=False,
        policy=policy,
        links=report.links,
    )


def judgement_of(report: Report, critical: frozenset[str]) -> Judgement:
    """What it says about now."""
    if not report.firing:
        return Judgement(severity=None, recovered=True, reason=_told(report))
    severity = Severity.CRITICAL if report.severity.lower() in critical else Severity.WARNING
    return Judgement(severity=severity, recovered=False, reason=_told(report))


def _told(report: Report) -> Text:
    if not report.summary:
        return say("{name} fires" if report.firing else "{name} is resolved", name=report.name)
    return say("{name}: {summary}", name=report.name, summary=report.summary)
