"""Write a transition down together with everything that must leave because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.domain.alert import Alert, Effect, Page, Say, Transition
from bot.domain.card import Line, Reminder
from bot.domain.setup import Person, Setup
from bot.domain.watch import Watch
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.ports import Place

REFRESH = timedelta(seconds=30)
"""How old the value on an open card may grow."""


def record(ledger: Ledger, setup: Setup, transition: Transition) -> None:
    """Save the alert, its transition and its deliveries. Raises Outdated when the alert changed meanwhile."""
    ledger.alerts.save(transition)
    for number, effect in enumerate(transition.effects):
        ledger.outbox.put(_delivery(setup, transition, effect, number))
    for watch in ledger.watches.running(transition.alert.subject.service):
        ledger.outbox.put(watch_redraw(watch, transition.at))


def card_operation(alert: Alert) -> str:
    """The operation that posts an alert's card: the head of its thread."""
    return f"{alert.id}/card"


def _redraw(subject: str, parcel: Parcel, channel: str, now: datetime) -> Delivery:
    return Delivery(
        # Drawing twice does no harm, so a redraw needs a name only to be told from the others.
        operation=f"{subject}/redraw/{uuid4().hex}",
        lane=Lane.CARD,
        parcel=parcel,
        subject=subject,
        place=Place(channel=channel),
        redraw=True,
        created_at=now,
        look_at=now,
    )


def value_redraw(alert: Alert, now: datetime) -> Delivery:
    """Show the newest value on an open card, not at every measurement."""
    return replace(_redraw(alert.id, Parcel.ALERT_CARD, alert.subject.channel, now), look_at=now + REFRESH)


def watch_redraw(watch: Watch, now: datetime) -> Delivery:
    """Draw the card of a watch anew."""
    return _redraw(watch.id, Parcel.WATCH_CARD, watch.channel, now)


def _delivery(setup: Setup, transition: Transition, effect: Say | Page, number: int) -> Delivery:
    alert, now = transition.alert, transition.at
    place = Place(channel=alert.subject.channel)
    if isinstance(effect, Page):
        return Delivery(
            operation=f"{alert.id}/page/{effect.cycle}.{effect.level}",
            lane=Lane.PAGE,
            parcel=Parcel.PAGE,
            subject=alert.id,
            place=place,
            body=effect,
            created_at=now,
            look_at=now,
        )
    if effect.effect is Effect.REDRAW:
        return _redraw(alert.id, Parcel.ALERT_CARD, alert.subject.channel, now)
    if effect.effect is Effect.CARD:
        operation, lane = card_operation(alert), Lane.PAGE if alert.pages else Lane.CARD
    elif effect.effect is Effect.REMIND:
        operation, lane = f"{alert.id}/{alert.version}.{number}", Lane.PAGE
    else:
        operation, lane = f"{alert.id}/{alert.version}.{number}", Lane.CARD
    return Delivery(
        operation=operation,
        lane=lane,
        parcel=_PARCELS[effect.effect],
        subject=alert.id,
        place=place,
        body=_body(setup, effect, now),
        created_at=now,
        look_at=now,
    )


_PARCELS = {
    Effect.CARD: Parcel.ALERT_CARD,
    Effect.NOTE: Parcel.NOTE,
    Effect.ANNOUNCE: Parcel.ANNOUNCE,
    Effect.REMIND: Parcel.REMIND,
}


def _body(setup: Setup, effect: Say, now: datetime) -> Line | Reminder | None:
    if effect.text is None:
        return None
    if effect.effect is Effect.REMIND and effect.person:
        person = setup.people.get(effect.person) or Person(key=effect.person, name=effect.person)
        return Reminder(person=person, text=effect.text)
    return Line(text=effect.text, at=now)
