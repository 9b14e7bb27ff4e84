"""Whether the bot can do its work now, told from the outside of its rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

LONGEST_SILENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """`database`: it answered within 5 s; `slack`: it can be heard; ages in seconds (None: not yet).

    `page_overdue_s` is by how much the next try to send the first waiting page is late; None: none waits.
    """

    database: bool
    slack: bool
    tick_age_s: float | None
    page_overdue_s: float | None

    @property
    def troubles(self) -> tuple[str, ...]:
        """What keeps the bot from its work, in words."""
        found = []
        if not self.database:
            found.append(f"the database has not answered for {LONGEST_SILENCE_S:.0f} s")
        if not self.slack:
            found.append("Slack is not connected")
        if self.tick_age_s is None or self.tick_age_s >= LONGEST_SILENCE_S:
            found.append(f"nobody has looked for due work for {LONGEST_SILENCE_S:.0f} s")
        return tuple(found)


class Pulse:
    """Stands between the tick and the agenda and notes each look: asking the pulse asks no database."""

    def __init__(
        self, agenda: Callable[[], Mapping[str, datetime]], elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._agenda = agenda
        self._elapsed = elapsed
        self._looked: float | None = None
        self._answered: float | None = None
        self._page_due: datetime | None = None

    def look(self) -> Mapping[str, datetime]:
        """Look at the agenda for the tick."""
        self._looked = self._elapsed()
        agenda = self._agenda()
        self._answered = self._elapsed()
        self._page_due = agenda.get("page")
        return agenda

    def readiness(self, now: datetime, connected: bool) -> Readiness:
        """How things stand; `connected` is Slack's part."""
        answered, due = self._age(self._answered), self._page_due
        return Readiness(
            database=answered is not None and answered < LONGEST_SILENCE_S,
            slack=connected,
            tick_age_s=self._age(self._looked),
            page_overdue_s=max(0.0, (now - due).total_seconds()) if due else None,
        )

    def _age(self, moment: float | None) -> float | None:
        return None if moment is None else self._elapsed() - moment
