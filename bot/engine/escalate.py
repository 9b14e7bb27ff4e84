"""The clock's part in the life of alerts: levels, questions, give-backs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from bot.domain.chain import Reach, due
from bot.domain.escalation import Target
from bot.domain.roster import Reached, reach
from bot.domain.setup import Setup
from bot.engine.record import record
from bot.engine.world import World


def roster(setup: Setup) -> Reach:
    """Who would be reached, as a question the domain can ask."""

    def at(targets: Iterable[Target], now: datetime) -> Reached:
        return reach(setup, targets, now)

    return at


def escalate_due(world: World, now: datetime) -> int:
    """Do what the clock asks of every alert that is due. Returns how many changed."""
    with world.store.reading() as ledger:
        waiting = ledger.alerts.due(now)
    return sum(world.crew.in_turn([partial(_step, world, now, alert_id) for alert_id in waiting]))


def _step(world: World, now: datetime, alert_id: str) -> bool:
    with world.store.transaction() as ledger:
        alert = ledger.alerts.get(alert_id)
        transition = due(alert, roster(world.setup), now) if alert else None
        if transition is None:
            return False
        record(ledger, world.setup, transition)
    world.bell.ring()
    return True
