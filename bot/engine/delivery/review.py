"""Every night each open card is compared with what stands in Slack, and mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.domain.alerts.grouping import Group
from bot.domain.card import Message
from bot.domain.localtime import next_night
from bot.domain.watches.listing import Listed
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Delivery, Ledger, Parcel
from bot.engine.ledger.oncall import Duty
from bot.engine.people.show import card_of, playbook_card, round_card, undecided, verdict_card, watch_card
from bot.engine.ports import Gone
from bot.engine.record import head, redraw
from bot.engine.world import World

CARDS = "cards/"
"""The duty that compares what belongs to no alert: playbooks, watches, their rounds and gates."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A card that people still act on, as it should be now."""

    parcel: Parcel
    subject: str
    channel: str
    message: Message


def review_due(world: World, now: datetime) -> int:
    """Compare the cards of alerts whose night has come. Returns how many there were."""
    with world.store.reading() as ledger:
        due = ledger.groups.to_review(now)
    world.crew.in_turn([partial(_review, world, group, now) for group in due])
    return len(due)


def review_others(world: World, duty: Duty, now: datetime) -> None:
    """Compare the cards that no alert has."""
    with world.store.reading() as ledger:
        cards = list(_others(ledger, world, now))
    mends = world.crew.in_turn([partial(_mend, world, card, now) for card in cards])
    with world.store.transaction() as ledger:
        for mend in filter(None, mends):
            ledger.outbox.put(mend)
        ledger.duties.again(duty.key, next_night(world.setup.zone, now), "")


def _review(world: World, group: Group, now: datetime) -> None:
    with world.store.reading() as ledger:
        message, still_open = card_of(ledger, world.setup, group.id), bool(ledger.alerts.open_on(group.id))
    mend = None
    if message and still_open:
        mend = _mend(world, _Open(Parcel.ALERT_CARD, group.id, group.channel, message), now)
    with world.store.transaction() as ledger:
        if mend:
            ledger.outbox.put(mend)
        ledger.groups.review(group.id, next_night(world.setup.zone, now) if still_open else None)
    world.bell.ring()


def _others(ledger: Ledger, world: World, now: datetime) -> Iterator[_Open]:
    for incident in ledger.incidents.open_all():
        card = playbook_card(ledger, incident)
        yield _Open(Parcel.PLAYBOOK_CARD, incident.id, incident.channel, card)
    for watch in ledger.watches.open_all():
        if shown := watch_card(ledger, world.setup, watch, now):
            yield _Open(Parcel.WATCH_CARD, watch.id, watch.channel, shown)
        yield from _waiting(ledger, watch, now)


def _waiting(ledger: Ledger, watch: Watch, now: datetime) -> Iterator[_Open]:
    """Rounds with items to be confirmed, and gates to be decided about."""
    listed: Listed
    for listed in ledger.entries.of_watch(watch.id):
        if any(manual.open for manual in listed.manuals):
            yield _Open(Parcel.ROUND_CARD, listed.id, listed.channel, round_card(ledger, listed, now))
        elif undecided(listed) and (card := verdict_card(ledger, listed)):
            yield _Open(Parcel.VERDICT_CARD, listed.id, listed.channel, card)


def _mend(world: World, card: _Open, now: datetime) -> Delivery | None:
    """A redraw where the card says something else, a new card where it is gone, nothing where all is well."""
    with world.store.reading() as ledger:
        where = ledger.cards.where(card.subject)
    if where is None:
        return None
    try:
        says_so = world.door.stands(where, card.message)
    except Gone:
        again = head(card.parcel, card.subject, card.channel, now)
        return replace(again, operation=f"{again.operation}/{now.date().isoformat()}")
    return redraw(card.parcel, card.subject, card.channel, now) if says_so is False else None
