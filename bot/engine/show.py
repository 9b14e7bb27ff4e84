"""Fill in what is shown: facts from the rows become the values that cards are drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.alert import Alert, Page, Severity
from bot.domain.card import AlertCard, PageMessage, WatchCard
from bot.domain.chain import next_step
from bot.domain.health import judge_measurement
from bot.domain.panel import Panel, PanelGroup, PanelRow, Standing, SystemLine
from bot.domain.plan import Entry, EntryKind
from bot.domain.reading import Reading
from bot.domain.setup import Metric, Person, Service, Setup
from bot.domain.text import Quantity, Text, say
from bot.domain.watch import Watch
from bot.engine.escalate import roster
from bot.engine.ledger import Ledger, Round
from checks.result import Measurement

_RANK = {
    Standing.CRITICAL: 0,
    Standing.WARNING: 1,
    Standing.NO_DATA: 2,
    Standing.STALE: 3,
    Standing.OK: 4,
}
_BY_SEVERITY = {Severity.CRITICAL: Standing.CRITICAL, Severity.WARNING: Standing.WARNING}


def alert_card(ledger: Ledger, setup: Setup, alert: Alert) -> AlertCard:
    """The live card of an alert with the newest value of its series."""
    subject = alert.subject
    newest = next(
        (
            each
            for each in ledger.readings.newest(subject.service)
            if each.metric == subject.key and each.labels == subject.labels
        ),
        None,
    )
    service = setup.services.get(subject.service)
    metric = service.metrics.get(subject.key) if service else None
    return AlertCard(
        alert=alert,
        value=Quantity(newest.value, newest.unit) if newest else alert.value,
        levels=len(subject.policy.levels),
        next=next_step(alert, roster(setup)),
        links=tuple(metric.links.items()) if metric else (),
    )


def page_message(setup: Setup, alert: Alert, page: Page) -> PageMessage:
    """The message that wakes the people of a page; from level 2 on the channel sees it too."""
    return PageMessage(
        alert=alert,
        people=tuple(setup.people.get(key) or Person(key=key, name=key) for key in page.people),
        usergroups=page.usergroups,
        level=page.level,
        levels=len(alert.subject.policy.levels),
        reason=page.reason,
        broadcast=page.level > 1 or page.cycle > 0,
    )


def watch_card(ledger: Ledger, setup: Setup, watch: Watch, now: datetime) -> WatchCard | None:
    """The live card of a watch; None when its service is configured no more."""
    service = setup.services.get(watch.service)
    if service is None:
        return None
    return WatchCard(
        watch=watch,
        panel=panel(ledger, setup, service, now),
        next_round=entry_of(ledger.rounds.next_of(watch.service, now)),
    )


def entry_of(planned: Round | None) -> Entry | None:
    """A round as a line of the execution list."""
    if planned is None:
        return None
    return Entry(
        at=planned.at,
        kind=EntryKind.ROUND,
        phases=planned.phases,
        checklists=planned.checklists,
        state=planned.state,
    )


def panel(ledger: Ledger, setup: Setup, service: Service, now: datetime) -> Panel:
    """The plan's live panel: every declared metric beside its target, and the state of the whole."""
    readings = ledger.readings.newest(service.key)
    groups: dict[str, list[PanelRow]] = {}
    rows: list[PanelRow] = []
    for metric in service.metrics.values():
        row = _metric_row(metric, [each for each in readings if each.metric == metric.key], now)
        rows.append(row)
        groups.setdefault(metric.group, []).append(row)
    alerts = [each for each in ledger.alerts.open_all() if each.fired_at and _of(each, service)]
    return Panel(
        service=service.key,
        at=now,
        groups=tuple(PanelGroup(key=key, rows=tuple(found)) for key, found in groups.items()),
        critical=sum(each.severity is Severity.CRITICAL for each in alerts),
        warning=sum(each.severity is Severity.WARNING for each in alerts),
        system=(
            _production(service, rows, alerts),
            _monitoring(rows),
            _rules(service),
            _team(setup, service, now),
        ),
    )


