"""Say beforehand when nobody would be paged, and what keeps people from being reached."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import CoverageCard
from bot.domain.oncall.coverage import coverage
from bot.domain.oncall.escalation import TargetKind
from bot.domain.setup import Setup
from bot.domain.watches.plan import last_gate
from bot.domain.watches.watch import Watch, WatchState
from bot.engine.ledger import Delivery, Ledger, Parcel
from bot.engine.ledger.oncall import Duty
from bot.engine.oncall.standing import standing
from bot.engine.record import head
from bot.engine.world import World

COVERAGE = "coverage/"
"""Duties of this kind: one a watch. Their note tells what was said last."""

DAILY = timedelta(days=1)
AT_LEAST = timedelta(days=1)


def cover(ledger: Ledger, watch: Watch, now: datetime) -> None:
    """Look ahead for a watch that begins, and daily as long as it lasts."""
    ledger.duties.enter(Duty(key=f"{COVERAGE}{watch.id}", at=now))


def look_ahead(world: World, duty: Duty, now: datetime) -> None:
    """Tell the watch's channel of times without anybody, its thread of lesser faults; no news is not told."""
    with world.store.reading() as ledger:
        watch = ledger.watches.get(duty.key.removeprefix(COVERAGE))
        setup = standing(ledger, world.setup)
    if watch is None or watch.state is WatchState.ENDED:
        with world.store.transaction() as ledger:
            ledger.duties.again(duty.key, None, "")
        return
    until = max(last_gate(watch.plan, watch.deployed_at), now + AT_LEAST)
    facts = world.door.examine(*asked_of_slack(setup))
    card = CoverageCard(coverage=coverage(setup, now, until), facts=facts)
    said = hashlib.sha256(f"{card.coverage.gaps}{card.coverage.faults}{card.facts}".encode()).hexdigest()[:12]
    worth_saying = not card.coverage.complete or card.facts
    with world.store.transaction() as ledger:
        if worth_saying and (said != duty.note or card.coverage.gaps):
            ledger.outbox.put(_told(watch, card, now))
        ledger.duties.again(duty.key, now + DAILY, said)


def asked_of_slack(setup: Setup) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The channels and user groups that the configuration relies on."""
    targets = [
        target for policy in setup.policies.values() for level in policy.levels for target in level.notify
    ]
    channels = [service.channel for service in setup.services.values()]
    channels += [target.key for target in targets if target.kind is TargetKind.CHANNEL]
    groups = [each.usergroup for each in setup.schedules.values() if each.usergroup]
    groups += [target.key for target in targets if target.kind is TargetKind.USERGROUP]
    return tuple(dict.fromkeys(channels)), tuple(dict.fromkeys(groups))


def _told(watch: Watch, card: CoverageCard, now: datetime) -> Delivery:
    parcel = Parcel.ANNOUNCE if card.coverage.gaps else Parcel.NOTE
    operation = f"{COVERAGE}{watch.id}/{now:%Y%m%dT%H%M%S}"
    return replace(head(parcel, watch.id, watch.channel, now), operation=operation, body=card)
