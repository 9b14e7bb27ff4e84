"""The outbox: claim one row, look where it belongs, send it, write down what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.action import told
from bot.domain.alerts.alert import Page
from bot.domain.card import Form, Line, Message, PlaybookCard
from bot.domain.oncall.route import Call
from bot.engine.alerts.hush import held_back
from bot.engine.delivery.in_hand import Claimed
from bot.engine.delivery.pace import Pace
from bot.engine.delivery.paged import Paged, paged
from bot.engine.delivery.rows import hasten_calls, show_page
from bot.engine.delivery.step import Drop, Wait, put_aside
from bot.engine.ledger import Delivery, Fate, Lane, Ledger, Parcel
from bot.engine.people.show import (
    card_of,
    page_message,
    playbook_card,
    report_card,
    round_card,
    verdict_card,
    watch_card,
)
from bot.engine.ports import Later, Outcome, Place, Posted, Refused, Sent, Unsure
from bot.engine.world import World

LEASE = timedelta(seconds=3.5)
"""How long a claimed row is mine: a call to Slack takes at most three seconds."""

HEAD_WITHIN = timedelta(seconds=2)
"""A page waits so long for the head of its thread, then goes to the channel by itself."""

_LONG_FOR_A_HEAD = timedelta(minutes=1)
"""What nobody is woken by can wait longer."""

_APART = timedelta(seconds=1)
"""So long pages and answers wait for what another bot sends to their channel; the rest, while it may."""

_AT_ONCE = timedelta(milliseconds=250)
"""What was claimed longer ago may be somebody else's before it is sent."""

_SOON = timedelta(milliseconds=200)
_RETRY = timedelta(seconds=2)
_GIVE_UP_ANSWER = timedelta(minutes=30)

_MEND = timedelta(minutes=1)
"""A page that Slack refuses is tried again this often: somebody may invite the bot, or renew its token."""

_GIVE_UP_REFUSED = timedelta(days=1)
_TRIGGER_LASTS = timedelta(seconds=3)
_CARDS = (
    Parcel.ALERT_CARD,
    Parcel.WATCH_CARD,
    Parcel.ROUND_CARD,
    Parcel.VERDICT_CARD,
    Parcel.PLAYBOOK_CARD,
    Parcel.ACTION_CARD,
    Parcel.REPORT_CARD,
)


@dataclass(frozen=True, slots=True)
class Go:
    """Send this message there (or redraw the one at `at`)."""

    message: Message
    place: Place
    at: Posted | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """Open this form."""

    form: Form


def deliver_next(world: World, lane: Lane, now: datetime) -> bool:
    """Move the first due row of the lane one step. False when there is no other."""
    with world.in_hand.sending(lane) as claimed:
        if claimed and (now - claimed.since < _AT_ONCE or _still_mine(world, claimed.delivery)):
            return _deliver(world, claimed.delivery, now)
        with world.store.transaction() as ledger:
            delivery = claim_next(ledger, lane, now)
        return _deliver(world, delivery, now) if delivery else False


def claim_next(ledger: Ledger, lane: Lane, now: datetime) -> Delivery | None:
    """The first due row of the lane, ours for as long as a call takes."""
    return ledger.outbox.claim(lane, now, now + LEASE, _busy(lane, now))


def _deliver(world: World, delivery: Delivery, now: datetime) -> bool:
    """Send what is claimed; the next one is claimed in the transaction that settles it."""
    lane = delivery.lane
    with world.store.reading() as ledger:
        step = prepare(ledger, world, delivery, now)
        if isinstance(step, Go) and lane is Lane.CARD:
            step = _paced(ledger, step, delivery, now)
    outcome: Outcome | None = None
    if isinstance(step, _Open):
        outcome = world.door.open(delivery.place, step.form)
    elif isinstance(step, Go):
        outcome = _send(world, delivery, step, now + LEASE)
    later = world.clock.now()
    with world.store.transaction() as ledger:
        if isinstance(step, Wait | Drop):
            put_aside(ledger, delivery, step, now)
            if isinstance(step, Drop) and delivery.parcel is Parcel.PAGE:
                show_page(ledger, delivery.subject, delivery.place.channel, now)
        elif outcome is not None:
            settle(ledger, delivery, outcome, later)
            _pace(ledger, delivery, outcome, now)
        following = claim_next(ledger, lane, later)
    if following:
        world.in_hand.put(Claimed(following, later))
    if outcome is not None:
        world.left(delivery, outcome, later)
    world.bell.ring()
    return following is not None


