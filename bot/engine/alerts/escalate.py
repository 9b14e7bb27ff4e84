"""The clock's part in the life of alerts: levels, questions, give-backs, and the end of quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from bot.domain.alerts.alert import Alert, Transition
from bot.domain.alerts.quiet.hush import awaken, suppress
from bot.domain.oncall.chain import Reach, due
from bot.engine.alerts.hush import Hush
from bot.engine.oncall.recover import try_first
from bot.engine.oncall.standing import roster
from bot.engine.record import record
from bot.engine.world import World

_A_STORM = 100
_AT_ONCE = 250
"""So many alerts are decided in one transaction then: enough to be quick, and nobody else waits for long."""


def escalate_due(world: World, now: datetime) -> int:
    """Do what the clock asks of every alert that is due. Returns how many changed."""
    with world.store.reading() as ledger:
        waiting = ledger.alerts.due(now)
    return sum(world.crew.in_turn([partial(_step, world, now, some) for some in _portions(waiting)]))


def _portions(waiting: Sequence[str]) -> Iterator[Sequence[str]]:
    """One by one, so that none holds up another; in a storm the first alone, then many in one stroke.

    What fails among many is left among few in the end, and holds up nobody there.
    """
    alone = len(waiting) if len(waiting) <= _A_STORM else 1
    yield from (waiting[number : number + 1] for number in range(alone))
    yield from (waiting[number : number + _AT_ONCE] for number in range(alone, len(waiting), _AT_ONCE))


def _step(world: World, now: datetime, alert_ids: Sequence[str]) -> int:
    with world.store.transaction() as ledger:
        hush, reached = Hush(ledger, world.setup, now), roster(ledger, world.setup)
        found = (_due(alert, hush, reached, now) for alert in ledger.alerts.get_all(alert_ids))
        changes = [transition for transition in found if transition]
        record(ledger, world.setup, *changes)
        for transition in changes:
            try_first(ledger, world.setup, transition, now)
    if changes:
        world.bell.ring()
    return len(changes)


def _due(alert: Alert, hush: Hush, reach: Reach, now: datetime) -> Transition | None:
    """Whoever may not be heard now waits; who may be again, is heard."""
    if alert.next_at is None or alert.next_at > now:
        return None
    if quiet := hush.over(alert):
        return suppress(alert, quiet, now)
    return awaken(alert, now) if alert.quiet else due(alert, reach, now)
