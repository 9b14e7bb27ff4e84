"""Playbooks begin and end with alerts, or by hand."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertState, Refusal
from bot.domain.incident.life import Opening, alert_again, alert_resolved, begin
from bot.domain.incident.playbook import Playbook
from bot.domain.incident.state import Incident
from bot.domain.setup import Service, Setup
from bot.domain.text import say
from bot.engine.incident.keep import keep
from bot.engine.ledger import Ledger
from bot.engine.world import World


def follow_alerts(world: World, now: datetime) -> int:
    """Look at every alert that has changed. Returns how many."""
    with world.store.reading() as ledger:
        news = ledger.incidents.news(now)
    for alert_id in news:
        with world.store.transaction() as ledger:
            alert = ledger.alerts.get(alert_id)
            if alert:
                _follow(ledger, world.setup, alert, now)
            ledger.incidents.heard(alert_id)
    if news:
        world.bell.ring()
    return len(news)


def playbook_of(setup: Setup, alert: Alert) -> Playbook | None:
    """The playbook that the metric or check of an alert names."""
    service = setup.services.get(alert.subject.service)
    if service is None:
        return None
    metric, check = service.metrics.get(alert.subject.key), service.checks.get(alert.subject.key)
    name = (metric.playbook if metric else None) or (check.playbook if check else None)
    return service.playbooks.get(name) if name else None


def _follow(ledger: Ledger, setup: Setup, alert: Alert, now: datetime) -> None:
    incident = ledger.incidents.of_alert(alert.id)
    if alert.state is AlertState.RESOLVED:
        taken = alert.acknowledged_by is not None or alert.resolved_by is not None
        if incident and (change := alert_resolved(incident, now, taken=taken)):
            keep(ledger, setup, change)
        return
    if incident or not alert.fired_at or not alert.pages:
        return
    playbook = playbook_of(setup, alert)
    if playbook is None:
        return
    stands = open_of(ledger, alert.subject.service, playbook.key)
    if stands is None:
        open_playbook(ledger, setup, playbook, setup.services[alert.subject.service], alert, None, now)
    elif change := alert_again(stands, alert, now):
        keep(ledger, setup, change)


def open_of(ledger: Ledger, service: str, playbook: str) -> Incident | None:
    """The open incident of this playbook."""
    return next((each for each in ledger.incidents.open_all(service) if each.playbook.key == playbook), None)


def open_playbook(
    ledger: Ledger,
    setup: Setup,
    playbook: Playbook,
    service: Service,
    alert: Alert | None,
    by: str | None,
    now: datetime,
) -> Incident | Refusal:
    """Begin an incident; one of the same playbook that is open already is refused."""
    if stands := open_of(ledger, service.key, playbook.key):
        return Refusal(say("The playbook {playbook} is open already", playbook=stands.playbook.label))
    watches = ledger.watches.open_all(service.key)
    watch = watches[-1] if watches else None
    opening = Opening(
        service=service.key,
        channel=service.channel,
        alert=alert,
        watch=watch.id if watch else None,
        version=watch.version if watch else "",
        by=by,
    )
    change = begin(playbook, opening, now)
    keep(ledger, setup, change)
    return change.incident
