"""Write a transition down together with everything that must leave because of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.domain.alerts.alert import CARD, REDRAW, Alert, Effect, Page, Say, Transition, Try
from bot.domain.alerts.grouping import Group, next_look
from bot.domain.alerts.quiet.matcher import Matcher, fits
from bot.domain.card import Line, Reminder
from bot.domain.setup import Person, Setup
from bot.domain.text import Text, say
from bot.domain.watches.watch import Watch
from bot.engine.acting.audit import write_alert
from bot.engine.alerts.seating import page_operation, settle
from bot.engine.delivery.rows import page_deliveries, warning_deliveries
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.ports import Place

SETTLES = timedelta(seconds=2)
"""Changes that come together are one new App Home: Slack bears about a hundred a minute."""

STORM, STORM_SETTLES = 50, timedelta(seconds=5)
"""Where more changes than these come at once, others follow: their card is drawn anew so much later."""

REFRESH = timedelta(seconds=30)
"""How old the value on an open card may grow."""


def record(ledger: Ledger, setup: Setup, *transitions: Transition) -> tuple[Transition, ...]:
    """Save alerts, transitions and deliveries; what fires pages its first level with it.

    Returns what was saved. Raises Outdated when one of the alerts changed meanwhile.
    """
    if not transitions:
        return ()
    settled = tuple(settle(ledger, setup, transitions))
    for transition in settled:
        write_alert(ledger, transition)
    ledger.alerts.save(*settled)
    cards = _Cards(ledger, {each.alert.id for each in settled if CARD in each.effects})
    for transition in settled:
        if not transition.alert.open and setup.inhibitions:
            # What was quiet because this was its cause is heard from now on.
            ledger.alerts.look_again(transition.alert.id, transition.at)
        service = setup.services.get(transition.alert.subject.service)
        if service and service.playbooks and transition.alert.fired_at:
            ledger.incidents.hear(transition.alert.id, transition.at)
        for delivery in _leaving(ledger, setup, transition, cards):
            ledger.outbox.put(delivery)
    redraws = list(cards.redraws.values())
    for transition in {each.alert.subject.service: each for each in settled}.values():
        home_changes(ledger, transition.at)
        watches = ledger.watches.open_all(transition.alert.subject.service)
        redraws += [watch_redraw(watch, transition.at) for watch in watches]
    storm = len(settled) > STORM and not any(each.by for each in settled)
    for delivery in redraws:
        ledger.outbox.put(replace(delivery, look_at=delivery.look_at + STORM_SETTLES) if storm else delivery)
    return settled


class _Cards:
    """Cards of one transaction: those that are posted, those to draw anew, and the groups that share them."""

    def __init__(self, ledger: Ledger, posted: Collection[str]) -> None:
        self._ledger = ledger
        self._posted = posted
        self._groups: dict[str, Group | None] = {}
        self.redraws: dict[str, Delivery] = {}

    def draw(self, alert: Alert, now: datetime) -> None:
        """Draw the card of an alert anew. One that is posted now is drawn when it is sent."""
        card = alert.card or alert.id
        if card not in self._posted and card not in self.redraws:
            self.redraws[card] = redraw(Parcel.ALERT_CARD, card, alert.subject.channel, now)

    def group(self, alert: Alert) -> Group | None:
        """The group of an alert that shares its card with others."""
        card = alert.card
        if card is None:
            return None
        if card not in self._groups:
            self._groups[card] = self._ledger.groups.get(card)
        group = self._groups[card]
        return group if group and group.size > 1 else None

    def news(self, setup: Setup, group: Group) -> None:
        """Something has happened of which the thread of a group hears later."""
        if not group.news:
            group = self._groups[group.id] = replace(group, news=True)
            self._ledger.groups.save(group, next_look(setup.grouping, group))


def _leaving(ledger: Ledger, setup: Setup, transition: Transition, cards: _Cards) -> Iterator[Delivery]:
    """What leaves because of one transition. The thread of a group hears of many changes at once, later."""
    alert = transition.alert
    group = cards.group(alert) if transition.effects else None
    if transition.event == "alert.firing" and alert.subject.policy.warnings:
        warned = _said(transition, f"{alert.id}/warning", Lane.CALL, Parcel.CALL)
        yield from warning_deliveries(ledger, setup, alert, warned)
    for number, effect in enumerate(transition.effects):
        if isinstance(effect, Try):
            continue
        if effect == REDRAW:
            cards.draw(alert, transition.at)
        elif group and isinstance(effect, Say) and effect.effect is Effect.NOTE and transition.by is None:
            cards.news(setup, group)
        else:
            for delivery in _deliveries(setup, transition, effect, number):
                yield _once(group, transition, effect, delivery) if group else delivery


def _once(group: Group, transition: Transition, effect: Say | Page, delivery: Delivery) -> Delivery:
    """What many alerts of a group say at the same instant is said once."""
    if isinstance(effect, Page) or effect.effect not in (Effect.ANNOUNCE, Effect.REMIND):
        return delivery
    same = f"{transition.event}/{transition.alert.cycle}.{transition.alert.level}"
    at = transition.alert.asked_at if effect.effect is Effect.REMIND else None
    return replace(delivery, operation=f"{group.id}/{same}/{effect.person or ''}/{at or ''}")


def home_changes(ledger: Ledger, now: datetime) -> None:
    """App Home shows something that has just changed."""
    ledger.homes.changed(now + SETTLES)


def card_operation(alert: Alert) -> str:
    """The operation that posts an alert's card: the head of its thread."""
    return f"{alert.id}/card"


