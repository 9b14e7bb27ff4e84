"""What the past says about an alert: the trend of its metric, and whether the deployment brought it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.trend import BEFORE, LOOK_BACK, MOST_POINTS, Novelty, Trend
from bot.domain.setup import Metric
from bot.domain.text import Quantity
from bot.engine.ledger import Ledger

_MOMENT = timedelta(microseconds=1)


def trend(ledger: Ledger, alert: Alert, metric: Metric, newest: datetime | None) -> Trend | None:
    """From half an hour before it fired, or the first value since, until its end, or the newest value.

    None with less than two points.
    """
    began = alert.fired_at or alert.began_at
    earliest, until = began - BEFORE, (alert.resolved_at or newest or began) + _MOMENT
    points = ledger.history.points(alert.subject.service, metric.key, earliest, until, MOST_POINTS)
    known = [point.summary for point in points]
    values = tuple(each.mean for each in known if each.mean is not None)
    if len(values) < 2:
        return None
    low = min(each.min for each in known if each.min is not None)
    high = max(each.max for each in known if each.max is not None)
    since = next((each.coverage.first for each in known if each.coverage.first), earliest)
    return Trend(values=values, low=Quantity(low, metric.unit), high=Quantity(high, metric.unit), since=since)


def newness(ledger: Ledger, alert: Alert, metric: Metric | None) -> Novelty | None:
    """How it relates to the newest deployment before it; None where none is watched."""
    subject, began = alert.subject, alert.fired_at or alert.began_at
    watches = [each for each in ledger.watches.open_all(subject.service) if each.deployed_at <= began]
    if not watches:
        return None
    watch = max(watches, key=lambda each: each.deployed_at)
    deployed, earliest = watch.deployed_at, watch.deployed_at - LOOK_BACK
    fired = ledger.alerts.fired(subject.fingerprint, earliest, began + _MOMENT)
    measured = timedelta(0)
    if metric:
        covered = ledger.history.summary(subject.service, metric.key, earliest, deployed).coverage
        measured = deployed - covered.first if covered.first else measured
    return Novelty(
        version=watch.version,
        after=min((at for at in fired if at >= deployed), default=began) - deployed,
        before=sum(at < deployed for at in fired),
        measured=_whole(measured),
    )


def _whole(length: timedelta) -> timedelta:
    """To the day, the hour or the minute: nobody wants to know more exactly."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if length >= unit:
            return round(length / unit) * unit
    return timedelta(0)
