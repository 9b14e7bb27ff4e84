"""Gather what is known of an incident, for its post-mortem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.action import ActionRun, told
from bot.domain.card import Line, Message, PostMortemCard
from bot.domain.incident.postmortem import Impact, PostMortem, in_order
from bot.domain.incident.state import Incident, Moment
from bot.domain.setup import Metric, Service, Setup
from bot.domain.text import Text, say
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.people.request import Request
from bot.engine.ports import Place

BEFORE = timedelta(hours=1)
"""So long before the incident tells what was normal."""

AFTER = timedelta(minutes=10)


def export_command(request: Request, name: str) -> Message:
    """`/monitor playbook export [ID]`: the last one, or the one that is named. The whole goes as a file into
    the thread of the incident."""
    incidents = request.ledger.incidents
    incident = incidents.get(name) if name else incidents.newest()
    if incident is None:
        return Line(text=say("There is no such incident; `/monitor playbook` lists the open ones"))
    request.ledger.outbox.put(
        Delivery(
            operation=f"{incident.id}/post-mortem/{incident.revision}/{request.inbound.identity}"[:200],
            lane=Lane.FILE,
            parcel=Parcel.POST_MORTEM,
            subject=incident.thread,
            place=Place(channel=incident.channel),
            created_at=request.now,
            look_at=request.now,
        )
    )
    return PostMortemCard(post_mortem=post_mortem(request.ledger, request.world.setup, incident, request.now))


def post_mortem(ledger: Ledger, setup: Setup, incident: Incident, now: datetime) -> PostMortem:
    """The facts of an incident, open or closed, as they are at `now`."""
    alert = ledger.alerts.get(incident.alert) if incident.alert else None
    alerts = [
        Moment(at=at, event=event, reason=_paged(reason) if event == "alert.escalated" else reason, by=by)
        for at, event, reason, by in (ledger.alerts.timeline(alert.id) if alert else ())
        if event != "alert.pending"
    ]
    runs = ledger.actions.of_incident(incident.id)
    if incident.alert:
        ids = {run.id for run in runs}
        runs = (*runs, *(run for run in ledger.actions.of_alert(incident.alert) if run.id not in ids))
    service = setup.services.get(incident.service)
    began = alert.began_at if alert else incident.opened_at
    return PostMortem(
        incident=incident,
        alert=alert,
        at=now,
        moments=in_order(alerts, ledger.incidents.timeline(incident.id), _of_runs(runs)),
        runs=runs,
        impact=tuple(_impact(ledger, service, incident, began, now)) if service else (),
    )


def _paged(reason: Text) -> Text:
    return say("Paged: {reason}", reason=reason)


def _of_runs(runs: tuple[ActionRun, ...]) -> Iterator[Moment]:
    for run in runs:
        if run.ended and run.ended_at:
            yield Moment(at=run.ended_at, event=f"action.{run.state}", reason=told(run), by=run.by)


def _impact(
    ledger: Ledger, service: Service, incident: Incident, began: datetime, now: datetime
) -> Iterator[Impact]:
    """Tier-1 metrics, and whatever the playbook itself is about."""
    ended = incident.closed_at or now
    for metric in service.metrics.values():
        if metric.tier == 1:
            found = _metric(ledger, service.key, metric, (began, ended, now))
            if (found.before, found.worst, found.after) != (None, None, None):
                yield found


def _metric(
    ledger: Ledger, service: str, metric: Metric, times: tuple[datetime, datetime, datetime]
) -> Impact:
    began, ended, now = times
    moment = timedelta(microseconds=1)
    before = ledger.history.summary(service, metric.key, began - BEFORE, began)
    during = ledger.history.summary(service, metric.key, began, max(ended, began + moment))
    after = ledger.history.summary(service, metric.key, ended, min(ended + AFTER, now) + moment)
    limit = metric.critical or metric.warning
    worst = during.min if limit and limit.operator in ("<", "<=") else during.max
    return Impact(label=metric.label, unit=metric.unit, before=before.mean, worst=worst, after=after.mean)