Step = Go | _Open | Wait | Drop


def prepare(ledger: Ledger, world: World, delivery: Delivery, now: datetime) -> Step:
    """What is to be done with a claimed row, from the facts as they are."""
    if delivery.parcel is Parcel.FORM:
        if now - delivery.created_at > _TRIGGER_LASTS:
            return Drop("the click is too long ago to open a form")
        return _Open(delivery.body) if isinstance(delivery.body, Form) else Drop("there is no form")
    if delivery.parcel is Parcel.ANSWER:
        if now - delivery.created_at > _GIVE_UP_ANSWER:
            return Drop("nobody waits for this answer any more")
        return _with_body(delivery, delivery.place)
    if delivery.parcel in _CARDS and not delivery.redraw:
        return _head(ledger, world, delivery, now)
    home = ledger.cards.on(delivery.subject)
    stands = ledger.cards.where(home)
    if delivery.redraw:
        return _redraw(ledger, world, delivery, stands, now)
    if delivery.parcel is Parcel.PAGE:
        return _page(ledger, world, delivery, stands, now)
    if stands is None and _head_may_come(ledger, delivery, home, now):
        return Wait(now + _SOON * 5, "waits for the head of its thread")
    return _with_body(delivery, _thread(delivery, stands))


def _head(ledger: Ledger, world: World, delivery: Delivery, now: datetime) -> Go | Wait | Drop:
    message = _card(ledger, world, delivery, now)
    if message is None:
        return Drop("there is nothing to draw")
    if not isinstance(message, PlaybookCard) or message.incident.thread == message.incident.id:
        return Go(message, delivery.place)
    # A playbook's card stands in the thread of its alert.
    home = ledger.cards.on(message.incident.thread)
    stands = ledger.cards.where(home)
    if stands is None and _head_may_come(ledger, delivery, home, now):
        return Wait(now + _SOON, "waits for the head of its thread")
    return Go(message, _thread(delivery, stands))


def _page(
    ledger: Ledger, world: World, delivery: Delivery, stands: Posted | None, now: datetime
) -> Go | Wait | Drop:
    found = paged(ledger, delivery.operation, delivery.subject, now)
    if not isinstance(found, Paged) or not isinstance(delivery.body, Page):
        return Drop("there is no page") if isinstance(found, Paged) else found
    if held := held_back(ledger, world.setup, found.alert, now):
        return held
    if stands is None and _head_may_come(ledger, delivery, found.alert.card or found.alert.id, now):
        return Wait(now + _SOON, "waits for the head of its thread")
    message = page_message(world.setup, found.alert, delivery.body, found.others)
    return Go(message, _thread(delivery, stands))


def _head_may_come(ledger: Ledger, delivery: Delivery, home: str, now: datetime) -> bool:
    urgent = delivery.parcel in (Parcel.PAGE, Parcel.PLAYBOOK_CARD)
    patience = HEAD_WITHIN if urgent else _LONG_FOR_A_HEAD
    return ledger.outbox.waiting(f"{home}/card") and now - delivery.created_at < patience


def _redraw(
    ledger: Ledger, world: World, delivery: Delivery, stands: Posted | None, now: datetime
) -> Go | Wait | Drop:
    if stands is None:
        if ledger.outbox.waiting(f"{delivery.subject}/card"):
            patience = max(_SOON * 5, (now - delivery.created_at) / 4)
            return Wait(now + patience, "the card is not posted yet")
        return Drop("there is no card to redraw")
    message = _card(ledger, world, delivery, now)
    return Go(message, delivery.place, stands) if message else Drop("there is nothing to draw")


def _card(ledger: Ledger, world: World, delivery: Delivery, now: datetime) -> Message | None:
    if delivery.parcel is Parcel.ALERT_CARD:
        return card_of(ledger, world.setup, delivery.subject)
    if delivery.parcel is Parcel.PLAYBOOK_CARD:
        incident = ledger.incidents.get(delivery.subject)
        return playbook_card(ledger, incident) if incident else None
    if delivery.parcel is Parcel.ACTION_CARD:
        run = ledger.actions.get(delivery.subject)
        return Line(text=told(run), at=run.asked_at) if run else None
    if delivery.parcel is Parcel.WATCH_CARD:
        watch = ledger.watches.get(delivery.subject)
        return watch_card(ledger, world.setup, watch, now) if watch else None
    if delivery.parcel is Parcel.REPORT_CARD:
        return report_card(ledger, delivery.subject)
    listed = ledger.entries.get(delivery.subject)
    if listed is None:
        return None
    if delivery.parcel is Parcel.VERDICT_CARD:
        return verdict_card(ledger, listed)
    return round_card(ledger, listed, now)


