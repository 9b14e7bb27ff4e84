"""Watches and what changed in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.domain.watches.watch_life import ROLLED_BACK
from bot.store.codec import dump, load
from bot.store.revision import save_revision
from bot.store.tables import watch_changes, watches

_OPEN = (
    select(watches.c.body)
    .where(watches.c.state != WatchState.ENDED.value)
    .order_by(watches.c.started_at, watches.c.id)
)
_OPEN_OF_SERVICE = _OPEN.where(watches.c.service == bindparam("of_service"))


class WatchRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_all(self, service: str | None = None) -> tuple[Watch, ...]:
        found = _OPEN if service is None else _OPEN_OF_SERVICE
        bodies = self._connection.execute(found, {} if service is None else {"of_service": service}).scalars()
        return tuple(load(Watch, body) for body in bodies)

    def get(self, watch_id: str) -> Watch | None:
        body = self._connection.execute(select(watches.c.body).where(watches.c.id == watch_id)).scalar()
        return None if body is None else load(Watch, body)

    def before(self, watch: Watch) -> Watch | None:
        found = (
            select(watches.c.body)
            .where(watches.c.service == watch.service, watches.c.started_at < watch.started_at)
            .order_by(watches.c.started_at.desc(), watches.c.id.desc())
        )
        for body in self._connection.execute(found).scalars():
            earlier = load(Watch, body)
            if earlier.version != watch.version and not earlier.rolled_back:
                return earlier
        return None

    def named(self, word: str) -> tuple[Watch, ...]:
        found = (
            select(watches.c.body)
            .where(or_(watches.c.id == word, watches.c.version == word))
            .order_by(
                watches.c.state == WatchState.ENDED.value, watches.c.started_at.desc(), watches.c.id.desc()
            )
        )
        return tuple(load(Watch, body) for body in self._connection.execute(found).scalars())

    def rolled_back(self, service: str, since: datetime, until: datetime) -> tuple[Watch, ...]:
        taken_back = (
            watches.c.service == service,
            watch_changes.c.event == ROLLED_BACK,
            watch_changes.c.at >= since,
            watch_changes.c.at < until,
        )
        found = (
            select(watches.c.body)
            .join(watch_changes, watch_changes.c.watch == watches.c.id)
            .where(*taken_back)
            .order_by(watch_changes.c.at, watches.c.id)
        )
        return tuple(load(Watch, body) for body in self._connection.execute(found).scalars())

    def newest(self) -> Watch | None:
        found = select(watches.c.body).order_by(watches.c.started_at.desc(), watches.c.id.desc()).limit(1)
        body = self._connection.execute(found).scalar()
        return None if body is None else load(Watch, body)

    def save(self, change: WatchChange) -> None:
        watch = change.watch
        values: dict[str, object] = {
            "state": watch.state.value,
            "revision": watch.revision,
            "next_at": watch.next_at,
            "body": dump(watch),
        }
        if watch.state is WatchState.ENDED:
            values["redraw_at"] = None
        begun = {
            "service": watch.service,
            "version": watch.version,
            "started_at": watch.started_at,
            "redraw_at": watch.started_at,
        }
        save_revision(self._connection, watches, watch.id, values, begun)
        self._connection.execute(
            insert(watch_changes).values(
                watch=watch.id,
                revision=watch.revision,
                at=change.at,
                event=change.event,
                person=change.by,
                reason=dump(change.reason),
            )
        )

    def due(self, now: datetime) -> tuple[Watch, ...]:
        found = select(watches.c.body).where(watches.c.next_at <= now)
        return tuple(load(Watch, body) for body in self._connection.execute(found).scalars())

    def redraw_due(self, now: datetime, again: datetime) -> tuple[Watch, ...]:
        found = select(watches.c.id).where(watches.c.redraw_at <= now).order_by(watches.c.id)
        mine: list[Watch] = []
        for watch_id in self._connection.execute(found).scalars().all():
            claim = (
                update(watches)
                .where(watches.c.id == watch_id, watches.c.redraw_at <= now)
                .values(redraw_at=again)
                .returning(watches.c.body)
            )
            body = self._connection.execute(claim).scalar()
            if body is not None:
                mine.append(load(Watch, body))
        return tuple(mine)
