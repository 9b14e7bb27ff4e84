"""Derived metrics: worked out anew when something they are made of was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.measures.derived.evaluate import Series, evaluate
from bot.domain.measures.derived.order import following
from bot.domain.measures.history import MICROSECOND, Labels, Summary
from bot.domain.measures.reading import Reading
from bot.domain.setup import Metric, Service
from bot.engine.ledger import Ledger


def derive(ledger: Ledger, service: Service, measured: Iterable[str], at: datetime) -> tuple[Reading, ...]:
    """The new values of every metric that follows from `measured`, kept already."""
    made = service.derived
    found: list[Reading] = []
    for key in following(made, measured) if made else ():
        known = _Known(ledger, service, at)
        metric = service.metrics[key]
        values = evaluate(metric.made_of, known) if metric.made_of else {}
        fresh_until = known.fresh_until(made[key])
        new = [_reading(service, metric, each, at, fresh_until) for each in values.items()]
        ledger.readings.add(new)
        found += new
    return tuple(found)


def _reading(
    service: Service, metric: Metric, of: tuple[Labels, float], at: datetime, fresh_until: datetime
) -> Reading:
    labels, value = of
    return Reading(
        service=service.key,
        metric=metric.key,
        labels=labels,
        value=value,
        unit=metric.unit,
        at=at,
        fresh_until=fresh_until,
        silent_at=at + metric.no_data if metric.no_data else None,
    )


class _Known:
    """What has been measured until `at`. Implements domain.derived.evaluate.Inputs."""

    def __init__(self, ledger: Ledger, service: Service, at: datetime) -> None:
        self._ledger = ledger
        self._service = service
        self._at = at
        self._readings = ledger.readings.newest(service.key)

    def fresh_until(self, metrics: frozenset[str]) -> datetime:
        """A value is news as long as all that it is made of."""
        return min((each.fresh_until for each in self._fresh() if each.metric in metrics), default=self._at)

    def newest(self, metric: str) -> Series:
        return {each.labels: each.value for each in self._fresh() if each.metric == metric}

    def summaries(self, metric: str, window: timedelta) -> Mapping[Labels, Summary]:
        since, until = self._window(window)
        told = {
            each.labels: self._ledger.history.summary(self._service.key, metric, since, until, each.labels)
            for each in self._readings
            if each.metric == metric and each.at >= since
        }
        return {labels: summary for labels, summary in told.items() if summary.count}

    def values(self, metric: str, window: timedelta) -> Mapping[Labels, Sequence[tuple[datetime, float]]]:
        samples = self._ledger.history.values(self._service.key, metric, *self._window(window))
        return {
            labels: [(each.at, each.value) for each in inside]
            for labels, inside in groupby(samples, lambda sample: sample.labels)
        }

    def baseline(self, metric: str) -> float | None:
        """The mean before the deployment of the watch that runs."""
        watches = self._ledger.watches.open_all(self._service.key)
        if not watches:
            return None
        deployed_at = watches[-1].deployed_at
        since = deployed_at - self._service.tolerance.window
        return self._ledger.history.summary(self._service.key, metric, since, deployed_at).mean

    def _fresh(self) -> Iterable[Reading]:
        return (each for each in self._readings if self._at <= each.fresh_until)

    def _window(self, window: timedelta) -> tuple[datetime, datetime]:
        """The value of this very instant belongs to it."""
        return self._at - window + MICROSECOND, self._at + MICROSECOND
