"""Look after what is kept of the past."""

from __future__ import annotations

from datetime import datetime

from bot.engine.world import World


def tend_due(world: World, now: datetime) -> bool:
    """Roll up and delete one bite of history that is due. True when there may be more."""
    with world.store.transaction() as ledger:
        return ledger.history.tend(now, world.setup.retention)
