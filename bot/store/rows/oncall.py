"""Exceptions that people made, and calendars that were read."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, update

from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Assigned
from bot.engine.ledger.oncall import ReadCalendar
from bot.store.codec import dump, load
from bot.store.insert import insert_new, upsert
from bot.store.tables import calendars, overrides

_SHIFTS: TypeAdapter[tuple[Assigned, ...]] = TypeAdapter(tuple[Assigned, ...])


class OverrideRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, kept: Kept) -> None:
        insert_new(
            self._connection,
            overrides,
            {"id": kept.id, "at": kept.at, "until": kept.override.until, "body": dump(kept)},
        )

    def current(self, now: datetime | None = None) -> tuple[Kept, ...]:
        found = select(overrides.c.body).where(overrides.c.taken_back_at.is_(None))
        if now:
            found = found.where(overrides.c.until > now)
        ordered = found.order_by(overrides.c.at, overrides.c.id)
        return tuple(load(Kept, body) for body in self._connection.execute(ordered).scalars())

    def take_back(self, kept_id: str, by: str, now: datetime) -> bool:
        mine = overrides.c.id == kept_id, overrides.c.taken_back_at.is_(None)
        changes = update(overrides).where(*mine).values(taken_back_at=now, taken_back_by=by)
        return self._connection.execute(changes).rowcount == 1


class CalendarRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[ReadCalendar, ...]:
        return tuple(
            ReadCalendar(
                schedule=row.schedule,
                shifts=_SHIFTS.validate_json(row.shifts),
                read_at=row.read_at,
                trouble=row.trouble,
                trouble_at=row.trouble_at,
            )
            for row in self._connection.execute(select(calendars).order_by(calendars.c.schedule))
        )

    def save(self, calendar: ReadCalendar) -> None:
        values = {
            "shifts": _SHIFTS.dump_json(calendar.shifts).decode(),
            "read_at": calendar.read_at,
            "trouble": calendar.trouble,
            "trouble_at": calendar.trouble_at,
        }
        row = upsert(self._connection.dialect.name, calendars).values(schedule=calendar.schedule, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=["schedule"], set_=values))
