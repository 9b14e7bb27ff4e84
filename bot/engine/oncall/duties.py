"""What falls due by the clock beside alerts and lists: hand-offs, user groups, coverage, cards, old rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.localtime import next_night
from bot.engine.delivery.review import CARDS, review_others
from bot.engine.ledger import Ledger
from bot.engine.ledger.oncall import Duty
from bot.engine.measures.outside import NETWORK
from bot.engine.measures.remember import BYGONES, let_go
from bot.engine.oncall.almanac import CALENDAR, read_again
from bot.engine.oncall.auditor import AUDIT, audit_due
from bot.engine.oncall.coverage import COVERAGE, look_ahead
from bot.engine.oncall.handoff import HANDOFF, hand_off
from bot.engine.oncall.network import look_outside
from bot.engine.oncall.usergroup import USERGROUP, keep_in_step
from bot.engine.world import World

LEASE = timedelta(seconds=30)

_DOES: Mapping[str, Callable[[World, Duty, datetime], None]] = {
    HANDOFF: hand_off,
    USERGROUP: keep_in_step,
    COVERAGE: look_ahead,
    AUDIT: audit_due,
    CALENDAR: read_again,
    CARDS: review_others,
    NETWORK: look_outside,
    BYGONES: let_go,
}
"""Each writes down itself what became of it, and when to look next."""


def enlist_duties(world: World, now: datetime) -> None:
    """Enter what the configuration asks for, and strike out what it asks for no more."""
    schedules = world.setup.schedules
    calendars = [key for key, each in schedules.items() if each.ical]
    groups = {each.usergroup for each in schedules.values() if each.usergroup}
    with world.store.transaction() as ledger:
        _enter(ledger, HANDOFF, schedules, now)
        _enter(ledger, USERGROUP, groups, now)
        _enter(ledger, CALENDAR, calendars, now)
        _enter(ledger, AUDIT, ("escalations",), now)
        _enter(ledger, CARDS, ("open",), next_night(world.setup.zone, now))
        _enter(ledger, BYGONES, ("messages",), next_night(world.setup.zone, now))


def _enter(ledger: Ledger, kind: str, names: Iterable[str], at: datetime) -> None:
    keys = [f"{kind}{name}" for name in names]
    ledger.duties.keep_only(kind, keys)
    for key in keys:
        ledger.duties.enter(Duty(key=key, at=at))


def duty_due(world: World, now: datetime) -> int:
    """Do every duty that is due. Returns how many were."""
    with world.store.reading() as ledger:
        waiting = ledger.duties.due(now)
    for duty in waiting:
        with world.store.transaction() as ledger:
            mine = ledger.duties.claim(duty, now + LEASE)
        kind = next((kind for kind in _DOES if duty.key.startswith(kind)), None)
        if mine and kind:
            _DOES[kind](world, duty, now)
    if waiting:
        world.bell.ring()
    return len(waiting)
