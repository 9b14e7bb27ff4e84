"""One thing that would have happened, as it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.text import Text

Fact = str | int | float | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`name` is `alert.firing`, `page`, `round`, …; `facts` are its fields in their order, `reason` apart."""

    at: datetime
    name: str
    facts: tuple[tuple[str, Fact], ...] = ()
    reason: Text | None = None

    def fact(self, name: str) -> Fact:
        """The field of this name; None where there is none."""
        return dict(self.facts).get(name)


def event(at: datetime, name: str, reason: Text | None = None, **facts: Fact) -> Event:
    """An event without the facts that are not known."""
    known = tuple((key, fact) for key, fact in facts.items() if fact not in (None, "", ()))
    return Event(at=at, name=name, facts=known, reason=reason)
