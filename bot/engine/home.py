"""App Home: drawn anew for those who have it open when something changes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.engine.ports import Refused, Sent
from bot.engine.request import person_of
from bot.engine.show import home_view
from bot.engine.world import World

log = logging.getLogger(__name__)

REFRESH = timedelta(minutes=1)
"""Values grow old while nothing happens."""


def publish_due(world: World, now: datetime) -> int:
    """Publish every App Home that is due. A lost one is drawn again soon: nobody is paged by it."""
    with world.store.transaction() as ledger:
        people = ledger.homes.claim(now)
    for person in people:
        key = person_of(world.setup, person)
        with world.store.reading() as ledger:
            view = home_view(ledger, world.setup, key, now)
        outcome = world.door.publish(person, view)
        if isinstance(outcome, Refused):
            log.warning("App Home of %s: %s", person, outcome.reason)
        elif not isinstance(outcome, Sent):
            with world.store.transaction() as ledger:
                ledger.homes.opened(person, now + REFRESH)
    return len(people)
