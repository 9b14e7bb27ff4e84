"""Manual items: ticked by people, reminded of once, then reported as not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Refusal
from bot.domain.card import Line
from bot.domain.listing import Listed
from bot.domain.setup import Setup
from bot.domain.text import say
from bot.domain.ticking import chase, next_look, settle_state, tick
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import home_changes, note, redraw


def tick_manual(
    ledger: Ledger, setup: Setup, listed: Listed, number: int, by: str, note: str, now: datetime
) -> Refusal | None:
    """`by` confirms an item of a round; the card shows it."""
    ticked = tick(listed, number, by, note, now)
    if isinstance(ticked, Refusal):
        return ticked
    _save(ledger, setup, ticked, now)
    return None


def chase_manuals(ledger: Ledger, setup: Setup, listed: Listed, now: datetime) -> None:
    """Remind of open items, or give them up, when their time has come."""
    chased = chase(listed, now)
    if chased is None:
        ledger.entries.save(replace(listed, next_at=next_look(listed)))
        return
    after, reminded, given_up = chased
    _save(ledger, setup, after, now)
    channel = setup.services[listed.service].channel
    for words, manuals in (
        (say("Still open: {items}"), reminded),
        (say("Not done: {items}"), given_up),
    ):
        for number, manual in enumerate(manuals):
            line = Line(text=replace(words, params=(("items", manual.ask),)), at=now)
            operation = f"{listed.id}/{words.key[:5]}/{now.isoformat()}/{number}"
            ledger.outbox.put(note(operation, listed.id, channel, line, now))


def _save(ledger: Ledger, setup: Setup, listed: Listed, now: datetime) -> None:
    settled = settle_state(listed)
    ledger.entries.save(replace(settled, next_at=next_look(settled)))
    channel = setup.services[listed.service].channel
    ledger.outbox.put(redraw(Parcel.ROUND_CARD, listed.id, channel, now))
    home_changes(ledger, now)
