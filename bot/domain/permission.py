"""Who may do what: one rule for every surface."""

from __future__ import annotations

from datetime import datetime

from bot.domain.roster import reach
from bot.domain.setup import Setup


def permitted(setup: Setup, person: str, word: str, now: datetime) -> bool:
    """May `person` (a key of `people`) use this command? A command without a rule is open to everybody."""
    targets = setup.permissions.get(word)
    return targets is None or person in reach(setup, targets, now).people
