"""Shifts → iCalendar text, for calendar programs to subscribe to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.oncall.rotation import Schedule, Shift
from bot.domain.setup import Person
from bot.locale import Speaker

if TYPE_CHECKING:
    import icalendar


def write(
    schedule: Schedule, shifts: Iterable[Shift], people: Mapping[str, Person], now: datetime, end: datetime
) -> str:
    """An event a shift; one that has no end in sight lasts until `end`. Nobody on call is no event."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Vigil//on call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", schedule.key)
    for shift in shifts:
        if shift.on_call:
            calendar.add_component(_event(schedule, shift, people, (now, end)))
    text: str = calendar.to_ical().decode()
    return text


def _event(
    schedule: Schedule, shift: Shift, people: Mapping[str, Person], stamps: tuple[datetime, datetime]
) -> icalendar.Event:
    import icalendar

    now, end = stamps
    since = shift.since or shift.at
    known = [people.get(key) or Person(key=key, name=key) for key in shift.on_call]
    event = icalendar.Event()
    event.add("uid", f"{schedule.key}-{since:%Y%m%dT%H%M%SZ}@vigil")
    event.add("dtstamp", now)
    event.add("dtstart", since)
    event.add("dtend", shift.until or end)
    event.add("summary", ", ".join(person.name for person in known))
    names = {person.key: person.name for person in people.values()}
    event.add("description", Speaker("en", schedule.zone, names).say(shift.why))
    for person in known:
        if person.email:
            event.add("attendee", f"mailto:{person.email}")
    return event
