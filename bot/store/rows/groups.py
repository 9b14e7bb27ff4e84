"""Groups of alerts, and who was woken last by which page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from bot.domain.alerts.alert import AlertState
from bot.domain.alerts.grouping import Group
from bot.engine.ledger import Woken
from bot.store.insert import insert_or_change
from bot.store.tables import alerts, groups, woken

_OPEN = exists().where(alerts.c.card == groups.c.id, alerts.c.state != AlertState.RESOLVED)
_NEWEST = (
    select(groups, _OPEN.label("is_open"))
    .where(groups.c.key == bindparam("of_key"))
    .order_by(groups.c.since.desc(), groups.c.id)
    .limit(1)
)
_GROUP = select(groups).where(groups.c.id == bindparam("of_id"))
_REVIEW = update(groups).where(groups.c.id == bindparam("of_id")).values(review_at=bindparam("then"))
_WOKEN = select(woken).where(woken.c.target.in_(bindparam("targets", expanding=True)))


class GroupRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, key: str) -> tuple[Group, bool] | None:
        row = self._connection.execute(_NEWEST, {"of_key": key}).first()
        return None if row is None else (_group(row), row.is_open)

    def get(self, group_id: str) -> Group | None:
        row = self._connection.execute(_GROUP, {"of_id": group_id}).first()
        return None if row is None else _group(row)

    def save(self, group: Group, next_at: datetime | None) -> None:
        values = {name: getattr(group, name) for name in ("id", *_FIELDS)} | {"next_at": next_at}
        insert_or_change(self._connection, groups, [values])

    def due(self, now: datetime) -> tuple[Group, ...]:
        found = select(groups).where(groups.c.next_at <= now).order_by(groups.c.next_at, groups.c.id)
        return tuple(map(_group, self._connection.execute(found)))

    def review(self, group_id: str, at: datetime | None) -> None:
        self._connection.execute(_REVIEW, {"of_id": group_id, "then": at})

    def to_review(self, now: datetime) -> tuple[Group, ...]:
        found = select(groups).where(groups.c.review_at <= now).order_by(groups.c.review_at, groups.c.id)
        return tuple(map(_group, self._connection.execute(found)))

    def woken(self, targets: Collection[str]) -> dict[str, Woken]:
        found = self._connection.execute(_WOKEN, {"targets": [*targets]})
        return {
            row.target: Woken(page=row.page, alert=row.alert, at=row.at, riders=row.riders) for row in found
        }

    def wake(self, target: str, by: Woken) -> None:
        values = {"target": target, "page": by.page, "alert": by.alert, "at": by.at, "riders": by.riders}
        insert_or_change(self._connection, woken, [values])


_FIELDS = ("key", "service", "channel", "since", "size", "told_at", "news", "repeat_at")


def _group(row: object) -> Group:
    return Group(id=row.id, **{name: getattr(row, name) for name in _FIELDS})  # type: ignore[attr-defined]
