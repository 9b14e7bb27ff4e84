"""The execution list: whatever is due on it is held, judged, reminded of, or written down as missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.text import Name, Text, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.outlook import routine
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.watch import Watch, WatchState
from bot.engine.ledger import Ledger
from bot.engine.reports.publish import publish, report_round
from bot.engine.watches.conclude import conclude
from bot.engine.watches.gates.judge import PATIENCE, judge_gate
from bot.engine.watches.manual import chase_manuals
from bot.engine.watches.rounds import hold, longest
from bot.engine.watches.watch import enter
from bot.engine.world import World

LATE = timedelta(minutes=5)
"""A round that could not begin within this time did not happen: what it would say is no longer about then."""

_GRACE = timedelta(seconds=30)
_SOON = timedelta(seconds=1)


def carry_out_due(world: World, now: datetime) -> bool:
    """Take up the first entry that is due. False when none was."""
    with world.store.transaction() as ledger:
        listed = ledger.entries.claim(now, now + _GRACE)
        if listed is None:
            return False
        begins = _begin(ledger, world, listed, now)
        if begins:
            patience = _longest(world, begins) if begins.entry.kind is EntryKind.ROUND else PATIENCE
            ledger.entries.save(replace(begins, next_at=now + patience))
    if begins:
        world.crew.start(partial(_JOBS[begins.entry.kind], world, begins))
    else:
        world.bell.ring()
    return True


def _begin(ledger: Ledger, world: World, listed: Listed, now: datetime) -> Listed | None:
    """Settle what needs neither checks nor history; what does is returned."""
    watch = ledger.watches.get(listed.watch) if listed.watch else None
    if listed.ran_at and listed.entry.kind in (EntryKind.ROUND, EntryKind.CHECKPOINT):
        chase_manuals(ledger, world.setup, listed, now)
        return None
    if watch:
        # Whatever becomes of this entry: after the last gate the routine goes on until the watch is ended.
        enter(ledger, watch, routine(watch, now))
    if why := _not_now(world, watch, listed):
        ledger.entries.save(_ended(listed, EntryState.NOT_APPLICABLE, why))
        return None
    if listed.entry.kind is not EntryKind.ROUND:
        if watch and _round_open(ledger, watch, listed):
            ledger.entries.save(replace(listed, next_at=now + _SOON))
        elif listed.entry.kind is EntryKind.REPORT or _has_criteria(watch, listed):
            return listed
        elif watch:
            conclude(ledger, world.setup, watch, listed, now)
        return None
    if now - listed.entry.at > LATE:
        why = say("nobody was there to hold it: Vigil was not running")
        ledger.entries.save(_ended(listed, EntryState.MISSED, why))
        return None
    return replace(listed, entry=replace(listed.entry, state=EntryState.RUNNING))


def _has_criteria(watch: Watch | None, listed: Listed) -> bool:
    return watch is not None and bool(watch.plan.criteria_of(listed.entry.criteria))


def _hold(world: World, listed: Listed) -> None:
    hold(world, world.setup.services[listed.service], listed)
    report_round(world, listed)


_JOBS: dict[EntryKind, Callable[[World, Listed], None]] = {
    EntryKind.ROUND: _hold,
    EntryKind.GATE: judge_gate,
    EntryKind.REPORT: publish,
}
"""What takes time, and so is done beside everything else."""


def _longest(world: World, listed: Listed) -> timedelta:
    return longest(world.setup.services[listed.service], listed) + _GRACE


def _not_now(world: World, watch: Watch | None, listed: Listed) -> Text | None:
    if listed.service not in world.setup.services:
        return say("{service} is configured no more", service=listed.service)
    if watch and listed.entry.kind is EntryKind.ROUND and _in_pause(watch, listed.entry.at):
        return say("paused by {person}", person=Name(watch.paused_by or ""))
    if watch and watch.state is WatchState.ENDED:
        return say("the watch has ended")
    return None


def _in_pause(watch: Watch, at: datetime) -> bool:
    if watch.paused_at is None:
        return False
    return watch.paused_at <= at and (watch.paused_until is None or at < watch.paused_until)


def _round_open(ledger: Ledger, watch: Watch, listed: Listed) -> bool:
    """Is a round still being held that this entry must see?"""
    return any(
        each.entry.kind is EntryKind.ROUND
        and each.entry.at <= listed.entry.at
        and each.ran_at is None
        and each.next_at is not None
        for each in ledger.entries.of_watch(watch.id)
    )


def _ended(listed: Listed, state: EntryState, why: Text) -> Listed:
    return replace(listed, entry=replace(listed.entry, state=state), remark=why, next_at=None)