def _with_body(delivery: Delivery, place: Place) -> Go | Drop:
    if delivery.body is None or isinstance(delivery.body, Page | Form | Call):
        return Drop("there is nothing to say")
    return Go(delivery.body, place)


def _thread(delivery: Delivery, stands: Posted | None) -> Place:
    if stands is None or delivery.parcel is Parcel.ANNOUNCE:
        return delivery.place
    return Place(channel=stands.channel, thread_ts=stands.ts)


def _busy(lane: Lane, now: datetime) -> datetime:
    """Whoever holds a row of a channel for longer than this keeps those behind it waiting."""
    return now if lane is Lane.CARD else now + LEASE - _APART


def _paced(ledger: Ledger, step: Go, delivery: Delivery, now: datetime) -> Go | Wait:
    wait = Pace(ledger.paces.free_at(delivery.place.channel)).wait(now)
    return Wait(now + wait, "Slack takes about one message a second") if wait else step


def _pace(ledger: Ledger, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Remember that its channel was spoken to, and what Slack asks for; answers do not count."""
    if delivery.lane is Lane.ANSWER:
        return
    channel = delivery.place.channel
    pace = Pace(ledger.paces.free_at(channel)).spoken(now)
    if isinstance(outcome, Later):
        pace = pace.held(now + timedelta(seconds=outcome.seconds))
    if pace.free_at:
        ledger.paces.keep(channel, pace.free_at)


def _send(world: World, delivery: Delivery, step: Go, mine_until: datetime) -> Outcome | None:
    """What became of it; None when somebody else has the row by now."""
    if world.clock.now() >= mine_until and not _still_mine(world, delivery):
        return None
    if step.at:
        return world.door.redraw(step.at, step.message)
    for place in _tried(delivery, step):
        found = world.door.find(delivery.operation, place, delivery.created_at)
        # Where Slack does not let us look, twice is better than never.
        if found is not None and not isinstance(found, Refused):
            return found
        if not _still_mine(world, delivery):
            return None
    return world.door.post(delivery.operation, step.place, step.message)


def _still_mine(world: World, delivery: Delivery) -> bool:
    with world.store.transaction() as ledger:
        return ledger.outbox.renew(delivery, world.clock.now() + LEASE)


def _tried(delivery: Delivery, step: Go) -> tuple[Place, ...]:
    """Where an earlier try may stand: before its thread had a head, the message went to the channel."""
    if not delivery.unsure:
        return ()
    return (step.place, delivery.place) if step.place.thread_ts else (step.place,)


def settle(ledger: Ledger, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down what became of it."""
    if isinstance(outcome, Sent):
        ledger.outbox.finish(delivery.operation, Fate.DELIVERED, "", outcome.posted, now)
        if outcome.posted and delivery.parcel in _CARDS and not delivery.redraw:
            ledger.cards.stands(delivery.subject, outcome.posted)
    elif isinstance(outcome, Refused) and not _may_be_mended(delivery, now):
        ledger.outbox.finish(delivery.operation, Fate.REFUSED, outcome.reason, None, now)
    elif isinstance(outcome, Refused):
        ledger.outbox.postpone(delivery.operation, now + _MEND, outcome.reason, unsure=delivery.unsure)
    elif isinstance(outcome, Unsure):
        ledger.outbox.postpone(delivery.operation, now + _RETRY, outcome.reason, unsure=True)
    else:
        ledger.outbox.postpone(
            delivery.operation,
            now + timedelta(seconds=outcome.seconds),
            outcome.reason,
            unsure=delivery.unsure,
        )
    if delivery.parcel is Parcel.PAGE:
        show_page(ledger, delivery.subject, delivery.place.channel, now)
        if _shut(outcome):
            hasten_calls(ledger, delivery.operation, now)


def _may_be_mended(delivery: Delivery, now: datetime) -> bool:
    matters = delivery.parcel in (Parcel.PAGE, Parcel.ALERT_CARD) and not delivery.redraw
    return matters and now - delivery.created_at < _GIVE_UP_REFUSED


def _shut(outcome: Outcome) -> bool:
    """Slack will not take this, or cannot be reached: nothing is gained by waiting for it."""
    return isinstance(outcome, Refused) or (isinstance(outcome, Later) and not outcome.reached)
