"""Watches and the rounds of their execution lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.plan import EntryState
from bot.domain.text import Text
from bot.domain.watch import Watch, WatchState
from bot.engine.ledger import Round
from bot.store.codec import dump, load
from bot.store.tables import rounds, watches

_AHEAD = (EntryState.PENDING, EntryState.RUNNING)


class RoundRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, entered: Collection[Round]) -> None:
        for each in entered:
            self._connection.execute(
                insert(rounds).values(
                    id=each.id,
                    service=each.service,
                    watch=each.watch,
                    at=each.at,
                    state=each.state.value,
                    look_at=each.at if each.state in _AHEAD else None,
                    body=dump(each),
                )
            )

    def claim(self, now: datetime, until: datetime) -> Round | None:
        found = (
            select(rounds.c.id, rounds.c.look_at, rounds.c.body)
            .where(rounds.c.look_at <= now)
            .order_by(rounds.c.at)
        )
        for row in self._connection.execute(found):
            mine = rounds.c.id == row.id, rounds.c.look_at == row.look_at
            held = replace(load(Round, row.body), state=EntryState.RUNNING)
            running = {"look_at": until, "state": held.state.value, "body": dump(held)}
            if self._connection.execute(update(rounds).where(*mine).values(running)).rowcount == 1:
                return held
        return None

    def extend(self, round_id: str, until: datetime) -> None:
        self._connection.execute(update(rounds).where(rounds.c.id == round_id).values(look_at=until))

    def end(self, round_id: str, state: EntryState, remark: Text | None) -> None:
        body = self._connection.execute(select(rounds.c.body).where(rounds.c.id == round_id)).scalar_one()
        ended = replace(load(Round, body), state=state, remark=remark)
        self._connection.execute(
            update(rounds)
            .where(rounds.c.id == round_id)
            .values(state=state.value, look_at=None, body=dump(ended))
        )

    def next_of(self, service: str, now: datetime) -> Round | None:
        found = (
            select(rounds.c.body)
            .where(
                rounds.c.service == service,
                rounds.c.watch.is_not(None),
                rounds.c.state == EntryState.PENDING,
                rounds.c.at > now,
            )
            .order_by(rounds.c.at)
            .limit(1)
        )
        body = self._connection.execute(found).scalar()
        return None if body is None else load(Round, body)

    def of_watch(self, watch_id: str) -> tuple[Round, ...]:
        found = select(rounds.c.body).where(rounds.c.watch == watch_id).order_by(rounds.c.at)
        return tuple(load(Round, body) for body in self._connection.execute(found).scalars())


class WatchRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def running(self, service: str | None = None) -> tuple[Watch, ...]:
        found = select(watches.c.body).where(watches.c.state == WatchState.RUNNING).order_by(watches.c.id)
        if service is not None:
            found = found.where(watches.c.service == service)
        return tuple(load(Watch, body) for body in self._connection.execute(found).scalars())

    def get(self, watch_id: str) -> Watch | None:
        body = self._connection.execute(select(watches.c.body).where(watches.c.id == watch_id)).scalar()
        return None if body is None else load(Watch, body)

    def save(self, watch: Watch) -> None:
        values = {"state": watch.state.value, "next_at": watch.next_at, "body": dump(watch)}
        kept = update(watches).where(watches.c.id == watch.id).values(values)
        if self._connection.execute(kept).rowcount == 0:
            self._connection.execute(insert(watches).values(id=watch.id, service=watch.service, **values))

    def due(self, now: datetime) -> tuple[Watch, ...]:
        found = select(watches.c.body).where(watches.c.next_at <= now).order_by(watches.c.next_at)
        return tuple(load(Watch, body) for body in self._connection.execute(found).scalars())
