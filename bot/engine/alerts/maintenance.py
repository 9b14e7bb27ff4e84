"""Maintenance windows open and close by the calendar: told in the channels, and what fits is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.quiet.window import Window, next_opening, open_stretch
from bot.domain.text import Instant, Text, say
from bot.engine.alerts.quiet import hush_open
from bot.engine.ledger import Ledger
from bot.engine.record import announce
from bot.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    window: Window
    until: datetime | None


def enlist_windows(world: World, now: datetime) -> None:
    """Enter every window; strike out those that are configured no more. A new calendar counts at once."""
    windows = world.setup.maintenance
    with world.store.transaction() as ledger:
        ledger.windows.keep_only([each.name for each in windows])
        for each in windows:
            ledger.windows.look(each.name, now)


def keep_windows(world: World, now: datetime) -> int:
    """Open and close what is due. Returns how many were looked at."""
    known = {each.name: each for each in world.setup.maintenance}
    with world.store.transaction() as ledger:
        due = ledger.windows.due(now)
        for name, told_until in due:
            if name in known:
                _keep(ledger, world, _Told(window=known[name], until=told_until), now)
            else:
                ledger.windows.keep_only(list(known))
    if due:
        world.bell.ring()
    return len(due)


def _keep(ledger: Ledger, world: World, told: _Told, now: datetime) -> None:
    window, setup = told.window, world.setup
    stretch = open_stretch(window, now)
    if told.until and (stretch is None or stretch[0] >= told.until):
        words = say("Maintenance {name} is over", name=window.name)
        operation = f"window/{window.name}/{told.until.isoformat()}/over"
        announce(ledger, setup, operation, window.matchers, words, now)
    if stretch is None:
        ledger.windows.stands(window.name, until=None, next_at=next_opening(window, now))
        return
    if told.until is None or stretch[0] >= told.until:
        count = hush_open(ledger, setup, now, lambda quiet: quiet.source == window.name)
        operation = f"window/{window.name}/{stretch[0].isoformat()}/open"
        announce(ledger, setup, operation, window.matchers, _opened(window, stretch[1], count), now)
    ledger.windows.stands(window.name, until=stretch[1], next_at=stretch[1])


def _opened(window: Window, until: datetime, count: int) -> Text:
    return say(
        "Maintenance {name} until {at} ({reason}): quiet is what fits `{matchers}`; "
        "open alerts that are quiet now: {count}",
        name=window.name,
        at=Instant(until),
        reason=window.reason or "–",
        matchers=" ".join(map(str, window.matchers)),
        count=count,
    )
