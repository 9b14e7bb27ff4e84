"""What is still ahead of a watch: its plan, the routine after it, and denser rounds between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.localtime import DAY
from bot.domain.watches.plan import Entry, EntryKind, Plan, calendar, last_gate, routine_rounds
from bot.domain.watches.watch import Watch, WatchState

DENSER = "Denser"
"""The phase of the rounds that a person asked for in addition to the plan's."""


def ahead(watch: Watch, now: datetime) -> dict[tuple[datetime, EntryKind], Entry]:
    """What is due later than now, by instant and kind; where the plan has a round, there is no denser one."""
    planned = (*calendar(watch.plan, watch.deployed_at, watch.started_at), *routine(watch, now))
    entries = (*_denser_rounds(watch), *planned)
    return {(entry.at, entry.kind): entry for entry in entries if entry.at > now}


def _denser_rounds(watch: Watch) -> Iterator[Entry]:
    if watch.denser is None:
        return
    since, every, checklists = watch.denser.since, watch.denser.every, _densest(watch.plan)
    for n in range(1, (watch.denser.until - since) // every + 1):
        yield Entry(at=since + n * every, kind=EntryKind.ROUND, phases=(DENSER,), checklists=checklists)


def routine(watch: Watch, now: datetime) -> tuple[Entry, ...]:
    """The next round of the routine once the last gate has passed; nothing before, or without a routine."""
    if watch.state is WatchState.ENDED or now < last_gate(watch.plan, watch.deployed_at):
        return ()
    return routine_rounds(watch.plan, watch.deployed_at, now, 1)


def _densest(plan: Plan) -> tuple[str, ...]:
    """The checklists of the phase whose rounds follow each other fastest; without phases the routine's."""
    if plan.phases:
        return min(plan.phases, key=lambda phase: phase.every or DAY / len(phase.at)).checklists
    return plan.routine.checklists if plan.routine else ()
