"""The plan's live panel from the rows: every metric beside its target, and the state of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.alerts.alert import AlertState, Severity
from bot.domain.alerts.health import judge_measurement
from bot.domain.measures.reading import Reading
from bot.domain.panel import Panel, PanelGroup, PanelRow, Standing, SystemLine
from bot.domain.setup import Check, Metric, Service, Setup
from bot.domain.text import Instant, Quantity, Text, say
from bot.engine.ledger import Ledger
from bot.engine.measures.heartbeat import heartbeats, known_of
from bot.engine.oncall.standing import roster
from checks.beats import stands
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import Measurement, State

_RANK = {
    Standing.CRITICAL: 0,
    Standing.WARNING: 1,
    Standing.NO_DATA: 2,
    Standing.STALE: 3,
    Standing.OK: 4,
}
_LATELY = timedelta(hours=24)
_BY_SEVERITY = {Severity.CRITICAL: Standing.CRITICAL, Severity.WARNING: Standing.WARNING}


def panel(ledger: Ledger, setup: Setup, service: Service, now: datetime) -> Panel:
    """The plan's live panel: every declared metric beside its target, and the state of the whole."""
    groups: dict[str, list[PanelRow]] = {}
    rows: list[PanelRow] = []
    by_metric: dict[str, list[Reading]] = {}
    for reading in ledger.readings.newest(service.key):
        by_metric.setdefault(reading.metric, []).append(reading)
    for metric in service.metrics.values():
        row = _metric_row(metric, by_metric.get(metric.key, ()), now)
        rows.append(row)
        groups.setdefault(metric.group, []).append(row)
    counts = ledger.alerts.open_counts(service.key)
    fired = {
        severity: sum(
            counts.get((state, severity), 0) for state in (AlertState.FIRING, AlertState.ACKNOWLEDGED)
        )
        for severity in Severity
    }
    return Panel(
        service=service.key,
        at=now,
        groups=tuple(PanelGroup(key=key, rows=tuple(found)) for key, found in groups.items()),
        critical=fired[Severity.CRITICAL],
        warning=fired[Severity.WARNING],
        pending=sum(counts.values()) - sum(fired.values()),
        resolved=ledger.alerts.resolved_since(service.key, now - _LATELY),
        system=(
            _production(service, rows, critical=fired[Severity.CRITICAL] > 0),
            _monitoring(rows),
            _rules(service),
            _team(ledger, setup, service, now),
            *(_job(ledger, service, check, options, now) for check, options in heartbeats(service)),
        ),
    )


def _metric_row(metric: Metric, readings: Iterable[Reading], now: datetime) -> PanelRow:
    """The worst series speaks for the metric."""
    rows = [_reading_row(metric, each, now) for each in readings]
    return min(rows, key=lambda row: _RANK[row.standing]) if rows else _empty_row(metric)


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


def _production(service: Service, rows: list[PanelRow], *, critical: bool) -> SystemLine:
    urgent = {metric.key for metric in service.metrics.values() if metric.tier == 1}
    worst = min(
        (row.standing for row in rows if row.metric in urgent), key=_RANK.__getitem__, default=Standing.OK
    )
    if critical:
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


def _team(ledger: Ledger, setup: Setup, service: Service, now: datetime) -> SystemLine:
    label = say("On-call team")
    policies = {metric.escalation for metric in service.metrics.values() if metric.tier == 1} or {"default"}
    for key in sorted(policies):
        policy = setup.policies.get(key)
        if policy is None or not policy.levels:
            return SystemLine(label=label, standing=Standing.NO_DATA, detail=say("nobody would be paged"))
        reached = roster(ledger, setup)(policy.levels[0].notify, now)
        if reached.empty:
            detail = say("level 1 of {policy} reaches nobody now", policy=key)
            return SystemLine(label=label, standing=Standing.WARNING, detail=detail)
        names = ", ".join(_name(setup, person) for person in reached.people)
    return SystemLine(label=label, standing=Standing.OK, detail=say("on duty: {names}", names=names))


def _job(
    ledger: Ledger, service: Service, check: Check, options: HeartbeatOptions, now: datetime
) -> SystemLine:
    beats = known_of(ledger, service, check, now)
    state, why = stands(beats, options.rhythm, now)
    label = say("Heartbeat {check}", check=check.label)
    if state is not State.OK:
        return SystemLine(
            label=label, standing=Standing.CRITICAL, detail=say("late or failed: {reason}", reason=why)
        )
    if beats.called_at is None:
        return SystemLine(label=label, standing=Standing.NO_DATA, detail=say("has not called yet"))
    called = say("last called {at}", at=Instant(beats.called_at))
    return SystemLine(label=label, standing=Standing.OK, detail=called)


def _name(setup: Setup, key: str) -> str:
    return setup.people[key].name if key in setup.people else key
