"""Look after what is kept of the past."""

from __future__ import annotations

from datetime import datetime

from bot.domain.localtime import next_night
from bot.engine.ledger.oncall import Duty
from bot.engine.world import World

BYGONES = "bygones/"
"""The duty to let go of what was sent and answered long ago, every night."""

_BITE = 500
"""So many rows of each kind are deleted in one transaction: nobody waits for long."""


def tend_due(world: World, now: datetime) -> bool:
    """Roll up and delete one bite of history that is due. True when there may be more."""
    with world.store.transaction() as ledger:
        return ledger.history.tend(now, world.setup.retention)


def let_go(world: World, duty: Duty, now: datetime) -> None:
    """Delete one bite of what is kept no longer; the next one at once, or the next night."""
    with world.store.transaction() as ledger:
        more = ledger.bygones.forget(now - world.setup.retention.messages, _BITE)
        ledger.duties.again(duty.key, now if more else next_night(world.setup.zone, now), "")
