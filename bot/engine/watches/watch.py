"""Start a watch, change its life, and keep its card true."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.card import Line
from bot.domain.setup import Service, Setup
from bot.domain.text import say
from bot.domain.watches.listing import Listed
from bot.domain.watches.outlook import routine
from bot.domain.watches.plan import Entry, EntryKind, EntryState, calendar
from bot.domain.watches.ticking import give_up
from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.domain.watches.watch_life import due
from bot.engine.acting.audit import write_watch
from bot.engine.ledger import Ledger, Outdated, Parcel
from bot.engine.oncall.coverage import cover
from bot.engine.record import addressed, head, home_changes, note, redraw, watch_redraw
from bot.engine.watches.manual import save_manuals
from bot.engine.world import World

REDRAW_EVERY = timedelta(seconds=30)

FIRST_REDRAW = timedelta(seconds=5)
"""By then the first measurements are in: nobody shall look at an empty card for longer."""

DENSE_EVERY = timedelta(minutes=15)
DENSE_FOR = timedelta(hours=12)
"""What "denser" means when a button asks for it and nobody says more."""

_ORDER = list(EntryKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a watch begins with: the deployed version, when it went live, who owns it, who started it."""

    version: str
    deployed_at: datetime
    owner: str | None = None
    by: str | None = None


def start_watch(ledger: Ledger, service: Service, start: Start, now: datetime) -> Watch:
    """Write the watch and its execution list, and post its card."""
    seed = f"{service.key}/{start.version}@{now.isoformat()}"
    watch = Watch(
        id=f"w{hashlib.sha256(seed.encode()).hexdigest()[:9]}",
        service=service.key,
        channel=service.channel,
        version=start.version,
        owner=start.owner,
        deployed_at=start.deployed_at,
        started_at=now,
        plan=service.plan,
        revision=1,
    )
    reason = say("The watch of {service} {version} begins", service=service.key, version=start.version)
    change = WatchChange(event="watch.started", watch=watch, at=now, reason=reason, by=start.by)
    write_watch(ledger, change)
    ledger.watches.save(change)
    enter(ledger, watch, calendar(watch.plan, watch.deployed_at, watch.started_at))
    enter(ledger, watch, routine(watch, now))
    ledger.outbox.put(head(Parcel.WATCH_CARD, watch.id, watch.channel, now))
    cover(ledger, watch, now)
    home_changes(ledger, now)
    return watch


def enter(ledger: Ledger, watch: Watch, entries: Iterable[Entry]) -> None:
    """Add entries to the execution list of a watch."""
    ledger.entries.enter(
        [
            Listed(
                id=f"{watch.id}/{entry.at:%Y%m%dT%H%M%S}/{_ORDER.index(entry.kind)}-{entry.kind}",
                service=watch.service,
                channel=watch.channel,
                watch=watch.id,
                entry=entry,
                next_at=entry.at if entry.state is EntryState.PENDING else None,
            )
            for entry in entries
        ]
    )


def record_change(ledger: Ledger, setup: Setup, change: WatchChange) -> None:
    """Save what changed in a watch, with its list, a line in its thread and its card. May raise Outdated."""
    watch = change.watch
    write_watch(ledger, change)
    ledger.watches.save(change)
    if change.close:
        ledger.entries.close(watch.id, change.close)
    enter(ledger, watch, change.enter)
    if watch.state is WatchState.ENDED:
        _wind_up(ledger, change)
    line = Line(text=change.reason, at=change.at)
    noted = note(f"{watch.id}/{watch.revision}", watch.id, watch.channel, line, change.at)
    ledger.outbox.put(addressed(setup, noted, change.remind))
    ledger.outbox.put(watch_redraw(watch, change.at))
    home_changes(ledger, change.at)


def _wind_up(ledger: Ledger, change: WatchChange) -> None:
    """Nothing of a watch that has ended waits for a person any more."""
    for listed in ledger.entries.of_watch(change.watch.id):
        if any(manual.open for manual in listed.manuals):
            save_manuals(ledger, give_up(listed, change.at), change.at)
        elif listed.entry.kind is EntryKind.GATE and listed.verdict and listed.decided is None:
            _close_gate(ledger, listed, change)


def _close_gate(ledger: Ledger, gate: Listed, change: WatchChange) -> None:
    """A gate that nobody decided about; what a machine has judged stays as it was judged."""
    if gate.entry.state is EntryState.PASSED:
        return
    undecided = gate.entry.state is EntryState.RUNNING
    entry = replace(gate.entry, state=EntryState.NOT_APPLICABLE) if undecided else gate.entry
    ledger.entries.save(replace(gate, entry=entry, decided=change.reason))
    ledger.outbox.put(redraw(Parcel.VERDICT_CARD, gate.id, gate.channel, change.at))


def live_due(world: World, now: datetime) -> int:
    """What the clock does to watches: reminders and ends of pauses, ends of denser monitoring."""
    with world.store.reading() as ledger:
        waiting = ledger.watches.due(now)
    changed = 0
    for watch in waiting:
        change = due(watch, now)
        if change is None:
            continue
        try:
            with world.store.transaction() as ledger:
                record_change(ledger, world.setup, change)
        except Outdated:
            continue
        changed += 1
    if changed:
        world.bell.ring()
    return changed


def redraw_due(world: World, now: datetime) -> int:
    """Draw the cards of watches anew from time to time, so that ages and values stay true."""
    with world.store.transaction() as ledger:
        watches = ledger.watches.redraw_due(now, now + REDRAW_EVERY)
        for watch in watches:
            young = now - watch.started_at < FIRST_REDRAW
            ledger.outbox.put(watch_redraw(watch, now + FIRST_REDRAW if young else now))
    if watches:
        world.bell.ring()
    return len(watches)
