"""Let open alerts be quiet, and be heard again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.alerts.alert import Alert, Suppression
from bot.domain.alerts.quiet.hush import awaken, suppress
from bot.domain.oncall.route import Call
from bot.domain.setup import Setup
from bot.engine.alerts.hush import HEARD, Hush
from bot.engine.ledger import Fate, Ledger
from bot.engine.record import record


def hush_open(ledger: Ledger, setup: Setup, now: datetime, meant: Callable[[Suppression], bool]) -> int:
    """Let every open alert be quiet for which something that is `meant` holds now. Returns how many."""
    hush, count = Hush(ledger, setup, now), 0
    for alert in ledger.alerts.open_all():
        quiet = hush.over(alert) if alert.state in HEARD and alert.quiet is None else None
        if quiet and meant(quiet):
            record(ledger, setup, suppress(alert, quiet, now))
            count += 1
    return count


def awaken_quiet(ledger: Ledger, setup: Setup, source: str, now: datetime) -> int:
    """What was quiet because of `source` is heard now, unless something else holds. Returns how many."""
    hush, count = Hush(ledger, setup, now), 0
    for alert in ledger.alerts.open_all():
        if alert.quiet and alert.quiet.source == source:
            quiet = hush.over(alert)
            record(ledger, setup, suppress(alert, quiet, now) if quiet else awaken(alert, now))
            if quiet is None:
                _let_go(ledger, alert, now)
            count += 1
    return count


def _let_go(ledger: Ledger, alert: Alert, now: datetime) -> None:
    """Its pages that found it quiet wait for an end that has come early: let them go now."""
    for delivery, fate in ledger.outbox.pages(alert.id, f"{alert.id}/page/"):
        stands_in = isinstance(delivery.body, Call) and delivery.body.stands_in
        if fate is Fate.WAITING and not stands_in:
            ledger.outbox.hasten(delivery.operation, now, delivery.lane)
