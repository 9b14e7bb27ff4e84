"""The auditor: an escalation that was due and did not run is an alert itself, by the other channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert, Judgement, Severity, Subject
from bot.domain.oncall.escalation import SLACK, Policy
from bot.domain.oncall.proof import LATE, Late, proof
from bot.domain.setup import Setup
from bot.domain.text import Instant, Label, Span, Text, say
from bot.engine.alerts.observe import decide
from bot.engine.ledger import Ledger
from bot.engine.ledger.oncall import Duty
from bot.engine.world import World

AUDIT = "audit/"
EVERY = timedelta(seconds=30)
MOST = 50
KEY = "escalations"
LABEL = Label("Escalation of alerts", "告警升级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An alert, and what of its escalation was late or is missing."""

    alert: Alert
    late: Late


def audited(ledger: Ledger, alerts: Iterable[Alert], now: datetime) -> Iterator[Finding]:
    """What is wrong with the escalation of these alerts."""
    for alert in alerts:
        for late in proof(ledger.alerts.steps(alert.id), now):
            yield Finding(alert=alert, late=late)


def audit_due(world: World, duty: Duty, now: datetime) -> None:
    """Look at whatever is overdue. What has not run is an alert; what came late is for the proof to tell."""
    with world.store.transaction() as ledger:
        # What fell due while nobody ran is done as soon as somebody does.
        overdue = ledger.alerts.due(now - LATE)[:MOST] if now - world.awake_since > LATE else ()
        alerts = [alert for key in overdue if (alert := ledger.alerts.get(key)) and not alert.subject.alone]
        missing = [each for each in audited(ledger, alerts, now) if each.late.came_at is None]
        for service in world.setup.services:
            own = [each for each in missing if each.alert.subject.service == service]
            _judge(ledger, world.setup, service, own, now)
        ledger.duties.again(duty.key, now + EVERY, "")


def in_words(finding: Finding) -> Text:
    """`orders/latency_p99: a step was due at 14:05 and has not run`."""
    name, late = finding.alert.subject.fingerprint, finding.late
    if late.lost:
        return say("{alert}: transitions are missing after {at}", alert=name, at=Instant(late.due_at))
    if late.came_at is None:
        return say("{alert}: a step was due at {at} and has not run", alert=name, at=Instant(late.due_at))
    return say(
        "{alert}: a step was due at {at} and came {span} late",
        alert=name,
        at=Instant(late.due_at),
        span=Span.of(late.came_at - late.due_at),
    )


def _judge(ledger: Ledger, setup: Setup, service: str, missing: list[Finding], now: datetime) -> None:
    """Fire, keep or end the auditor's own alert. Its first page is made here: the chain may be what hangs."""
    channel = setup.services[service].channel
    subject = Subject(
        service=service,
        channel=channel,
        key=KEY,
        label=LABEL,
        damped=False,
        alone=True,
        policy=_policy(setup, missing[0].alert.subject.policy if missing else Policy(key="audit", levels=())),
    )
    opened = ledger.alerts.open_among([subject.fingerprint]).get(subject.fingerprint)
    if not missing:
        good = Judgement(severity=None, recovered=True, reason=say("every due escalation has run"))
        if opened:
            decide(ledger, setup, (subject, opened), good, now)
        return
    reason = in_words(missing[0])
    if len(missing) > 1:
        reason = say("{first}, and {count} more", first=reason, count=len(missing) - 1)
    bad = Judgement(severity=Severity.CRITICAL, recovered=False, reason=reason)
    decide(ledger, setup, (subject, opened), bad, now)


def _policy(setup: Setup, policy: Policy) -> Policy:
    """The alert's own policy, by every channel but Slack where there is one."""
    others = tuple(key for key, channel in setup.channels.items() if channel.url) or (SLACK,)
    levels = tuple(replace(level, by=others, everyone=False) for level in policy.levels)
    return replace(policy, key="audit", levels=levels, recover=None, resolve_within=None)
