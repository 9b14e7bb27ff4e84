"""Tell the channel who takes the pager over, and what they must know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import HandoffCard
from bot.domain.oncall.escalation import TargetKind
from bot.domain.oncall.rotation import Shift, on_call
from bot.domain.setup import Service, Setup
from bot.domain.text import Instant, Text, say
from bot.domain.watches.plan import Entry, EntryState
from bot.engine.ledger import Ledger, Parcel
from bot.engine.ledger.oncall import Duty
from bot.engine.oncall.standing import standing
from bot.engine.record import head
from bot.engine.world import World

HANDOFF = "handoff/"
"""Duties of this kind: one a schedule. Their note is who was on call, and since when."""

LOOKS_BACK = timedelta(days=7)
AHEAD = 5


def hand_off(world: World, duty: Duty, now: datetime) -> None:
    """If somebody else is on call than was told last, tell the channels that the schedule serves."""
    key = duty.key.removeprefix(HANDOFF)
    with world.store.transaction() as ledger:
        setup = standing(ledger, world.setup)
        if key not in setup.schedules:
            ledger.duties.again(duty.key, None, "")
            return
        shift = on_call(setup.schedules[key], now)
        before = json.loads(duty.note) if duty.note else None
        if before is not None and tuple(before["people"]) != shift.on_call:
            since = datetime.fromisoformat(before["since"])
            card = _card(ledger, setup, shift, (tuple(before["people"]), since), now)
            for channel in _channels(setup, key):
                operation = f"{duty.key}/{now:%Y%m%dT%H%M%S}"
                announced = head(Parcel.ANNOUNCE, operation[:64], channel, now)
                ledger.outbox.put(replace(announced, operation=f"{operation}/{channel}", body=card))
        if before is None or tuple(before["people"]) != shift.on_call:
            before = {"people": shift.on_call, "since": now.isoformat()}
        ledger.duties.again(duty.key, shift.until, json.dumps(before))


def _channels(setup: Setup, schedule: str) -> tuple[str, ...]:
    """The channels of the services whose escalation names this schedule; of all where none does."""
    serving = [each for each in setup.services.values() if schedule in _schedules(setup, each)]
    found = serving or setup.services.values()
    return tuple(dict.fromkeys(service.channel for service in found))


def _schedules(setup: Setup, service: Service) -> set[str]:
    keys = {each.escalation for each in service.metrics.values()}
    keys |= {each.escalation for each in service.checks.values()}
    levels = (level for key in keys if key in setup.policies for level in setup.policies[key].levels)
    targets = (target for level in levels for target in level.notify)
    return {target.key for target in targets if target.kind is TargetKind.SCHEDULE}


def _card(
    ledger: Ledger, setup: Setup, shift: Shift, before: tuple[tuple[str, ...], datetime], now: datetime
) -> HandoffCard:
    people, since = before
    since = max(since, now - LOOKS_BACK)
    fired = [
        alert for service in setup.services for alert in ledger.alerts.fired_between(service, since, now)
    ]
    lists = [each for watch in ledger.watches.open_all() for each in ledger.entries.of_watch(watch.id)]
    ahead = sorted(
        (each.entry for each in lists if each.entry.state is EntryState.PENDING and each.entry.at > now),
        key=lambda entry: entry.at,
    )
    return HandoffCard(
        shift=shift,
        before=people,
        since=since,
        fired=tuple(alert for alert in fired if not alert.open),
        open=tuple(alert for alert in ledger.alerts.open_all() if alert.fired_at),
        silenced=tuple(
            say("{what} until {at}: {why}", what=each.matching, at=Instant(each.until), why=each.reason)
            for each in ledger.silences.active(now)
        ),
        undone=tuple(_undone(ledger, since, now)),
        ahead=tuple(_one_a_time(ahead)[:AHEAD]),
    )


def _one_a_time(entries: list[Entry]) -> list[Entry]:
    return list({(entry.at, entry.kind): entry for entry in entries}.values())


def _undone(ledger: Ledger, since: datetime, now: datetime) -> Iterator[Text]:
    """Emergencies that go on, items nobody has confirmed, and rounds of the last shift that were missed."""
    for incident in ledger.incidents.open_all():
        since_then = Instant(incident.opened_at)
        yield say("playbook {playbook}, open since {at}", playbook=incident.playbook.label, at=since_then)
    for watch in ledger.watches.open_all():
        for each in ledger.entries.of_watch(watch.id):
            for manual in each.manuals:
                if manual.open:
                    yield say("{item}, asked at {at}", item=manual.ask, at=Instant(each.entry.at))
            if each.entry.state is EntryState.MISSED and since <= each.entry.at <= now:
                yield say("round of {at} was missed", at=Instant(each.entry.at))
