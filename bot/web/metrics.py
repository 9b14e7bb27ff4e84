"""Figures of the bot itself, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.engine.ledger import Delivery, Lane, Tally
from bot.engine.ports import Later, Outcome, Refused, Sent
from bot.web.readiness import Readiness
from checks.result import Result

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LATENESS = (0.5, 1, 2, 3, 5, 10, 30, 60, 300)
_IN_SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand when somebody asks; without a `tally` the database did not answer."""

    now: datetime
    readiness: Readiness
    agenda: Mapping[str, datetime] = field(default_factory=dict)
    tally: Tally | None = None


class Metrics:
    """Counts what this process does, and tells how things stand. Implements engine.ports.Meter."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        # When each began to be counted tells nobody anything.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        build = Gauge("vigil_build", "The version that runs.", ["version"], registry=self._registry)
        build.labels(version("vigil")).set(1)
        self._checks = self._counter(
            "vigil_check_runs", "Checks that were asked, by what they found.", "service", "check", "state"
        )
        self._check_took = self._histogram(
            "vigil_check_duration_seconds", "How long a check took.", _SECONDS, "kind"
        )
        self._last_took = Gauge(
            "vigil_check_last_duration_seconds",
            "How long it took the last time.",
            ["service", "check"],
            registry=self._registry,
        )
        self._pages = self._counter(
            "vigil_pages", "Tries to hand a page over, by way and by what became of it.", "way", "outcome"
        )
        self._page_delay = self._histogram(
            "vigil_page_delay_seconds", "From a page's being due to its being taken.", _LATENESS, "way"
        )
        self._calls = self._counter(
            "vigil_slack_calls", "Calls of Slack's Web API, by what came back.", "method", "outcome"
        )
        self._call_took = self._histogram(
            "vigil_slack_call_duration_seconds", "How long Slack took to answer.", _SECONDS, "method"
        )
        self._rereads = self._counter(
            "vigil_config_rereads", "Times config.yaml was read again, by what came of it.", "outcome"
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_Standings(standing))

    def checked(self, service: str, check: str, kind: str, result: Result) -> None:
        """A check was asked."""
        self._checks.labels(service, check, result.state.word).inc()
        self._check_took.labels(kind).observe(result.duration_s)
        self._last_took.labels(service, check).set(result.duration_s)

    def left(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Something was handed over, or was to be."""
        if delivery.lane not in (Lane.PAGE, Lane.CALL):
            return
        way = delivery.place.channel if delivery.lane is Lane.CALL else _IN_SLACK
        self._pages.labels(way, _word(outcome)).inc()
        if isinstance(outcome, Sent):
            self._page_delay.labels(way).observe(max(0.0, (now - delivery.created_at).total_seconds()))

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Slack was called: `outcome` is ok, rate_limited, refused or unanswered."""
        self._calls.labels(method, outcome).inc()
        self._call_took.labels(method).observe(seconds)

    def reread(self, outcome: str) -> None:
        """config.yaml was read again: `outcome` is changed, unchanged or refused."""
        self._rereads.labels(outcome).inc()

    def page(self, accept: str) -> tuple[bytes, str]:
        """Everything, with its content type, in the format that an `Accept` header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, told, labels, buckets=bounds, registry=self._registry)


def _word(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return "taken"
        case Refused():
            return "refused"
        case Later():
            return "later"
        case _:
            return "unsure"


class _Standings(Collector):
    """What is true now, asked when it is read: nothing of it can go stale in memory."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering asks no database."""
        return []

    def collect(self) -> Iterator[Metric]:
        found = self._standing()
        ready = found.readiness
        yield _plain("vigil_ready", "1 where the bot can do its work.", not ready.troubles)
        yield _plain("vigil_database_up", "1 where the database answers.", found.tally is not None)
        yield _plain("vigil_slack_up", "1 where Slack is connected and answers.", ready.slack)
        if ready.slack_round_trip_s is not None:
            told = "How long Slack's last answer to a trial took."
            yield _plain("vigil_slack_round_trip_seconds", told, ready.slack_round_trip_s)
        if ready.tick_age_s is not None:
            told = "Since when nobody has looked for due work."
            yield _plain("vigil_tick_age_seconds", told, ready.tick_age_s)
        late = GaugeMetricFamily("vigil_work_late_seconds", "By how much work is late.", labels=["work"])
        for work, at in found.agenda.items():
            late.add_metric([work], max(0.0, (found.now - at).total_seconds()))
        yield late
        if found.tally:
            yield from _counted(found.tally, found.now)


def _counted(tally: Tally, now: datetime) -> Iterator[Metric]:
    alerts = GaugeMetricFamily("vigil_alerts", "Open alerts.", labels=["service", "state", "severity"])
    for labels, count in tally.alerts.items():
        alerts.add_metric(list(labels), count)
    yield alerts
    fired = CounterMetricFamily(
        "vigil_alerts_fired", "Alerts that have ever fired.", labels=["service", "severity"]
    )
    for (service, severity), count in tally.fired.items():
        fired.add_metric([service, severity], count)
    yield fired
    depth = GaugeMetricFamily("vigil_outbox_waiting", "Messages that wait to leave.", labels=["lane"])
    age = GaugeMetricFamily(
        "vigil_outbox_oldest_seconds", "How long the oldest of them has waited.", labels=["lane"]
    )
    for lane in Lane:
        count, since = tally.waiting.get(lane, (0, now))
        depth.add_metric([lane.value], count)
        age.add_metric([lane.value], max(0.0, (now - since).total_seconds()))
    yield depth
    yield age
    watches = GaugeMetricFamily("vigil_watches", "Watches that have not ended.", labels=["service", "state"])
    for (service, state), count in tally.watches.items():
        watches.add_metric([service, state], count)
    yield watches


def _plain(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=float(value))
