"""What is due, at a glance: one question for the tick."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, literal, select, union_all

from bot.domain.measures.history import EPOCH
from bot.domain.watches.watch import WatchState
from bot.engine.ledger import Fate, Lane
from bot.store.tables import (
    action_runs,
    alert_news,
    alerts,
    baselines,
    duties,
    entries,
    groups,
    homes,
    incidents,
    letters,
    outbox,
    reports,
    rereads,
    schedule,
    series,
    transitions,
    watches,
    windows,
)


def _statement() -> CompoundSelect[Any]:
    waiting = outbox.c.fate == Fate.WAITING
    parts = [
        select(literal(lane.value), outbox.c.look_at)
        .where(waiting, outbox.c.lane == lane)
        .order_by(outbox.c.look_at)
        .limit(1)
        .subquery()
        .select()
        for lane in Lane
    ]
    columns = {
        "alerts": alerts.c.next_at,
        "letters": letters.c.look_at,
        "checks": schedule.c.next_at,
        "silence": series.c.silent_at,
        "history": series.c.tend_at,
        "entries": entries.c.look_at,
        "watches": watches.c.next_at,
        "watch-cards": watches.c.redraw_at,
        "homes": homes.c.redraw_at,
        "duties": duties.c.next_at,
        "actions": action_runs.c.look_at,
        "reports": reports.c.remind_at,
        "windows": windows.c.next_at,
        "incidents": incidents.c.look_at,
        "alert-news": alert_news.c.look_at,
        "groups": groups.c.next_at,
        "reviews": groups.c.review_at,
    }
    parts += [
        select(literal(name), column).where(column.is_not(None)).order_by(column).limit(1).subquery().select()
        for name, column in columns.items()
    ]
    # The newest counts: which of them a process has carried out, it knows itself.
    newest = select(literal("reread"), rereads.c.at).order_by(rereads.c.at.desc()).limit(1)
    parts.append(newest.subquery().select())
    kept = select(baselines.c.seq).where(baselines.c.watch == watches.c.id).exists()
    wanting = select(literal("baselines"), watches.c.started_at).where(
        watches.c.state != WatchState.ENDED.value, ~kept
    )
    parts.append(wanting.order_by(watches.c.started_at).limit(1).subquery().select())
    return union_all(*parts)


_EARLIEST = _statement()


def earliest(connection: Connection) -> dict[str, datetime]:
    """For each kind of work the earliest instant at which one of its rows is due."""
    found = connection.exec_driver_sql(_written(connection.dialect))
    return {topic: EPOCH + timedelta(microseconds=at) for topic, at in found}


def latest(connection: Connection) -> datetime:
    """The newest instant at which something happened here; EPOCH where nothing ever did."""
    written = (transitions.c.at, transitions.c.seq), (outbox.c.created_at, outbox.c.seq), (series.c.at,) * 2
    newest = [select(at).order_by(by.desc()).limit(1) for at, by in written]
    return max((at for each in newest if (at := connection.execute(each).scalar())), default=EPOCH)


@cache
def _written(dialect: Dialect) -> str:
    """As text: it is asked several times a second, and composing the question costs more than the answer."""
    return str(_EARLIEST.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
