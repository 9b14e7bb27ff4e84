"""When each sampled check is asked next, and what its last probe left."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Update, bindparam, delete, select, update

from bot.engine.ledger import Appointment
from bot.store.batch import for_each, microseconds
from bot.store.insert import insert_new
from bot.store.tables import schedule
from checks.base import Cursor

_DUE = (
    select(schedule.c.service, schedule.c.check, schedule.c.next_at, schedule.c.cursor)
    .where(schedule.c.next_at <= bindparam("now"))
    .order_by(schedule.c.next_at)
)


class ScheduleRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, service: str, check: str, at: datetime) -> None:
        mine = schedule.c.service == service, schedule.c.check == check
        if not insert_new(self._connection, schedule, {"service": service, "check": check, "next_at": at}):
            unplanned = update(schedule).where(*mine, schedule.c.next_at.is_(None))
            self._connection.execute(unplanned.values(next_at=at))

    def keep_only(self, known: Collection[tuple[str, str]]) -> None:
        for row in self._connection.execute(select(schedule.c.service, schedule.c.check)).all():
            if (row.service, row.check) not in known:
                self._connection.execute(
                    delete(schedule).where(schedule.c.service == row.service, schedule.c.check == row.check)
                )

    def due(self, now: datetime) -> tuple[Appointment, ...]:
        return tuple(
            Appointment(service=service, check=check, at=at, cursor=_cursor(cursor))
            for service, check, at, cursor in self._connection.execute(_DUE, {"now": now})
        )

    def enter(self, appointments: Collection[Appointment], owner: str | None = None) -> None:
        for_each(self._connection, _entered, [_columns(each, owner) for each in appointments])

    def again(self, appointment: Appointment, at: datetime | None) -> None:
        self._connection.execute(update(schedule).where(*_mine(appointment)).values(next_at=at, owner=None))

    def owners(self) -> frozenset[str]:
        found = select(schedule.c.owner).where(schedule.c.owner.is_not(None)).distinct()
        return frozenset(self._connection.execute(found).scalars())

    def free(self, owners: Collection[str], now: datetime) -> None:
        theirs = update(schedule).where(schedule.c.owner.in_(owners))
        self._connection.execute(theirs.values(next_at=now, owner=None))

    def cursor(self, service: str, check: str) -> Cursor | None:
        found = select(schedule.c.cursor).where(schedule.c.service == service, schedule.c.check == check)
        return _cursor(self._connection.execute(found).scalar())

    def remember(self, service: str, check: str, cursor: Cursor | None) -> None:
        mine = schedule.c.service == service, schedule.c.check == check
        kept = None if cursor is None else json.dumps(cursor)
        if self._connection.execute(update(schedule).where(*mine).values(cursor=kept)).rowcount == 0:
            insert_new(self._connection, schedule, {"service": service, "check": check, "cursor": kept})


def _entered(_dialect: str) -> Update:
    whose = schedule.c.service == bindparam("of_service"), schedule.c.check == bindparam("of_check")
    changed = update(schedule).where(*whose)
    return changed.values(next_at=bindparam("at"), cursor=bindparam("left"), owner=bindparam("by"))


def _columns(appointment: Appointment, owner: str | None) -> dict[str, str | int | float | None]:
    left = None if appointment.cursor is None else json.dumps(appointment.cursor)
    whose = {"of_service": appointment.service, "of_check": appointment.check}
    return {**whose, "at": microseconds(appointment.at), "left": left, "by": owner}


def _mine(appointment: Appointment) -> tuple[ColumnElement[bool], ...]:
    return schedule.c.service == appointment.service, schedule.c.check == appointment.check


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    cursor: Cursor = json.loads(text)
    return cursor
