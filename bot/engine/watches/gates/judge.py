"""A gate falls due: judged by its criteria, announced with their numbers, and acted upon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.criteria.prove import prove
from bot.domain.setup import Setup
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState
from bot.domain.watches.verdict import Outcome, Verdict
from bot.domain.watches.watch import Watch, WatchState
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import head, home_changes, watch_redraw
from bot.engine.watches.gates.follow import follow_gate
from bot.engine.watches.gates.gather import gather_grounds
from bot.engine.world import World

PATIENCE = timedelta(minutes=2)
"""Judging takes a second or two; after this time somebody else takes it up."""

_STATES = {
    Outcome.PASSED: EntryState.PASSED,
    Outcome.FAILED: EntryState.FAILED,
    Outcome.INCONCLUSIVE: EntryState.RUNNING,
}


def judge_gate(world: World, gate: Listed) -> None:
    """Read what is stored, outside of any decision, judge it, then write the verdict down and say it."""
    with world.store.reading() as ledger:
        watch = ledger.watches.get(gate.watch or "")
        if watch is None or watch.service not in world.setup.services:
            return
        grounds = gather_grounds(ledger, world.setup, watch, gate)
    verdict = prove(watch.plan.criteria_of(gate.entry.criteria), grounds)
    now = world.clock.now()
    with world.store.transaction() as ledger:
        current, watch = ledger.entries.get(gate.id), ledger.watches.get(watch.id)
        if current is None or current.ran_at or watch is None or watch.state is WatchState.ENDED:
            return
        ledger.outbox.put(head(Parcel.VERDICT_CARD, gate.id, watch.channel, now))
        settle_gate(ledger, world.setup, watch, replace(current, ran_at=now, next_at=None), verdict, now)
    world.bell.ring()


def settle_gate(
    ledger: Ledger, setup: Setup, watch: Watch, gate: Listed, verdict: Verdict, now: datetime
) -> None:
    """Write a verdict down, do what follows, and draw what shows it anew."""
    judged = replace(
        gate,
        verdict=verdict,
        remark=verdict.findings[0].text,
        entry=replace(gate.entry, state=_STATES[verdict.outcome]),
    )
    ledger.entries.save(judged)
    follow_gate(ledger, setup, watch, judged, now)
    ledger.outbox.put(watch_redraw(watch, now))
    home_changes(ledger, now)
