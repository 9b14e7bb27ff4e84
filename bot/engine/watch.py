"""Start a watch, and keep its card true."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.plan import EntryKind, calendar
from bot.domain.setup import Service
from bot.domain.watch import Watch
from bot.engine.ledger import Delivery, Lane, Parcel, Round
from bot.engine.ports import Place
from bot.engine.record import watch_redraw
from bot.engine.world import World

REDRAW_EVERY = timedelta(seconds=30)

FIRST_REDRAW = timedelta(seconds=5)
"""By then the first measurements are in: nobody shall look at an empty card for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a watch begins with: the deployed version, when it went live, who owns it."""

    version: str
    deployed_at: datetime
    owner: str | None = None


def start_watch(world: World, service: Service, start: Start, now: datetime) -> Watch:
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
        next_at=now + FIRST_REDRAW,
    )
    entries = calendar(watch.plan, watch.deployed_at, watch.started_at)
    rounds = [
        Round(
            id=f"{watch.id}/{entry.at:%Y%m%dT%H%M%S}",
            service=service.key,
            watch=watch.id,
            at=entry.at,
            phases=entry.phases,
            checklists=entry.checklists,
            state=entry.state,
        )
        for entry in entries
        if entry.kind is EntryKind.ROUND
    ]
    with world.store.transaction() as ledger:
        ledger.watches.save(watch)
        ledger.rounds.enter(rounds)
        ledger.outbox.put(
            Delivery(
                operation=f"{watch.id}/card",
                lane=Lane.CARD,
                parcel=Parcel.WATCH_CARD,
                subject=watch.id,
                place=Place(channel=watch.channel),
                created_at=now,
                look_at=now,
            )
        )
    world.bell.ring()
    return watch


def redraw_due(world: World, now: datetime) -> int:
    """Draw the cards of running watches anew from time to time, so that ages and values stay true."""
    with world.store.reading() as ledger:
        due = ledger.watches.due(now)
    for watch in due:
        with world.store.transaction() as ledger:
            ledger.watches.save(replace(watch, next_at=now + REDRAW_EVERY))
            ledger.outbox.put(watch_redraw(watch, now))
    if due:
        world.bell.ring()
    return len(due)
