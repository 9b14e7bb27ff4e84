"""Files: made and sent into a thread, in a lane of their own, because they take seconds."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.card import Line
from bot.domain.text import Text, say
from bot.engine.incident.export import post_mortem
from bot.engine.ledger import Delivery, Fate, Lane, Ledger, Parcel
from bot.engine.ports import File, Later, Outcome, Place, Refused, Sent, Unsure
from bot.engine.record import note
from bot.engine.world import World

LEASE = timedelta(minutes=2)
"""Drawing pictures and sending them takes seconds, on a busy machine tens of them."""

_SOON = timedelta(seconds=1)
_RETRY = timedelta(seconds=10)
_HEAD_WITHIN = timedelta(minutes=5)
_GIVE_UP = timedelta(hours=12)


def send_files_due(world: World, now: datetime) -> bool:
    """Make and send the first files that are due, of a report or a post-mortem. False when none were."""
    with world.store.transaction() as ledger:
        delivery = ledger.outbox.claim(Lane.FILE, now, now + LEASE)
        if delivery is None:
            return False
        place = _place(ledger, delivery, now)
        if place is None:
            ledger.outbox.postpone(
                delivery.operation, now + _SOON, "waits for the head of its thread", unsure=delivery.unsure
            )
            return True
    make = _post_mortem if delivery.parcel is Parcel.POST_MORTEM else _report
    made = make(world, delivery, now)
    outcome = _sent(world, delivery, place, *made) if made else Refused("what it tells of is gone")
    with world.store.transaction() as ledger:
        _settle(ledger, delivery, outcome, world.clock.now())
    world.bell.ring()
    return True


_Made = tuple[tuple[File, ...], Text]
"""Files, and the words under which they are sent."""


def _report(world: World, delivery: Delivery, _: datetime) -> _Made | None:
    with world.store.reading() as ledger:
        filed = ledger.reports.get(delivery.subject, _revision(delivery))
    if filed is None:
        return None
    files = world.press.files(filed, world.setup.language_of(delivery.place.channel))
    return files, _words(filed.report.revision)


def _post_mortem(world: World, delivery: Delivery, now: datetime) -> _Made | None:
    with world.store.reading() as ledger:
        incident = ledger.incidents.get(delivery.operation.partition("/")[0])
        facts = post_mortem(ledger, world.setup, incident, now) if incident else None
    if facts is None:
        return None
    file = world.press.post_mortem(facts, world.setup.language_of(delivery.place.channel), world.setup.zone)
    return (file,), say("Post-mortem of {playbook}", playbook=facts.incident.playbook.label)


def _sent(world: World, delivery: Delivery, place: Place, files: tuple[File, ...], words: Text) -> Outcome:
    if delivery.unsure:
        found = world.door.find_file(files[0].name, place)
        if found is not None and not isinstance(found, Refused):
            return found
    return world.door.upload(place, files, Line(text=words))


def _place(ledger: Ledger, delivery: Delivery, now: datetime) -> Place | None:
    """The thread of the card they belong to; None while that may still come."""
    stands = ledger.cards.where(ledger.cards.on(delivery.subject))
    if stands:
        return Place(channel=stands.channel, thread_ts=stands.ts)
    waits = ledger.outbox.waiting(f"{delivery.subject}/card") and now - delivery.created_at < _HEAD_WITHIN
    return None if waits else delivery.place


def _words(revision: int) -> Text:
    if revision == 1:
        return say("The whole report as a page and as Markdown, and its charts")
    return say("Version {revision} of the report, whole, and its charts", revision=revision)


def _revision(delivery: Delivery) -> int:
    return int(delivery.operation.rpartition("/")[2])


def _settle(ledger: Ledger, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    old = now - delivery.created_at > _GIVE_UP
    if isinstance(outcome, Sent):
        ledger.outbox.finish(delivery.operation, Fate.DELIVERED, "", outcome.posted, now)
    elif isinstance(outcome, Refused) or old:
        reason = outcome.reason
        ledger.outbox.finish(delivery.operation, Fate.REFUSED, reason, None, now)
        told = Line(text=say("The files could not be sent: {why}", why=reason), at=now)
        ledger.outbox.put(
            note(f"{delivery.operation}/refused", delivery.subject, delivery.place.channel, told, now)
        )
    elif isinstance(outcome, Unsure):
        ledger.outbox.postpone(delivery.operation, now + _RETRY, outcome.reason, unsure=True)
    elif isinstance(outcome, Later):
        wait = timedelta(seconds=outcome.seconds)
        ledger.outbox.postpone(delivery.operation, now + wait, outcome.reason, unsure=delivery.unsure)
