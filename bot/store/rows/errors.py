"""Types of errors that logs show, and how often each came by the hour."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, literal, select, update

from bot.domain.measures.errors import ALARMING, BEFORE, ErrorClass, ErrorType
from bot.domain.measures.history import Grain
from bot.store.insert import insert_new, upsert
from bot.store.tables import error_hours, error_types
from checks.result import Sighting

_TYPES = error_types.c
_NEWS = _TYPES.known_by.is_(None) & _TYPES.severity.in_(ALARMING)


class ErrorRows:
    """Implements engine.archive.Errors."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self, service: str, check: str, sightings: Collection[Sighting], at: datetime
    ) -> tuple[ErrorType, ...]:
        fresh = []
        for sighting in sightings:
            error_id = _id(service, check, sighting.key)
            if self._enter(error_id, service, check, sighting, at) and sighting.count:
                fresh.append(error_id)
            if sighting.count:
                self._count(error_id, sighting.count, at)
        found = select(error_types).where(_TYPES.id.in_(fresh)).order_by(_TYPES.count.desc(), _TYPES.id)
        return tuple(map(_error, self._connection.execute(found))) if fresh else ()

    def get(self, error_id: str) -> ErrorType | None:
        row = self._connection.execute(select(error_types).where(_TYPES.id == error_id)).first()
        return _error(row) if row else None

    def listed(self, service: str | None = None) -> tuple[ErrorType, ...]:
        order = case((_TYPES.known_by.is_(None), 0), else_=1), _TYPES.last_at.desc(), _TYPES.id
        found = select(error_types).order_by(*order)
        if service is not None:
            found = found.where(_TYPES.service == service)
        return tuple(map(_error, self._connection.execute(found)))

    def first_seen(self, service: str, since: datetime, until: datetime) -> tuple[ErrorType, ...]:
        mine = _TYPES.service == service, _TYPES.first_at >= since, _TYPES.first_at < until
        # What was in the log before is no news; what a person has marked meanwhile was.
        new = _TYPES.known_by.is_(None) | (_TYPES.known_by != BEFORE)
        found = select(error_types).where(*mine, new).order_by(_TYPES.first_at, _TYPES.id)
        return tuple(map(_error, self._connection.execute(found)))

    def news(self, service: str, check: str) -> int:
        mine = _TYPES.service == service, _TYPES.check == check, _NEWS
        return self._connection.execute(select(func.count()).where(*mine)).scalar_one()

    def mark(self, error_id: str, by: str, at: datetime) -> bool:
        unknown = _TYPES.id == error_id, _TYPES.known_by.is_(None)
        marked = update(error_types).where(*unknown).values(known_by=by, known_at=at)
        return self._connection.execute(marked).rowcount == 1

    def classes(self, service: str, since: datetime, until: datetime) -> tuple[ErrorClass, ...]:
        name = case((_TYPES.category != "", _TYPES.category), else_=_TYPES.severity)
        total = func.sum(error_hours.c.count)
        types = func.count(func.distinct(_TYPES.id))
        found = (
            select(name, _TYPES.severity, types, total)
            .join(error_hours, error_hours.c.error == _TYPES.id)
            .where(
                _TYPES.service == service,
                error_hours.c.at >= Grain.HOUR.floor(since),
                error_hours.c.at < until,
            )
            .group_by(name, _TYPES.severity)
            .order_by(total.desc(), name, _TYPES.severity)
        )
        return tuple(
            ErrorClass(name=row[0], severity=row[1], types=row[2], count=int(row[3]))
            for row in self._connection.execute(found)
        )

    def forget(self, service: str, before: datetime) -> None:
        mine = select(_TYPES.id).where(_TYPES.service == service)
        old = delete(error_hours).where(error_hours.c.error.in_(mine), error_hours.c.at < before)
        self._connection.execute(old)

    def _enter(self, error_id: str, service: str, check: str, sighting: Sighting, at: datetime) -> bool:
        """Write down or bring up to date; True when nobody had ever seen it."""
        changing = {
            "severity": sighting.severity,
            "category": sighting.category,
            "template": sighting.template,
            "sample": sighting.sample,
        }
        fixed = {
            "id": error_id,
            "service": service,
            "check": check,
            "key": sighting.key,
            "first_at": at,
            "last_at": at,
            "count": sighting.count,
            "known_by": None if sighting.count else BEFORE,
            "known_at": None if sighting.count else at,
        }
        if insert_new(self._connection, error_types, fixed | changing):
            return True
        if sighting.count:
            again = update(error_types).where(_TYPES.id == error_id)
            last = case((_TYPES.last_at < at, literal(at, _TYPES.last_at.type)), else_=_TYPES.last_at)
            self._connection.execute(
                again.values(**changing, last_at=last, count=_TYPES.count + sighting.count)
            )
        return False

    def _count(self, error_id: str, count: int, at: datetime) -> None:
        counted = upsert(self._connection.dialect.name, error_hours).values(
            error=error_id, at=Grain.HOUR.floor(at), count=count
        )
        more = {"count": error_hours.c.count + counted.excluded["count"]}
        key = list(error_hours.primary_key)
        self._connection.execute(counted.on_conflict_do_update(index_elements=key, set_=more))


def _id(service: str, check: str, key: str) -> str:
    return hashlib.sha256(f"{service}/{check}/{key}".encode()).hexdigest()[:12]


def _error(row: Row[Any]) -> ErrorType:
    return ErrorType(
        id=row.id,
        service=row.service,
        check=row.check,
        severity=row.severity,
        category=row.category,
        template=row.template,
        sample=row.sample,
        first_at=row.first_at,
        last_at=row.last_at,
        count=row._mapping["count"],
        known_by=row.known_by,
        known_at=row.known_at,
    )
