"""Looking after what is kept of the past: roll up what has settled, delete what is older than it is kept.

In small bites, each a short transaction: whoever looks after a series writes down when to look next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Insert,
    Row,
    Table,
    bindparam,
    delete,
    select,
    type_coerce,
    update,
)

from bot.domain.measures.history import EPOCH, MICROSECOND, Grain, Retention, Rollup, merge, stretches
from bot.store.insert import upsert
from bot.store.rows.readings import SETTLES
from bot.store.rows.sketches import dump_sketch, load_sketch
from bot.store.tables import measurements, rollups, series

BITE = 2_000
"""So many raw values are rolled up, or deleted, in one transaction: some ten milliseconds."""

_COST = 250
"""What looking after a series costs, in raw values, however few of them it has."""


@dataclass(slots=True)
class _Bite:
    """What is left of one transaction's share of work."""

    left: int = BITE


def tend(connection: Connection, now: datetime, retention: Retention) -> bool:
    """Do one bite of what is due. True when there may be more."""
    due = select(series).where(series.c.tend_at <= now).order_by(series.c.tend_at).limit(BITE // _COST)
    found = connection.execute(due).all()
    bite = _Bite()
    for row in found:
        if bite.left <= 0:
            break
        _Series(connection, row, now, bite).tend(retention)
        bite.left -= _COST
    return bool(found)


class _Series:
    """One series under care."""

    def __init__(self, connection: Connection, row: Row[Any], now: datetime, bite: _Bite) -> None:
        self._connection = connection
        self._row = row
        self._now = now
        self._bite = bite
        self._rolled_until: datetime = row.rolled_until
        self._late_at: datetime | None = row.late_at

    def tend(self, retention: Retention) -> None:
        all_rolled = self._roll_up()
        raw_since, hours_since = self._row.raw_since, self._row.hours_since
        if all_rolled:
            # Whole days go together, so that what a day's row was made of is there as long as it may change.
            whole = Grain.DAY.floor(self._rolled_until)
            raw_since = max(raw_since, min(whole, Grain.DAY.floor(self._now - retention.raw)))
            hours_since = max(hours_since, min(whole, Grain.DAY.floor(self._now - retention.hourly)))
            if raw_since > self._row.raw_since or self._left_over(raw_since):
                self._forget_raw(raw_since)
                self._forget(Grain.HOUR, hours_since)
                self._forget(Grain.DAY, min(whole, Grain.DAY.floor(self._now - retention.daily)))
        if self._row.at < Grain.DAY.floor(self._now - retention.daily) and self._empty():
            self._connection.execute(delete(series).where(series.c.id == self._row.id))
            return
        self._connection.execute(
            update(series)
            .where(series.c.id == self._row.id)
            .values(
                rolled_until=self._rolled_until,
                late_at=self._late_at,
                raw_since=raw_since,
                hours_since=hours_since,
                tend_at=self._next_time(all_rolled),
            )
        )

    def _next_time(self, all_rolled: bool) -> datetime:
        if not all_rolled or self._bite.left <= 0:
            return self._now
        if self._row.at >= self._rolled_until:
            return max(self._rolled_until, Grain.FINE.floor(self._row.at)) + Grain.FINE.length + SETTLES
        return Grain.DAY.floor(self._now) + Grain.DAY.length + SETTLES

    # --- rolling up ----------------------------------------------------------------------------------

    def _roll_up(self) -> bool:
        """Roll up what has settled and what came late. False when a bite was not enough."""
        settled = Grain.FINE.floor(self._now - SETTLES)
        if self._late_at is not None:
            since = max(Grain.FINE.floor(self._late_at), self._row.raw_since)
            done = self._roll(since, self._rolled_until)
            self._late_at = done if done < self._rolled_until else None
        if self._late_at is not None or self._bite.left <= 0:
            return False
        if self._rolled_until < settled:
            self._rolled_until = self._roll(self._rolled_until, settled)
        return self._rolled_until >= settled

    def _roll(self, since: datetime, until: datetime) -> datetime:
        """Roll up from `since`, as far as the bite goes; returns how far, at most to `until`."""
        samples = self._samples(since, until, self._bite.left + 1)
        if len(samples) > self._bite.left:
            until = Grain.FINE.floor(EPOCH + samples[-1][0] * MICROSECOND)
            first = Grain.FINE.floor(EPOCH + samples[0][0] * MICROSECOND)
            if first == until:
                until = first + Grain.FINE.length
                samples = self._samples(first, until, None)
            else:
                end = (until - EPOCH) // MICROSECOND
                samples = [sample for sample in samples if sample[0] < end]
        self._bite.left -= len(samples)
        fine = list(stretches(samples))
        if fine:
            self._write(Grain.FINE, fine)
            hours = self._merged(Grain.FINE, Grain.HOUR, fine)
            self._write(Grain.HOUR, hours)
            self._write(Grain.DAY, self._merged(Grain.HOUR, Grain.DAY, hours))
        return until

    def _samples(self, since: datetime, until: datetime, limit: int | None) -> list[tuple[int, float]]:
        moment = type_coerce(measurements.c.at, BigInteger)
        found = select(moment, measurements.c.value).where(*self._mine(measurements, since, until))
        rows = self._connection.execute(found.order_by(moment).limit(limit)).all()
        return [(at, value) for at, value in rows]

    def _merged(self, of: Grain, into: Grain, changed: Sequence[Rollup]) -> list[Rollup]:
        """The stretches of the coarser grain in which something has changed."""
        return list(self._merging(of, into, sorted({into.floor(each.at) for each in changed})))

    def _merging(self, of: Grain, into: Grain, starts: Sequence[datetime]) -> Iterator[Rollup]:
        for start in starts:
            inside = {"of": self._row.id, "grain": of, "since": start, "until": start + into.length}
            found = self._connection.execute(_INSIDE, inside)
            yield merge(start, [load_rollup(row) for row in found])

    def _write(self, grain: Grain, rows: Sequence[Rollup]) -> None:
        self._connection.execute(
            _written(self._connection.dialect.name),
            [{"series": self._row.id, "grain": grain, **_columns(each)} for each in rows],
        )

    # --- forgetting ----------------------------------------------------------------------------------

    def _left_over(self, before: datetime) -> bool:
        """Whether a bite was not enough, or a value came later than its like is kept."""
        old = select(measurements.c.at).where(*self._mine(measurements, EPOCH, before)).limit(1)
        return self._connection.execute(old).first() is not None

    def _forget_raw(self, before: datetime) -> None:
        """Delete raw values and what was made of them first, a bite at a time."""
        old = select(measurements.c.at).where(*self._mine(measurements, EPOCH, before))
        left = max(self._bite.left, 1)
        beyond = self._connection.execute(old.order_by(measurements.c.at).offset(left).limit(1)).scalar()
        mine = self._mine(measurements, EPOCH, beyond or before)
        self._bite.left -= self._connection.execute(delete(measurements).where(*mine)).rowcount
        self._forget(Grain.FINE, before)

    def _forget(self, grain: Grain, before: datetime) -> None:
        mine = self._mine(rollups, EPOCH, before)
        self._connection.execute(delete(rollups).where(*mine, rollups.c.grain == grain))

    def _empty(self) -> bool:
        return all(
            self._connection.execute(
                select(table.c.series).where(table.c.series == self._row.id).limit(1)
            ).first()
            is None
            for table in (measurements, rollups)
        )

    def _mine(self, table: Table, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
        return table.c.series == self._row.id, table.c.at >= since, table.c.at < until


# Built once: building a statement costs more than carrying it out.
_INSIDE = (
    select(rollups)
    .where(
        rollups.c.series == bindparam("of"),
        rollups.c.grain == bindparam("grain"),
        rollups.c.at >= bindparam("since", type_=rollups.c.at.type),
        rollups.c.at < bindparam("until", type_=rollups.c.at.type),
    )
    .order_by(rollups.c.at)
)


@cache
def _written(dialect: str) -> Insert:
    """A stretch of a series in the place of what was told of it before."""
    written = upsert(dialect, rollups)
    key = list(rollups.primary_key)
    changed = {column.name: written.excluded[column.name] for column in rollups.c if column not in key}
    return written.on_conflict_do_update(index_elements=key, set_=changed)


def _columns(rollup: Rollup) -> dict[str, Any]:
    return {
        "at": rollup.at,
        "number": rollup.count,
        "total": rollup.total,
        "low": rollup.low,
        "high": rollup.high,
        "first": rollup.first,
        "last": rollup.last,
        "gap": rollup.gap,
        "filled": rollup.filled,
        "sketch": dump_sketch(rollup.sketch),
    }


def load_rollup(row: Row[Any]) -> Rollup:
    """A row of the table of roll-ups."""
    return Rollup(
        at=row.at,
        count=row.number,
        total=row.total,
        low=row.low,
        high=row.high,
        first=row.first,
        last=row.last,
        gap=row.gap,
        filled=row.filled,
        sketch=load_sketch(row.sketch),
    )
