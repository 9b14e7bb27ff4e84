"""What the thread of a group hears of it, and what the channel is told again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial, reduce

from bot.domain.alerts.alert import Alert, AlertState, Severity
from bot.domain.alerts.grouping import Group, next_look
from bot.domain.card import Line
from bot.domain.setup import Setup
from bot.domain.text import Instant, Text, say
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import note
from bot.engine.world import World

_SHOWN = 1
_MOMENT = timedelta(microseconds=1)


def tell_due(world: World, now: datetime) -> int:
    """Tell of every group that has news, or is open for long. Returns how many were looked at."""
    with world.store.reading() as ledger:
        due = ledger.groups.due(now)
    return len(world.crew.in_turn([partial(_look, world, group.id, now) for group in due]))


def _look(world: World, group_id: str, now: datetime) -> None:
    with world.store.transaction() as ledger:
        group = ledger.groups.get(group_id)
        if group is not None:
            _tell(ledger, world.setup, group, now)
    world.bell.ring()


def _tell(ledger: Ledger, setup: Setup, group: Group, now: datetime) -> None:
    if group.news and next_look(setup.grouping, group) <= now:
        happened = ledger.alerts.happened(group.id, group.told_at)
        if group.size > 1 and (words := _news(happened)):
            operation = f"{group.id}/news/{now.isoformat()}"
            ledger.outbox.put(note(operation, group.id, group.channel, Line(text=words, at=now), now))
        group = replace(group, told_at=now + _MOMENT, news=False)
    counts = ledger.alerts.counts(group.id)
    if not any(count for (state, _), count in counts.items() if state is not AlertState.RESOLVED):
        ledger.groups.save(group, next_look(setup.grouping, group) if group.news else None)
        return
    if group.repeat_at <= now:
        (worst,) = ledger.alerts.on_card(group.id, _SHOWN)
        if worst.state is AlertState.FIRING and worst.quiet is None:
            text = _still_open(group, worst, counts)
            operation = f"{group.id}/again/{now.isoformat()}"
            told = note(operation, group.id, group.channel, Line(text=text, at=now), now)
            ledger.outbox.put(replace(told, parcel=Parcel.ANNOUNCE))
        group = replace(group, repeat_at=now + setup.grouping.repeat)
    ledger.groups.save(group, next_look(setup.grouping, group))


def _news(happened: Mapping[str, int]) -> Text | None:
    """`12 began; 3 resolved`."""
    words = {
        "alert.firing": lambda count: say("{count} began", count=count),
        "alert.unsuppressed": lambda count: say("{count} are quiet no more", count=count),
        "alert.severity": lambda count: say("{count} became better or worse", count=count),
        "alert.unacknowledged": lambda count: say("{count} were given back", count=count),
        "alert.exhausted": lambda count: say("{count} at the end of their chain", count=count),
        "alert.resolved": lambda count: say("{count} resolved", count=count),
    }
    parts = [words[event](happened[event]) for event in words if happened.get(event)]
    return reduce(lambda one, other: say("{one}; {other}", one=one, other=other), parts) if parts else None


def _still_open(group: Group, worst: Alert, counts: Mapping[tuple[AlertState, Severity], int]) -> Text:
    since = Instant(worst.fired_at or worst.began_at)
    if group.size == 1:
        return say(
            "{alert} is still open since {at}: {reason}",
            alert=worst.subject.fingerprint,
            at=since,
            reason=worst.reason,
        )
    open_now = sum(count for (state, _), count in counts.items() if state is not AlertState.RESOLVED)
    return say(
        "{count} of {all} alerts of {service} are still open, the worst since {at}: {reason}",
        count=open_now,
        all=group.size,
        service=group.service,
        at=since,
        reason=worst.reason,
    )
