"""Every night each open card is compared with what stands in Slack, and mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.alerts.grouping import Group
from bot.domain.localtime import next_night
from bot.engine.ledger import Delivery, Parcel
from bot.engine.people.show import card_of
from bot.engine.ports import Gone
from bot.engine.record import head, redraw
from bot.engine.world import World


def review_due(world: World, now: datetime) -> int:
    """Compare the cards whose night has come. Returns how many there were."""
    with world.store.reading() as ledger:
        due = ledger.groups.to_review(now)
    world.crew.in_turn([partial(_review, world, group, now) for group in due])
    return len(due)


def _review(world: World, group: Group, now: datetime) -> None:
    mend = _mending(world, group, now)
    with world.store.transaction() as ledger:
        if mend:
            ledger.outbox.put(mend)
        still_open = bool(ledger.alerts.open_on(group.id))
        ledger.groups.review(group.id, next_night(world.setup.zone, now) if still_open else None)
    world.bell.ring()


def _mending(world: World, group: Group, now: datetime) -> Delivery | None:
    """A redraw where the card says something else, a new card where it is gone, nothing where all is well."""
    with world.store.reading() as ledger:
        where, message = ledger.cards.where(group.id), card_of(ledger, world.setup, group.id)
        still_open = bool(ledger.alerts.open_on(group.id))
    if where is None or message is None or not still_open:
        return None
    try:
        says_so = world.door.stands(where, message)
    except Gone:
        again = head(Parcel.ALERT_CARD, group.id, group.channel, now)
        return replace(again, operation=f"{again.operation}/{now.date().isoformat()}")
    return redraw(Parcel.ALERT_CARD, group.id, group.channel, now) if says_so is False else None
