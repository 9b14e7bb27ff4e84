"""The last results of each fingerprint that has not been well for long."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Select, delete, select

from bot.domain.alerts.flapping import Swings
from bot.store.batch import found_among, one_of
from bot.store.insert import insert_or_change
from bot.store.tables import courses


class CourseRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def among(self, fingerprints: Collection[str]) -> dict[str, Swings]:
        known = found_among(self._connection, _among, fingerprints)
        if not known:
            return {}
        found = select(courses).where(courses.c.fingerprint.in_(known))
        return {
            row.fingerprint: Swings(results=row.results, flapping=row.flapping)
            for row in self._connection.execute(found)
        }

    def remember(self, kept: Mapping[str, Swings]) -> None:
        gone = [fingerprint for fingerprint, each in kept.items() if each.steady]
        if gone:
            self._connection.execute(delete(courses).where(courses.c.fingerprint.in_(gone)))
        rows = [
            {"fingerprint": fingerprint, "results": each.results, "flapping": each.flapping}
            for fingerprint, each in sorted(kept.items())
            if not each.steady
        ]
        insert_or_change(self._connection, courses, rows)


def _among(dialect: str) -> Select[tuple[str]]:
    return select(courses.c.fingerprint).where(courses.c.fingerprint.in_(one_of(dialect)))
