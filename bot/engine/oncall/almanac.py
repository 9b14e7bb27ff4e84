"""Read the calendars of schedules again and again; keep what was read last while one cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import Line
from bot.domain.text import Instant, Text, say
from bot.engine.ledger import Ledger, Parcel
from bot.engine.ledger.oncall import Duty, ReadCalendar
from bot.engine.record import head
from bot.engine.world import World

CALENDAR = "calendar/"
"""Duties of this kind: one a schedule that names a calendar. Their note is the trouble that was told."""

EVERY = timedelta(minutes=15)
BACK = timedelta(days=30)
AHEAD = timedelta(days=400)


def read_again(world: World, duty: Duty, now: datetime) -> None:
    """Read it, look anew at who is on call, and tell the channels of trouble, once."""
    key = duty.key.removeprefix(CALENDAR)
    schedule = world.setup.schedules.get(key)
    if schedule is None or schedule.ical is None:
        with world.store.transaction() as ledger:
            ledger.duties.again(duty.key, None, "")
        return
    found = world.almanac.read(schedule, now - BACK, now + AHEAD, now)
    with world.store.transaction() as ledger:
        before = next((each for each in ledger.calendars.all() if each.schedule == key), None)
        kept = found if found.read_at else _kept(before, found)
        ledger.calendars.save(kept)
        if before is None or before.shifts != kept.shifts:
            for kind in ("handoff/", "usergroup/", "coverage/"):
                ledger.duties.hasten(kind, now)
        if found.trouble and found.trouble != duty.note:
            _tell(ledger, world, duty, _in_words(kept), now)
        ledger.duties.again(duty.key, now + EVERY, found.trouble)


def _kept(before: ReadCalendar | None, failed: ReadCalendar) -> ReadCalendar:
    """What was read last still holds."""
    return replace(before, trouble=failed.trouble, trouble_at=failed.trouble_at) if before else failed


def _in_words(calendar: ReadCalendar) -> Text:
    if calendar.read_at is None:
        return say(
            "The calendar of {schedule} cannot be used: {why}. Nobody is on call by it",
            schedule=calendar.schedule,
            why=calendar.trouble,
        )
    return say(
        "The calendar of {schedule}: {why}. What was read at {at} holds",
        schedule=calendar.schedule,
        why=calendar.trouble,
        at=Instant(calendar.read_at),
    )


def _tell(ledger: Ledger, world: World, duty: Duty, text: Text, now: datetime) -> None:
    for channel in dict.fromkeys(service.channel for service in world.setup.services.values()):
        told = head(Parcel.ANNOUNCE, duty.key[:64], channel, now)
        operation = f"{duty.key}/{now:%Y%m%dT%H%M%S}/{channel}"
        ledger.outbox.put(replace(told, operation=operation, body=Line(text=text, at=now)))
