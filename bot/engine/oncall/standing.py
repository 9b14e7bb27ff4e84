"""The setup as it holds now: the configuration, with exceptions people made and calendars that were read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial

from bot.domain.oncall import override
from bot.domain.oncall.chain import Reach
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.roster import Reached, reach
from bot.domain.setup import Setup
from bot.engine.ledger import Ledger


def standing(ledger: Ledger, setup: Setup) -> Setup:
    """Whoever asks who is on call asks this one."""
    if not setup.schedules:
        return setup
    calendars = ((each.schedule, each.shifts) for each in ledger.calendars.all())
    return override.standing(setup, ledger.overrides.current(), calendars)


def roster(ledger: Ledger, setup: Setup) -> Reach:
    """Who would be reached, as a question the domain can ask; what it is asked again it knows."""
    now_standing = cache(partial(standing, ledger, setup))
    known: dict[tuple[tuple[Target, ...], datetime], Reached] = {}

    def at(targets: Iterable[Target], now: datetime) -> Reached:
        asked = tuple(targets), now
        if asked not in known:
            known[asked] = reach(now_standing(), *asked)
        return known[asked]

    return at
