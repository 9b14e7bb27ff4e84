"""What follows from a configuration, at the start and whenever a new one is adopted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.setup import Setup
from bot.engine.alerts.maintenance import enlist_windows
from bot.engine.measures.measure import enlist
from bot.engine.oncall.duties import enlist_duties
from bot.engine.world import World


def enlist_all(world: World, now: datetime) -> None:
    """Enter what is to be done by the clock, and strike out what is configured no more."""
    enlist(world, now)
    enlist_windows(world, now)
    enlist_duties(world, now)


def held(old: Setup, read: Setup) -> tuple[Setup, tuple[str, ...]]:
    """What was read, with what cannot change while the bot runs as it was, and the names of that."""
    web = replace(read.web, host=old.web.host, port=old.web.port, rate=old.web.rate)
    later = {
        "storage": read.storage != old.storage,
        "web": read.web != web,
    }
    return replace(read, storage=old.storage, web=web), tuple(
        key for key, changed in later.items() if changed
    )
