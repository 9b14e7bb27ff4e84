"""The setup as it holds now: the configuration, with exceptions people made and calendars that were read."""

from __future__ import annotations

from bot.domain.oncall import override
from bot.domain.setup import Setup
from bot.engine.ledger import Ledger


def standing(ledger: Ledger, setup: Setup) -> Setup:
    """Whoever asks who is on call asks this one."""
    if not setup.schedules:
        return setup
    calendars = ((each.schedule, each.shifts) for each in ledger.calendars.all())
    return override.standing(setup, ledger.overrides.current(), calendars)
