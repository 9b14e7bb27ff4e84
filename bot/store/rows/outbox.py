"""What waits to leave, and where the cards stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bot.engine.ledger import Delivery, Fate, Lane, Parcel
from bot.engine.ports import Place, Posted
from bot.store.codec import dump_body, load_body
from bot.store.insert import insert_new
from bot.store.tables import alerts, cards, outbox, paces

_WAITS: ColumnElement[bool] = outbox.c.fate == literal_column(f"'{Fate.WAITING.value}'")
"""Word for word as the index of what waits has it."""

_FIRST = (
    select(outbox)
    .where(outbox.c.lane == bindparam("of_lane"), _WAITS, outbox.c.look_at <= bindparam("now"))
    .order_by(outbox.c.rank, or_(outbox.c.unsure, outbox.c.sending), outbox.c.seq)
    .limit(1)
)


def _first_elsewhere() -> Select[Any]:
    """The first row of no channel to which somebody sends one that is theirs for longer than `busy`."""
    sent_to = outbox.alias()
    there = sent_to.c.lane == bindparam("of_lane"), sent_to.c.fate == literal_column("'waiting'")
    taken = select(sent_to.c.channel).where(*there, sent_to.c.sending, sent_to.c.look_at > bindparam("busy"))
    return _FIRST.where(outbox.c.channel.not_in(taken))


_FIRST_ELSEWHERE = _first_elsewhere()
_CLAIM = (
    update(outbox)
    .where(_WAITS, outbox.c.seq == bindparam("of_seq"), outbox.c.attempts == bindparam("known"))
    .values(
        look_at=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        sending=True,
        unsure=bindparam("doubtful"),
        held=False,
    )
)
_FINISH = (
    update(outbox)
    .where(outbox.c.operation == bindparam("of_operation"))
    .values(
        fate=bindparam("so"),
        reason=bindparam("why"),
        sending=False,
        posted_channel=bindparam("in_channel"),
        posted_ts=bindparam("at_ts"),
        ended_at=bindparam("now"),
    )
)
_FORGET_REDRAW = delete(outbox).where(outbox.c.operation == bindparam("of_operation"), outbox.c.redraw)
_STANDING = select(outbox.c.fate, outbox.c.reason).where(outbox.c.operation == bindparam("of_operation"))
_PAGES = (
    select(outbox)
    .where(outbox.c.subject == bindparam("of_subject"), outbox.c.parcel.in_([Parcel.PAGE, Parcel.CALL]))
    .order_by(outbox.c.seq)
)
_REDRAWS_WAIT = (
    outbox.c.subject == bindparam("of_subject"),
    outbox.c.redraw,
    _WAITS,
    outbox.c.sending.is_(False),
)
_EARLIEST_REDRAW = select(func.min(outbox.c.look_at)).where(*_REDRAWS_WAIT)
_DROP_REDRAWS = delete(outbox).where(*_REDRAWS_WAIT)


class OutboxRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, delivery: Delivery) -> None:
        if delivery.redraw:
            delivery = self._instead(delivery)
        insert_new(self._connection, outbox, _columns(delivery))

    def _instead(self, redraw: Delivery) -> Delivery:
        """One redraw of a card is enough: it replaces those that wait, at the earliest time of all."""
        mine = {"of_subject": redraw.subject}
        earliest = self._connection.execute(_EARLIEST_REDRAW, mine).scalar()
        if earliest is not None:
            self._connection.execute(_DROP_REDRAWS, mine)
        return replace(redraw, look_at=min(earliest or redraw.look_at, redraw.look_at))

    def claim(
        self, lane: Lane, now: datetime, until: datetime, busy: datetime | None = None
    ) -> Delivery | None:
        due = {"of_lane": lane.value, "now": now}
        first = _FIRST if busy is None else _FIRST_ELSEWHERE
        while True:
            row = self._connection.execute(first, due if busy is None else due | {"busy": busy}).first()
            if row is None:
                return None
            # A row that was being sent when its lease ran out may have arrived.
            unsure = bool(row.unsure or row.sending)
            mine = {"of_seq": row.seq, "known": row.attempts, "until": until, "doubtful": unsure}
            if self._connection.execute(_CLAIM, mine).rowcount == 1:
                return replace(_delivery(row), attempts=row.attempts + 1, unsure=unsure)

    def renew(self, delivery: Delivery, until: datetime) -> bool:
        mine = outbox.c.operation == delivery.operation, outbox.c.attempts == delivery.attempts
        waits = outbox.c.fate == Fate.WAITING, outbox.c.sending
        renewal = update(outbox).where(*mine, *waits).values(look_at=until)
        return self._connection.execute(renewal).rowcount == 1

    def finish(self, operation: str, fate: Fate, reason: str, posted: Posted | None, now: datetime) -> None:
        # A card is redrawn every minute for days; only a redraw that failed is worth remembering.
        if fate is not Fate.REFUSED:
            self._connection.execute(_FORGET_REDRAW, {"of_operation": operation})
        ended = {"so": fate.value, "why": reason, "now": now}
        stands = {"in_channel": posted.channel if posted else None, "at_ts": posted.ts if posted else None}
        self._connection.execute(_FINISH, {"of_operation": operation, **ended, **stands})

    def postpone(
        self, operation: str, until: datetime, reason: str, *, unsure: bool, held: bool = False
    ) -> None:
        self._connection.execute(
            update(outbox)
            .where(outbox.c.operation == operation)
            .values(look_at=until, reason=reason, unsure=unsure, sending=False, held=held)
        )

    def gather(self, leader: Delivery, until: datetime) -> tuple[Delivery, ...]:
        gathered = []
        held = _held(leader.lane, leader.place)
        for row in self._connection.execute(
            select(outbox).where(*held).order_by(outbox.c.rank, outbox.c.seq)
        ):
            claim = (
                update(outbox)
                .where(*held, outbox.c.seq == row.seq, outbox.c.attempts == row.attempts)
                .values(look_at=until, attempts=row.attempts + 1, sending=True, held=False)
            )
            if self._connection.execute(claim).rowcount == 1:
                gathered.append(replace(_delivery(row), attempts=row.attempts + 1))
        return tuple(gathered)

    def holds(self, lane: Lane, place: Place) -> bool:
        return (
            self._connection.execute(select(outbox.c.seq).where(*_held(lane, place)).limit(1)).first()
            is not None
        )

    def waiting(self, operation: str) -> bool:
        stands = self.standing(operation)
        return stands is not None and stands[0] is Fate.WAITING

    def standing(self, operation: str) -> tuple[Fate, str] | None:
        row = self._connection.execute(_STANDING, {"of_operation": operation}).first()
        return None if row is None else (Fate(row.fate), row.reason)

    def pages(self, subject: str, prefix: str) -> tuple[tuple[Delivery, Fate], ...]:
        found = self._connection.execute(_PAGES, {"of_subject": subject})
        return tuple((_delivery(row), Fate(row.fate)) for row in found if row.operation.startswith(prefix))

    def hasten(self, prefix: str, now: datetime, lane: Lane = Lane.CALL) -> None:
        mine = outbox.c.operation.startswith(prefix, autoescape=True), outbox.c.look_at > now
        waits = outbox.c.lane == lane, outbox.c.fate == Fate.WAITING, outbox.c.sending.is_(False)
        self._connection.execute(update(outbox).where(*mine, *waits).values(look_at=now))

    def delivered(self, lane: Lane, place: Place, since: datetime) -> tuple[datetime, ...]:
        there = outbox.c.channel == place.channel, outbox.c.only_for == place.only_for
        found = (
            select(outbox.c.ended_at)
            .where(outbox.c.lane == lane, *there, outbox.c.ended_at > since, outbox.c.fate == Fate.DELIVERED)
            .order_by(outbox.c.ended_at.desc())
        )
        return tuple(self._connection.execute(found).scalars())


def _held(lane: Lane, place: Place) -> tuple[ColumnElement[bool], ...]:
    there = outbox.c.channel == place.channel, outbox.c.only_for == place.only_for
    return (
        outbox.c.lane == lane,
        *there,
        outbox.c.fate == Fate.WAITING,
        outbox.c.held,
        outbox.c.sending.is_(False),
    )


def _columns(delivery: Delivery) -> dict[str, object]:
    return {
        "operation": delivery.operation,
        "lane": delivery.lane.value,
        "parcel": delivery.parcel.value,
        "subject": delivery.subject,
        "channel": delivery.place.channel,
        "thread_ts": delivery.place.thread_ts,
        "response_url": delivery.place.response_url,
        "only_for": delivery.place.only_for,
        "trigger_id": delivery.place.trigger_id,
        "body": dump_body(delivery.body),
        "redraw": delivery.redraw,
        "rank": delivery.rank,
        "created_at": delivery.created_at,
        "look_at": delivery.look_at,
        "attempts": delivery.attempts,
        "sending": False,
        "unsure": delivery.unsure,
        "held": False,
        "fate": Fate.WAITING.value,
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        operation=row.operation,
        lane=Lane(row.lane),
        parcel=Parcel(row.parcel),
        subject=row.subject,
        place=Place(
            channel=row.channel,
            thread_ts=row.thread_ts,
            response_url=row.response_url,
            only_for=row.only_for,
            trigger_id=row.trigger_id,
        ),
        body=load_body(row.body),
        redraw=row.redraw,
        rank=row.rank,
        created_at=row.created_at,
        look_at=row.look_at,
        attempts=row.attempts,
        unsure=row.unsure,
    )


_FREE_AT = select(paces.c.free_at).where(paces.c.channel == bindparam("of_channel"))
_KEEP_PACE = update(paces).where(paces.c.channel == bindparam("of_channel")).values(free_at=bindparam("then"))


class PaceRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def free_at(self, channel: str) -> datetime | None:
        return self._connection.execute(_FREE_AT, {"of_channel": channel}).scalar()

    def keep(self, channel: str, free_at: datetime) -> None:
        kept = {"of_channel": channel, "then": free_at}
        if self._connection.execute(_KEEP_PACE, kept).rowcount == 0 and not insert_new(
            self._connection, paces, {"channel": channel, "free_at": free_at}
        ):
            self._connection.execute(_KEEP_PACE, kept)


_ON = select(alerts.c.card).where(alerts.c.id == bindparam("of_subject"))
_WHERE = select(cards.c.channel, cards.c.ts).where(cards.c.subject == bindparam("of_subject"))


class CardRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on(self, subject: str) -> str:
        return self._connection.execute(_ON, {"of_subject": subject}).scalar() or subject

    def where(self, subject: str) -> Posted | None:
        row = self._connection.execute(_WHERE, {"of_subject": subject}).first()
        return None if row is None else Posted(channel=row.channel, ts=row.ts)

    def subjects_at(self, posted: Posted) -> tuple[str, ...]:
        here = cards.c.channel == posted.channel, cards.c.ts == posted.ts
        own = tuple(self._connection.execute(select(cards.c.subject).where(*here)).scalars())
        shared = select(alerts.c.id).where(alerts.c.card.in_(own)).order_by(alerts.c.began_at)
        return (*own, *self._connection.execute(shared).scalars())

    def stands(self, subject: str, posted: Posted) -> None:
        here = {"channel": posted.channel, "ts": posted.ts}
        if not insert_new(self._connection, cards, {"subject": subject} | here):
            self._connection.execute(update(cards).where(cards.c.subject == subject).values(here))
