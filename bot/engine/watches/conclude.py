"""Milestones, checkpoints, and gates without criteria: judged when due, announced with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.setup import Setup
from bot.domain.watches.judging import judge, judge_checkpoint
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.ticking import manuals_of, next_look
from bot.domain.watches.verdict import Evidence, Outcome, Verdict
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger, Parcel
from bot.engine.people.overview import panel
from bot.engine.record import head, home_changes, redraw, watch_redraw
from bot.engine.watches.gates.follow import follow_gate
from bot.engine.watches.rounds import items_of

_STATES = {
    Outcome.PASSED: EntryState.PASSED,
    Outcome.FAILED: EntryState.FAILED,
}


def conclude(ledger: Ledger, setup: Setup, watch: Watch, listed: Listed, now: datetime) -> None:
    """Judge an entry from what is stored, and say so."""
    kind = listed.entry.kind
    entries = ledger.entries.of_watch(watch.id)
    since = watch.started_at
    if kind is EntryKind.CHECKPOINT:
        earlier = [each.entry.at for each in entries if each.entry.kind is kind and each.ran_at]
        since = max(earlier, default=since)
    evidence = gather(ledger, setup, watch, entries, (since, listed.entry.at))
    verdict = judge_checkpoint(evidence) if kind is EntryKind.CHECKPOINT else judge(evidence)
    judged = replace(
        listed,
        ran_at=now,
        verdict=verdict,
        remark=verdict.findings[0].text if verdict.findings else None,
        entry=replace(listed.entry, state=_state(kind, verdict)),
        next_at=None,
    )
    if kind is EntryKind.CHECKPOINT:
        judged = _asking(setup, judged)
    ledger.entries.save(judged)
    if kind is EntryKind.GATE:
        follow_gate(ledger, setup, watch, judged, now)
    if judged.manuals:
        ledger.outbox.put(head(Parcel.ROUND_CARD, judged.id, watch.channel, now))
    elif kind is not EntryKind.CHECKPOINT:
        ledger.outbox.put(head(Parcel.VERDICT_CARD, judged.id, watch.channel, now))
    ledger.outbox.put(watch_redraw(watch, now))
    home_changes(ledger, now)


def _asking(setup: Setup, judged: Listed) -> Listed:
    """A checkpoint with the questions of its checklists: while one is open it is not through."""
    lists, service = judged.entry.checklists, setup.services[judged.service]
    manuals = manuals_of(items_of(service, lists)) if lists else ()
    if not manuals:
        return judged
    running = replace(judged.entry, state=EntryState.RUNNING)
    asking = replace(judged, entry=running, outcome=judged.entry.state, manuals=manuals)
    return replace(asking, next_at=next_look(asking))


def gather(
    ledger: Ledger, setup: Setup, watch: Watch, entries: Sequence[Listed], stretch: tuple[datetime, datetime]
) -> Evidence:
    """Everything the rows know about a watch in a stretch: since when, until an entry fell due."""
    since, until = stretch
    service = setup.services[watch.service]
    rows = {row.metric: row for group in panel(ledger, setup, service, until).groups for row in group.rows}
    listed = [each for each in entries if since <= each.entry.at <= until]
    rounds = [each.entry.state for each in listed if each.entry.kind is EntryKind.ROUND]
    return Evidence(
        since=since,
        until=until,
        alerts=ledger.alerts.fired_between(service.key, since, until),
        urgent=tuple(rows[key] for key, metric in service.metrics.items() if metric.tier == 1),
        rounds_passed=rounds.count(EntryState.PASSED),
        rounds_failed=rounds.count(EntryState.FAILED),
        rounds_missed=rounds.count(EntryState.MISSED),
        # The items of a round that is due at this very instant cannot have been confirmed yet.
        open_manuals=tuple(
            manual.ask
            for each in listed
            if each.entry.at < until
            for manual in each.manuals
            if manual.done_at is None
        ),
        rolled_back=watch.rolled_back,
    )


def _state(kind: EntryKind, verdict: Verdict) -> EntryState:
    # What could not be judged is nobody's pass: a gate waits for a person, the rest counts as failed.
    waiting = EntryState.RUNNING if kind is EntryKind.GATE else EntryState.FAILED
    return _STATES.get(verdict.outcome, waiting)


def save_decision(ledger: Ledger, watch: Watch, gate: Listed, now: datetime) -> None:
    """Write a gate with what a person decided about it, and draw its card and the watch's anew."""
    ledger.entries.save(gate)
    ledger.outbox.put(redraw(Parcel.VERDICT_CARD, gate.id, watch.channel, now))
    ledger.outbox.put(watch_redraw(watch, now))
    home_changes(ledger, now)