def _of(alert: Alert, service: Service) -> bool:
    return alert.subject.service == service.key


def _metric_row(metric: Metric, readings: Iterable[Reading], now: datetime) -> PanelRow:
    """The worst series speaks for the metric."""
    rows = [_reading_row(metric, each, now) for each in readings]
    return min(rows, key=lambda row: _RANK[row.standing], default=_empty_row(metric))


def _empty_row(metric: Metric) -> PanelRow:
    return PanelRow(
        metric=metric.key,
        label=metric.label,
        value=None,
        target=metric.target,
        unit=metric.unit,
        standing=Standing.NO_DATA,
        measured_at=None,
    )


def _reading_row(metric: Metric, reading: Reading, now: datetime) -> PanelRow:
    measurement = Measurement(metric=metric.key, value=reading.value, unit=reading.unit)
    standing = standing_of(metric, measurement) if now <= reading.fresh_until else Standing.STALE
    return PanelRow(
        metric=metric.key,
        label=metric.label,
        value=Quantity(reading.value, reading.unit),
        target=metric.target,
        unit=metric.unit,
        standing=standing,
        measured_at=reading.at,
    )


def standing_of(metric: Metric, measurement: Measurement) -> Standing:
    """How a fresh value stands against its metric."""
    severity = judge_measurement(metric, measurement).severity
    return _BY_SEVERITY[severity] if severity else Standing.OK


def _production(service: Service, rows: list[PanelRow], alerts: list[Alert]) -> SystemLine:
    urgent = {metric.key for metric in service.metrics.values() if metric.tier == 1}
    worst = min(
        (row.standing for row in rows if row.metric in urgent), key=_RANK.__getitem__, default=Standing.OK
    )
    if any(each.severity is Severity.CRITICAL for each in alerts):
        worst = Standing.CRITICAL
    words: dict[Standing, Text] = {
        Standing.OK: say("online and healthy"),
        Standing.WARNING: say("online, not all on target"),
        Standing.CRITICAL: say("in trouble"),
        Standing.STALE: say("not known: values are stale"),
        Standing.NO_DATA: say("not known: some values have never been measured"),
    }
    return SystemLine(label=say("Production"), standing=worst, detail=words[worst])


def _monitoring(rows: list[PanelRow]) -> SystemLine:
    fresh = [row for row in rows if row.standing not in (Standing.STALE, Standing.NO_DATA)]
    detail = say("{fresh} of {all} values are fresh", fresh=len(fresh), all=len(rows))
    standing = Standing.OK if len(fresh) == len(rows) else Standing.STALE
    return SystemLine(label=say("Monitoring"), standing=standing, detail=detail)


def _rules(service: Service) -> SystemLine:
    judged = sum(bool(each.target or each.warning or each.critical) for each in service.metrics.values())
    detail = say("{count} metrics have limits", count=judged)
    return SystemLine(
        label=say("Alert rules"), standing=Standing.OK if judged else Standing.NO_DATA, detail=detail
    )


def _team(setup: Setup, service: Service, now: datetime) -> SystemLine:
    label = say("On-call team")
    policies = {metric.escalation for metric in service.metrics.values() if metric.tier == 1} or {"default"}
    for key in sorted(policies):
        policy = setup.policies.get(key)
        if policy is None or not policy.levels:
            return SystemLine(label=label, standing=Standing.NO_DATA, detail=say("nobody would be paged"))
        reached = roster(setup)(policy.levels[0].notify, now)
        if reached.empty:
            detail = say("level 1 of {policy} reaches nobody now", policy=key)
            return SystemLine(label=label, standing=Standing.WARNING, detail=detail)
        names = ", ".join(_name(setup, person) for person in reached.people)
    return SystemLine(label=label, standing=Standing.OK, detail=say("on duty: {names}", names=names))


def _name(setup: Setup, key: str) -> str:
    return setup.people[key].name if key in setup.people else key
