"""How far things have come since something broke, and all that happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain.action import RunState
from bot.domain.alerts.alert import Alert
from bot.domain.rehearsal.gameday import Moment
from bot.domain.rehearsal.scenario import Measure
from bot.domain.setup import Setup
from bot.domain.text import say
from bot.engine.ledger import Ledger

_MOMENT = timedelta(microseconds=1)


def urgent(ledger: Ledger, setup: Setup, since: datetime, now: datetime) -> list[Alert]:
    """Alerts that wake people and fired since then, oldest first."""
    found = (
        each for key in setup.services for each in ledger.alerts.fired_between(key, since, now + _MOMENT)
    )
    loud = [
        each
        for each in found
        if each.fired_at and each.fired_at >= since and each.subject.pages and each.worst
    ]
    return sorted(loud, key=lambda each: (each.fired_at or now, each.id))


def came(ledger: Ledger, setup: Setup, since: datetime, now: datetime) -> dict[Measure, datetime]:
    """When each thing came first; what has not come is absent."""
    alerts = urgent(ledger, setup, since, now)
    pages = [_at(ledger, each, "alert.escalated") for each in alerts]
    taken = [at for each in alerts for at in _at(ledger, each, "alert.acknowledged")]
    over = [each.resolved_at for each in alerts if each.resolved_at]
    found = {
        Measure.DETECTED: min((each.fired_at for each in alerts if each.fired_at), default=None),
        Measure.PAGED: min((at for each in pages for at in each[:1]), default=None),
        Measure.NEXT_LEVEL: min((at for each in pages for at in each[1:2]), default=None),
        Measure.ACKNOWLEDGED: min(taken, default=None),
        Measure.ROLLED_BACK: min(_rollbacks(ledger, setup, since), default=None),
        Measure.RESOLVED: max(over) if over and len(over) == len(alerts) else None,
    }
    return {measure: at for measure, at in found.items() if at is not None}


def _at(ledger: Ledger, alert: Alert, event: str) -> Sequence[datetime]:
    return [at for at, happened, _, _ in ledger.alerts.timeline(alert.id) if happened == event]


def _rollbacks(ledger: Ledger, setup: Setup, since: datetime) -> Iterator[datetime]:
    for key, service in setup.services.items():
        actions = {each.rollback.action for each in service.playbooks.values() if each.rollback}
        for run in ledger.actions.of_service(key, since):
            if run.action in actions and run.state is RunState.SUCCEEDED and run.ended_at:
                yield run.ended_at


def happened(ledger: Ledger, setup: Setup, since: datetime, now: datetime) -> Iterator[Moment]:
    """What became of every urgent alert, and of its playbook."""
    for alert in urgent(ledger, setup, since, now):
        for at, _, reason, _ in ledger.alerts.timeline(alert.id):
            yield Moment(at=at, what=say("{alert}: {what}", alert=alert.subject.fingerprint, what=reason))
        if incident := ledger.incidents.of_alert(alert.id):
            for each in ledger.incidents.timeline(incident.id):
                what = say("{playbook}: {what}", playbook=incident.playbook.label, what=each.reason)
                yield Moment(at=each.at, what=what)
