"""App Home: drawn anew for those who have it open when something changes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.engine.delivery.pace import Pace
from bot.engine.people.request import person_of
from bot.engine.people.show import home_view
from bot.engine.ports import Later, Outcome, Refused, Unsure
from bot.engine.world import World

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""Who claimed a Home and died has not drawn it: then it is due again."""

_RETRY = timedelta(seconds=10)
_HOMES = "views.publish"


def publish_due(world: World, now: datetime) -> int:
    """Publish every App Home that is due, within what Slack bears; the others a little later."""
    until = now + LEASE
    with world.store.transaction() as ledger:
        people = ledger.homes.claim(now, until)
        pace = Pace(ledger.paces.free_at(_HOMES))
    for person in people:
        wait = pace.wait(now)
        if not wait:
            wait, pace = _after(_publish(world, person, now), pace.spoken(now), now)
        with world.store.transaction() as ledger:
            if pace.free_at:
                ledger.paces.keep(_HOMES, pace.free_at)
            if wait:
                ledger.homes.again(person, now + wait)
            else:
                ledger.homes.drawn(person, until)
    return len(people)


def _publish(world: World, person: str, now: datetime) -> Outcome:
    key = person_of(world.setup, person)
    with world.store.reading() as ledger:
        view = home_view(ledger, world.setup, key, now)
    outcome = world.door.publish(person, view)
    if isinstance(outcome, Refused):
        log.warning("App Home of %s: %s", person, outcome.reason)
    return outcome


def _after(outcome: Outcome, pace: Pace, now: datetime) -> tuple[timedelta, Pace]:
    """How long until it is tried again, zero when it is not; and the pace from now on."""
    if isinstance(outcome, Later):
        wait = timedelta(seconds=outcome.seconds)
        return wait, pace.held(now + wait)
    return _RETRY if isinstance(outcome, Unsure) else timedelta(0), pace
