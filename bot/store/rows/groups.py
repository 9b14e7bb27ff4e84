"""Groups of alerts, and who was woken last by which page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from bot.domain.alerts.alert import AlertState
from bot.domain.alerts.grouping import Group
from bot.engine.ledger import Woken
from bot.store.insert import upsert
from bot.store.tables import alerts, groups, woken

_OPEN = exists().where(alerts.c.card == groups.c.id, alerts.c.state != AlertState.RESOLVED)
_NEWEST = (
    select(groups, _OPEN.label("is_open"))
    .where(groups.c.key == bindparam("of_key"))
    .order_by(groups.c.since.desc(), groups.c.id)
    .limit(1)
)
_GROUP = select(groups).where(groups.c.id == bindparam("of_id"))


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
        values = {name: getattr(group, name) for name in _FIELDS} | {"next_at": next_at}
        statement = upsert(self._connection.dialect.name, groups).values(id=group.id, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def due(self, now: datetime) -> tuple[Group, ...]:
        found = select(groups).where(groups.c.next_at <= now).order_by(groups.c.next_at, groups.c.id)
        return tuple(map(_group, self._connection.execute(found)))

    def review(self, group_id: str, at: datetime | None) -> None:
        self._connection.execute(update(groups).where(groups.c.id == group_id).values(review_at=at))

    def to_review(self, now: datetime) -> tuple[Group, ...]:
        found = select(groups).where(groups.c.review_at <= now).order_by(groups.c.review_at, groups.c.id)
        return tuple(map(_group, self._connection.execute(found)))

    def woken(self, targets: Collection[str]) -> dict[str, Woken]:
        found = select(woken).where(woken.c.target.in_(targets))
        return {
            row.target: Woken(page=row.page, alert=row.alert, at=row.at, riders=row.riders)
            for row in self._connection.execute(found)
        }

    def wake(self, target: str, by: Woken) -> None:
        values = {"page": by.page, "alert": by.alert, "at": by.at, "riders": by.riders}
        statement = upsert(self._connection.dialect.name, woken).values(target=target, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["target"], set_=values))


_FIELDS = ("key", "service", "channel", "since", "size", "told_at", "news", "repeat_at")


def _group(row: object) -> Group:
    return Group(id=row.id, **{name: getattr(row, name) for name in _FIELDS})  # type: ignore[attr-defined]
