"""iCalendar text → shifts: whoever an event names is on call while it lasts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.localtime import instant
from bot.domain.oncall.rotation import Assigned
from bot.domain.setup import Person

_BETWEEN = re.compile(r"[,&+/;]")

MOST = 5000
"""Shifts of one calendar that are kept."""


class IcalError(Exception):
    """The calendar cannot be used; the text says why, without its address."""


@dataclass(frozen=True, slots=True)
class Found:
    """The shifts of a calendar, in order, and events that name nobody: `Dentist (2026-01-20)`."""

    shifts: tuple[Assigned, ...]
    strangers: tuple[str, ...] = ()


def read(text: str, people: Mapping[str, Person], zone: str, since: datetime, until: datetime) -> Found:
    """The shifts between two instants; a local time without a zone is of `zone`. Raises IcalError."""
    import icalendar  # both are heavy, and few schedules come from a calendar
    import recurring_ical_events

    try:
        calendar = icalendar.Calendar.from_ical(text)
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until)
    except (ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise IcalError(f"it is no iCalendar: {why}") from None
    shifts: list[Assigned] = []
    strangers: dict[str, None] = {}
    for event in events:
        begins, ends = (_instant(event[edge].dt, ZoneInfo(zone)) for edge in ("DTSTART", "DTEND"))
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or ends <= begins:
            continue
        members = tuple(_members(event, people))
        if members:
            shifts.append(Assigned(since=begins, until=ends, members=members))
        else:
            strangers[f"{_line(event.get('SUMMARY', '?'))} ({begins:%Y-%m-%d})"] = None
    shifts.sort(key=lambda shift: (shift.since, shift.until, shift.members))
    return Found(tuple(shifts[:MOST]), tuple(strangers))


def _instant(shown: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(shown, datetime):
        return instant(zone, shown, time.min)
    if shown.tzinfo is None:
        return instant(zone, shown.date(), shown.time())
    return shown.astimezone(UTC)


def _members(event: Any, people: Mapping[str, Person]) -> Iterator[str]:
    """By the e-mail addresses of its attendees, else by names and keys in its summary."""
    given = event.get("ATTENDEE", ())
    addresses = {
        str(each).lower().removeprefix("mailto:") for each in (given if isinstance(given, list) else [given])
    }
    invited = [key for key, person in people.items() if person.email and person.email.lower() in addresses]
    if invited:
        yield from invited
        return
    names = {part.strip().lower() for part in _BETWEEN.split(_line(event.get("SUMMARY", "")))}
    for key, person in people.items():
        if {key.lower(), person.name.lower(), (person.email or "-").lower()} & names:
            yield key


def _line(value: object) -> str:
    return " ".join(str(value).split())[:100]