def head(parcel: Parcel, subject: str, channel: str, now: datetime) -> Delivery:
    """Post the card of a watch, round or verdict: the head of its thread."""
    return Delivery(
        operation=f"{subject}/card",
        lane=Lane.CARD,
        parcel=parcel,
        subject=subject,
        place=Place(channel=channel),
        created_at=now,
        look_at=now,
    )


def note(operation: str, subject: str, channel: str, line: Line, now: datetime) -> Delivery:
    """Add a line to the thread of a card."""
    return replace(head(Parcel.NOTE, subject, channel, now), operation=operation, body=line)


def addressed(setup: Setup, noted: Delivery, person: str | None) -> Delivery:
    """A line in a thread as a reminder of one person, with a mention; as it is when there is nobody."""
    if person is None or not isinstance(noted.body, Line):
        return noted
    return replace(noted, parcel=Parcel.REMIND, body=_reminder(setup, person, noted.body.text))


def _reminder(setup: Setup, person: str, text: Text) -> Reminder:
    return Reminder(person=setup.people.get(person) or Person(key=person, name=person), text=text)


def announce(
    ledger: Ledger, setup: Setup, operation: str, matchers: Collection[Matcher], text: Text, now: datetime
) -> None:
    """Tell the channel of every service whose alerts may fit."""
    own = [each for each in matchers if each.label == "service"]
    services = [each for each in setup.services.values() if fits(own, {"service": each.key})]
    for channel in dict.fromkeys(each.channel for each in services or setup.services.values()):
        line = note(f"{operation}/{channel}", operation[:64], channel, Line(text=text, at=now), now)
        ledger.outbox.put(replace(line, parcel=Parcel.ANNOUNCE))


def redraw(parcel: Parcel, subject: str, channel: str, now: datetime) -> Delivery:
    """Draw the card of an alert, watch, round or verdict anew."""
    # Drawing twice does no harm, so a redraw needs a name only to be told from the others.
    operation = f"{subject}/redraw/{uuid4().hex}"
    return replace(head(parcel, subject, channel, now), operation=operation, redraw=True)


def value_redraw(alert: Alert, now: datetime) -> Delivery:
    """Show the newest value on an open card, not at every measurement."""
    card = alert.card or alert.id
    return replace(redraw(Parcel.ALERT_CARD, card, alert.subject.channel, now), look_at=now + REFRESH)


def watch_redraw(watch: Watch, now: datetime) -> Delivery:
    """Draw the card of a watch anew."""
    return redraw(Parcel.WATCH_CARD, watch.id, watch.channel, now)


def _deliveries(setup: Setup, transition: Transition, effect: Say | Page, number: int) -> Iterator[Delivery]:
    alert = transition.alert
    if isinstance(effect, Page):
        yield from _page(setup, transition, effect)
    elif effect.effect is Effect.CARD:
        lane = Lane.PAGE if alert.pages else Lane.CARD
        yield _said(transition, card_operation(alert), lane, Parcel.ALERT_CARD)
    else:
        lane = Lane.PAGE if effect.effect is Effect.REMIND else Lane.CARD
        said = _said(transition, f"{alert.id}/{alert.version}.{number}", lane, _PARCELS[effect.effect])
        yield replace(said, body=_body(setup, transition, effect))


def _said(transition: Transition, operation: str, lane: Lane, parcel: Parcel) -> Delivery:
    alert, now = transition.alert, transition.at
    return Delivery(
        operation=operation,
        lane=lane,
        parcel=parcel,
        subject=alert.id,
        place=Place(channel=alert.subject.channel),
        created_at=now,
        look_at=now,
    )


def _page(setup: Setup, transition: Transition, page: Page) -> Iterator[Delivery]:
    alert = transition.alert
    operation = page_operation(transition, page)
    yield from page_deliveries(setup, page, _said(transition, operation, Lane.PAGE, Parcel.PAGE))
    told = say(
        "{alert}, level {level}: {reason}",
        alert=alert.subject.fingerprint,
        level=page.level,
        reason=alert.reason,
    )
    for channel in page.channels:
        announced = _said(transition, f"{operation}/{channel}", Lane.CARD, Parcel.ANNOUNCE)
        yield replace(announced, place=Place(channel=channel), body=Line(text=told, at=transition.at))


_PARCELS = {
    Effect.NOTE: Parcel.NOTE,
    Effect.ANNOUNCE: Parcel.ANNOUNCE,
    Effect.REMIND: Parcel.REMIND,
}


def _body(setup: Setup, transition: Transition, effect: Say) -> Line | Reminder | None:
    if effect.text is None:
        return None
    if effect.effect is Effect.REMIND and effect.person:
        return _reminder(setup, effect.person, effect.text)
    text = effect.text
    if effect.effect is Effect.ANNOUNCE:
        # It stands in the channel, away from the card.
        text = say("{alert}: {what}", alert=transition.alert.subject.fingerprint, what=text)
    return Line(text=text, at=transition.at)
