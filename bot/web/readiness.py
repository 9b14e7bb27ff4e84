"""Whether the bot can do its work now, told from the outside of its rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

LONGEST_SILENCE_S = 5.0

LATEST_PAGE_S = 30.0
"""So late a page is tried again only by a bot that hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """`database`: it answered within 5 s; ages in seconds (None: not yet).

    `slack`: it can be heard, and answers our token: `slack_trouble` says why not, if that is known;
    `slack_round_trip_s` is how long the last answer took. `page_overdue_s` is by how much the next try to
    send the first waiting page is late; None: none waits.
    """

    database: bool
    slack: bool
    slack_trouble: str = ""
    slack_round_trip_s: float | None = None
    tick_age_s: float | None
    page_overdue_s: float | None

    @property
    def troubles(self) -> tuple[str, ...]:
        """What keeps the bot from its work, in words."""
        found = []
        if not self.database:
            found.append(f"the database has not answered for {LONGEST_SILENCE_S:.0f} s")
        if not self.slack:
            found.append(self.slack_trouble or "Slack is not connected")
        if self.tick_age_s is None or self.tick_age_s >= LONGEST_SILENCE_S:
            found.append(f"nobody has looked for due work for {LONGEST_SILENCE_S:.0f} s")
        if self.page_overdue_s is not None and self.page_overdue_s >= LATEST_PAGE_S:
            found.append(f"a page is {self.page_overdue_s:.0f} s overdue")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Line:
    """The line to Slack: whether people can be heard, what its answer to us lacks, and how long it took."""

    connected: bool
    trouble: str = ""
    round_trip_s: float | None = None


class Pulse:
    """Stands between the tick and the agenda and notes each look: asking the pulse asks no database."""

    def __init__(
        self, agenda: Callable[[], Mapping[str, datetime]], elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._agenda = agenda
        self._elapsed = elapsed
        self._looked: float | None = None
        self._answered: float | None = None
        self._found: Mapping[str, datetime] = {}

    def look(self) -> Mapping[str, datetime]:
        """Look at the agenda for the tick."""
        self._looked = self._elapsed()
        agenda = self._agenda()
        self._answered = self._elapsed()
        self._found = agenda
        return agenda

    @property
    def agenda(self) -> Mapping[str, datetime]:
        """What the last look found: for each kind of work when its first row is due."""
        return self._found

    def readiness(self, now: datetime, line: Line) -> Readiness:
        """How things stand; `line` is Slack's part."""
        answered, due = self._age(self._answered), self._found.get("page")
        return Readiness(
            database=answered is not None and answered < LONGEST_SILENCE_S,
            slack=line.connected and not line.trouble,
            slack_trouble=line.trouble if line.connected else "",
            slack_round_trip_s=line.round_trip_s,
            tick_age_s=self._age(self._looked),
            page_overdue_s=max(0.0, (now - due).total_seconds()) if due else None,
        )

    def _age(self, moment: float | None) -> float | None:
        return None if moment is None else self._elapsed() - moment
