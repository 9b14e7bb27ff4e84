"""The clock's part in the life of alerts: levels, questions, give-backs, and the end of quiet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from bot.domain.alert import Alert, Transition
from bot.domain.chain import Reach, due
from bot.domain.escalation import Target
from bot.domain.quiet.hush import awaken, suppress
from bot.domain.roster import Reached, reach
from bot.domain.setup import Setup
from bot.engine.hush import Hush
from bot.engine.ledger import Ledger
from bot.engine.record import record
from bot.engine.recover import try_first
from bot.engine.standing import standing
from bot.engine.world import World


def roster(ledger: Ledger, setup: Setup) -> Reach:
    """Who would be reached, as a question the domain can ask."""
    now_standing = standing(ledger, setup)

    def at(targets: Iterable[Target], now: datetime) -> Reached:
        return reach(now_standing, targets, now)

    return at


def escalate_due(world: World, now: datetime) -> int:
    """Do what the clock asks of every alert that is due. Returns how many changed."""
    with world.store.reading() as ledger:
        waiting = ledger.alerts.due(now)
    return sum(world.crew.in_turn([partial(_step, world, now, alert_id) for alert_id in waiting]))


def _step(world: World, now: datetime, alert_id: str) -> bool:
    with world.store.transaction() as ledger:
        alert = ledger.alerts.get(alert_id)
        hush = Hush(ledger, world.setup, now)
        transition = _due(alert, hush, roster(ledger, world.setup), now) if alert else None
        if transition is None:
            return False
        record(ledger, world.setup, transition)
        try_first(ledger, world.setup, transition, now)
    world.bell.ring()
    return True


def _due(alert: Alert, hush: Hush, reach: Reach, now: datetime) -> Transition | None:
    """Whoever may not be heard now waits; who may be again, is heard."""
    if alert.next_at is None or alert.next_at > now:
        return None
    if quiet := hush.over(alert):
        return suppress(alert, quiet, now)
    return awaken(alert, now) if alert.quiet else due(alert, reach, now)
