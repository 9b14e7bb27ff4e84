"""What the charts of a report are drawn from: few points of each metric, read from roll-ups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Alert
from bot.domain.localtime import DAY, instant, local_day
from bot.domain.measures.baseline import Comparison
from bot.domain.report.compared import CHANGES
from bot.domain.report.facts import PERFORMANCE
from bot.domain.report.report import Chart, Curve, Stretch
from bot.domain.setup import Metric, Service
from bot.domain.text import Label, Text, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger

MOST_POINTS = 120
_MOST_CURVES = 3
_MOST_ALERTS = 20
_PERCENTILES = ("p50", "p95", "p99")
_TO_MS = {"s": 1000.0, "ms": 1.0, "us": 0.001}
_LEAST_DAYS = 7


def charts(
    ledger: Ledger,
    service: Service,
    watch: Watch | None,
    entries: Sequence[Listed],
    stretch: tuple[datetime, datetime],
) -> tuple[Chart, ...]:
    """Latency percentiles, rates, and alerts by day; those that there is nothing to draw of are left out."""
    since, until = stretch
    drawn = _Drawn(ledger, service, since, until)
    alerts = ledger.alerts.fired_between(service.key, since, until)
    phases, spans = tuple(_phases(entries, since, until)), tuple(_spans(alerts, since, until))
    deployed_at = watch.deployed_at if watch else None
    found = [
        drawn.chart("latency", say("Latency"), "ms", _latencies(service)),
        drawn.chart("rates", say("Rates"), "%", _rates(service)),
    ]
    with_curves = [chart for chart in found if any(curve.points for curve in chart.curves)]
    return (
        *(replace(chart, phases=phases, alerts=spans, deployed_at=deployed_at) for chart in with_curves),
        *_by_day(ledger, service, until),
    )


def changes(compared: Sequence[Comparison], stretch: tuple[datetime, datetime]) -> tuple[Chart, ...]:
    """By how much each metric has changed; nothing where nothing could be compared."""
    bars = tuple(
        (each.label, each.change * 100, CHANGES[each.verdict]) for each in compared if each.change is not None
    )
    if not bars:
        return ()
    since, until = stretch
    title = say("Change of the averages")
    return (Chart(key="changes", title=title, unit="%", since=since, until=until, changes=bars),)


class _Drawn:
    def __init__(self, ledger: Ledger, service: Service, since: datetime, until: datetime) -> None:
        self._ledger = ledger
        self._service = service
        self._since = since
        self._until = until

    def chart(self, key: str, title: Text, unit: str, metrics: Sequence[Metric]) -> Chart:
        curves = tuple(self._curve(metric) for metric in metrics)
        return Chart(key=key, title=title, unit=unit, since=self._since, until=self._until, curves=curves)

    def _curve(self, metric: Metric) -> Curve:
        factor = _TO_MS.get(metric.unit, 1.0)
        points = self._ledger.history.points(
            self._service.key, metric.key, self._since, self._until, MOST_POINTS
        )
        target = metric.target
        return Curve(
            label=metric.label,
            points=tuple(
                (point.at, point.summary.mean * factor) for point in points if point.summary.mean is not None
            ),
            target=target.limit * factor if target and target.upper is None else None,
        )


def _latencies(service: Service) -> list[Metric]:
    """The percentiles by name, else the first metrics of time in the group."""
    timed = [
        metric for metric in service.metrics.values() if metric.group == PERFORMANCE and metric.unit in _TO_MS
    ]
    named = [metric for metric in timed if metric.key.endswith(_PERCENTILES)]
    return (named or timed)[:_MOST_CURVES]


def _rates(service: Service) -> list[Metric]:
    """Rates that should be low, the most urgent first."""
    low = [
        metric
        for metric in service.metrics.values()
        if metric.unit == "%"
        and metric.group != "system"
        and metric.target
        and ">" not in metric.target.operator
    ]
    return sorted(low, key=lambda metric: metric.tier)[:_MOST_CURVES]


def _phases(entries: Sequence[Listed], since: datetime, until: datetime) -> Iterator[Stretch]:
    """The plan's phases as their rounds follow each other."""
    rounds = [each.entry for each in entries if each.entry.kind is EntryKind.ROUND and each.entry.phases]
    starts = [
        (name, next(iter(group)).at) for name, group in groupby(rounds, key=lambda entry: entry.phases[0])
    ]
    ends = [*(at for _, at in starts[1:]), until]
    for (name, at), end in zip(starts, ends, strict=False):  # without any round there is no phase
        if at < until and end > since:
            yield Stretch(label=Label(name), since=max(at, since), until=min(end, until))


def _spans(alerts: Sequence[Alert], since: datetime, until: datetime) -> Iterator[Stretch]:
    for alert in [each for each in alerts if each.worst is not None][:_MOST_ALERTS]:
        begun, over = alert.fired_at or alert.began_at, alert.resolved_at or until
        yield Stretch(label=alert.subject.label, since=max(begun, since), until=min(over, until))


def _by_day(ledger: Ledger, service: Service, until: datetime) -> Iterator[Chart]:
    """How many alerts fired on each of the last days; nothing where none did."""
    zone = ZoneInfo(service.plan.zone)
    last = local_day(zone, until - timedelta(microseconds=1))
    days = [last - DAY * back for back in reversed(range(_LEAST_DAYS))]
    since = instant(zone, days[0], time.min)
    fired = [each for each in ledger.alerts.fired_between(service.key, since, until) if each.fired_at]
    bars = []
    for day in days:
        start = instant(zone, day, time.min)
        today = [each for each in fired if each.fired_at and local_day(zone, each.fired_at) == day]
        critical = sum(each.worst is not None for each in today)
        bars += [
            (start, say("Critical alerts"), critical),
            (start, say("Warning alerts"), len(today) - critical),
        ]
    if fired:
        title = say("Alerts by day")
        yield Chart(key="alerts", title=title, unit="", since=since, until=until, bars=tuple(bars))
