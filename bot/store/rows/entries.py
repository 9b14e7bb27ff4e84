"""Execution lists, and rounds by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.domain.watches.watch import Closing
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.tables import entries


class EntryRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, listed: Collection[Listed]) -> None:
        for each in listed:
            if not insert_new(self._connection, entries, {"id": each.id, **_columns(each)}):
                self._revive(each)

    def _revive(self, listed: Listed) -> None:
        """What was struck out before it ran may be wanted again: denser rounds, asked for a second time."""
        struck_out = (
            entries.c.id == listed.id,
            entries.c.state == EntryState.NOT_APPLICABLE.value,
            entries.c.ran_at.is_(None),
        )
        if listed.entry.state is EntryState.PENDING:
            self._connection.execute(update(entries).where(*struck_out).values(_columns(listed)))

    def claim(self, now: datetime, until: datetime) -> Listed | None:
        found = (
            select(entries.c.id, entries.c.look_at)
            .where(entries.c.look_at <= now)
            .order_by(entries.c.at, entries.c.id)
        )
        for row in self._connection.execute(found):
            mine = entries.c.id == row.id, entries.c.look_at == row.look_at
            claim = update(entries).where(*mine).values(look_at=until).returning(entries.c.body)
            body = self._connection.execute(claim).scalar()
            if body is not None:
                return load(Listed, body)
        return None

    def get(self, listed_id: str) -> Listed | None:
        body = self._connection.execute(select(entries.c.body).where(entries.c.id == listed_id)).scalar()
        return None if body is None else load(Listed, body)

    def save(self, listed: Listed) -> None:
        self._connection.execute(update(entries).where(entries.c.id == listed.id).values(_columns(listed)))

    def close(self, watch_id: str, closing: Closing) -> None:
        for listed in self.of_watch(watch_id):
            if closing.closes(listed.entry):
                entry = replace(listed.entry, state=EntryState.NOT_APPLICABLE, remark=closing.remark)
                closed = replace(listed, entry=entry, remark=closing.remark, next_at=None)
                # Somebody may have begun it since the list was read.
                pending = entries.c.id == listed.id, entries.c.state == EntryState.PENDING.value
                self._connection.execute(update(entries).where(*pending).values(_columns(closed)))

    def next_round(self, service: str, now: datetime, watch: str | None = None) -> Listed | None:
        found = (
            select(entries.c.body)
            .where(
                entries.c.service == service,
                entries.c.kind == EntryKind.ROUND.value,
                entries.c.watch.is_not(None) if watch is None else entries.c.watch == watch,
                entries.c.state == EntryState.PENDING.value,
                entries.c.at > now,
            )
            .order_by(entries.c.at, entries.c.id)
            .limit(1)
        )
        body = self._connection.execute(found).scalar()
        return None if body is None else load(Listed, body)

    def of_watch(self, watch_id: str) -> tuple[Listed, ...]:
        found = select(entries.c.body).where(entries.c.watch == watch_id).order_by(entries.c.at, entries.c.id)
        return tuple(load(Listed, body) for body in self._connection.execute(found).scalars())

    def outline(self, watch_id: str) -> tuple[Entry, ...]:
        found = (
            select(entries.c.at, entries.c.kind, entries.c.state)
            .where(entries.c.watch == watch_id)
            .order_by(entries.c.at, entries.c.id)
        )
        return tuple(
            Entry(at=row.at, kind=EntryKind(row.kind), state=EntryState(row.state))
            for row in self._connection.execute(found)
        )

    def last_round(self, service: str, before: datetime) -> datetime | None:
        newest = select(func.max(entries.c.ran_at)).where(
            entries.c.service == service,
            entries.c.kind == EntryKind.ROUND.value,
            entries.c.at < before,
        )
        return self._connection.execute(newest).scalar()


def _columns(listed: Listed) -> dict[str, object]:
    return {
        "service": listed.service,
        "watch": listed.watch,
        "kind": listed.entry.kind.value,
        "at": listed.entry.at,
        "state": listed.entry.state.value,
        "ran_at": listed.ran_at,
        "look_at": listed.next_at,
        "body": dump(listed),
    }
