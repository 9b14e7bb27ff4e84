"""Who may do what: one rule for every surface."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.action import Action
from bot.domain.alerts.alert import Refusal
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.roster import reach
from bot.domain.setup import Setup
from bot.domain.text import say


def forbidden(setup: Setup, person: str, word: str, now: datetime) -> Refusal | None:
    """Why `person` (a key of `people`) may not use this command; one without a rule is open to everybody."""
    targets = setup.permissions.get(word)
    if targets is None or _among(setup, person, targets, now):
        return None
    return Refusal(say("`{word}` is for {allowed}; nothing was changed", word=word, allowed=_listed(targets)))


def forbidden_action(setup: Setup, person: str, action: Action, now: datetime) -> Refusal | None:
    """Why `person` may not run this action; one without `who` is open to everybody."""
    if not action.who or _among(setup, person, action.who, now):
        return None
    return Refusal(
        say("{action} is for {allowed}; nothing was done", action=action.label, allowed=_listed(action.who))
    )


def _among(setup: Setup, person: str, targets: Iterable[Target], now: datetime) -> bool:
    return person in reach(setup, targets, now).people


def _listed(targets: Iterable[Target]) -> str:
    return ", ".join(str(target) for target in targets)
