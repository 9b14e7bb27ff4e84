"""Manual items: ticked by people, reminded of once, then reported as not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Line
from bot.domain.oncall.rotation import on_call
from bot.domain.setup import Setup
from bot.domain.text import Name, Text, enumerated, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.ticking import chase, next_look, settle_state, tick
from bot.engine.acting.audit import write_entry
from bot.engine.ledger import Delivery, Ledger, Parcel
from bot.engine.oncall.standing import standing
from bot.engine.record import addressed, home_changes, note, redraw


def tick_manual(
    ledger: Ledger, listed: Listed, number: int, by: str, note: str, now: datetime
) -> Refusal | None:
    """`by` confirms an item of a round; the card shows it."""
    ticked = tick(listed, number, by, note, now)
    if isinstance(ticked, Refusal):
        return ticked
    reason = say("{person} has done: {step}", person=Name(by), step=ticked.manuals[number].ask)
    write_entry(ledger, ticked, "item.ticked", by, reason, now)
    save_manuals(ledger, ticked, now)
    return None


def chase_manuals(ledger: Ledger, setup: Setup, listed: Listed, now: datetime) -> None:
    """Remind of open items, or give them up, when their time has come."""
    chased = chase(listed, now)
    if chased is None:
        ledger.entries.save(replace(listed, next_at=next_look(listed)))
        return
    after, reminded, given_up = chased
    save_manuals(ledger, after, now)
    if reminded:
        text = say("Still open: {items}", items=enumerated([each.ask for each in reminded]))
        noted = _note(listed, "still-open", text, now)
        ledger.outbox.put(addressed(setup, noted, _asked(ledger, setup, listed, now)))
    if given_up:
        text = say("Not done: {items}", items=enumerated([each.ask for each in given_up]))
        ledger.outbox.put(_note(listed, "not-done", text, now))


def _note(listed: Listed, word: str, text: Text, now: datetime) -> Delivery:
    operation = f"{listed.id}/{word}/{now.isoformat()}"
    return note(operation, listed.id, listed.channel, Line(text=text, at=now), now)


def save_manuals(ledger: Ledger, listed: Listed, now: datetime) -> None:
    """Keep a round whose items changed, settled if none is open, and draw its card anew."""
    settled = settle_state(listed)
    ledger.entries.save(replace(settled, next_at=next_look(settled)))
    ledger.outbox.put(redraw(Parcel.ROUND_CARD, listed.id, listed.channel, now))
    home_changes(ledger, now)


def _asked(ledger: Ledger, setup: Setup, listed: Listed, now: datetime) -> str | None:
    """Who is reminded of a round's items: who asked for it, else the watch's owner, else who is on call."""
    watch = ledger.watches.get(listed.watch) if listed.watch else None
    on_call_now = (
        person for each in standing(ledger, setup).schedules.values() for person in on_call(each, now).on_call
    )
    return listed.asked_by or (watch.owner if watch else None) or next(on_call_now, None)
