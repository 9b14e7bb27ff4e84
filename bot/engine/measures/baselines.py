"""What was measured before a deployment: captured, kept with its watch, and compared with what came after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.measures.baseline import Baseline, Comparison, compare_all
from bot.domain.measures.sampling import MOST_VALUES, Gathering, Sampled, same_hours
from bot.domain.setup import Service
from bot.domain.text import Span, say
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger
from bot.engine.world import World

WEEK = timedelta(days=7)
_MOST_STEPS = 200
"""So many averages at most, of what is kept as averages alone: of a week hours, which are stored as such."""

_ENOUGH = 0.9
"""The part of a window, and of the metrics, that must be there for it to be taken."""


def capture_due(world: World, now: datetime) -> bool:
    """Capture the baseline of a watch that has none. False when every watch has one."""
    with world.store.reading() as ledger:
        watch = ledger.baselines.wanting()
        if watch is None:
            return False
        service = world.setup.services.get(watch.service)
        baseline = capture(ledger, service, watch.deployed_at, now) if service else _nothing(watch, now)
    with world.store.transaction() as ledger:
        if ledger.baselines.of_watch(watch.id) is None:
            ledger.baselines.keep(baseline, watch.id)
    return True


def capture(ledger: Ledger, service: Service, until: datetime, now: datetime) -> Baseline:
    """The values of a window before an instant: a week earlier, at the same hours, if enough is stored."""
    length = service.tolerance.window
    source = say("the {span} before", span=Span.of(length))
    since, end = until - length, until
    if length <= WEEK and _enough(ledger, service, until - WEEK, until - WEEK + length):
        since, end = until - WEEK, until - WEEK + length
        source = say("the same hours a week earlier")
    return Baseline(
        service=service.key,
        since=since,
        until=end,
        captured_at=now,
        source=source,
        samples={key: sampled(ledger, service.key, key, since, end) for key in service.metrics},
    )


def sampled(ledger: Ledger, service: str, metric: str, since: datetime, until: datetime) -> Sampled:
    """The values of a metric in a window: count and mean of all, and a systematic sample of them in time.

    Where single values of the window are kept no more, averages of even steps stand for them.
    """
    history = ledger.history
    summary = history.summary(service, metric, since, until)
    found = [
        (each.at, each.value) for each in history.values(service, metric, since, until, most=MOST_VALUES)
    ]
    begun = summary.coverage.first
    averaged = begun is not None and min((at for at, _ in found), default=until) > begun
    if averaged:
        points = history.points(service, metric, since, until, most=_MOST_STEPS)
        found = [(each.at, each.summary.mean) for each in points if each.summary.mean is not None]
    gathering = Gathering()
    for at, value in found:
        gathering.add(value, at)
    return replace(gathering.sample(), count=summary.count, mean=summary.mean, averaged=averaged)


def compare_watch(ledger: Ledger, service: Service, watch: Watch, until: datetime) -> tuple[Comparison, ...]:
    """Every metric before and since the deployment of a watch; nothing without a baseline."""
    baseline = ledger.baselines.of_watch(watch.id)
    if baseline is None:
        return ()
    return compare_since(ledger, service, baseline, (watch.deployed_at, until))


def compare_since(
    ledger: Ledger, service: Service, baseline: Baseline, stretch: tuple[datetime, datetime]
) -> tuple[Comparison, ...]:
    """Every metric in a baseline and in a stretch of time after it."""
    since, until = stretch
    zone = ZoneInfo(service.plan.zone)
    after = {key: sampled(ledger, service.key, key, since, until) for key in service.metrics}
    before = {key: same_hours(each, zone, since, until) for key, each in baseline.samples.items()}
    return compare_samples(service, before, after)


def compare_samples(
    service: Service, before: Mapping[str, Sampled], after: Mapping[str, Sampled]
) -> tuple[Comparison, ...]:
    return compare_all(service.metrics.values(), before, after, service.tolerance)


def _enough(ledger: Ledger, service: Service, since: datetime, until: datetime) -> bool:
    """Whether nearly every metric that is measured has values for nearly all of a window."""
    measured = {each.metric for each in ledger.readings.newest(service.key)} & set(service.metrics)
    if not measured:
        return False
    # However seldom a metric is measured: what counts is that no large part of the window is without it.
    hole = (1 - _ENOUGH) * (until - since)
    gaps = [
        ledger.history.summary(service.key, metric, since, until).coverage.largest_gap for metric in measured
    ]
    return sum(gap <= hole for gap in gaps) >= _ENOUGH * len(measured)


def _nothing(watch: Watch, now: datetime) -> Baseline:
    """That of a service that is configured no more."""
    return Baseline(
        service=watch.service,
        since=watch.deployed_at,
        until=watch.deployed_at,
        captured_at=now,
        source=say("{service} is configured no more", service=watch.service),
        samples={},
    )
