"""The rows of on-call: exceptions that people made, calendars that were read, and duties with their time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Assigned


class Overrides(Protocol):
    """Exceptions people made."""

    def keep(self, kept: Kept) -> None: ...

    def current(self, now: datetime | None = None) -> tuple[Kept, ...]:
        """Those that were not taken back, oldest first; with `now` only those that are not over."""
        ...

    def take_back(self, kept_id: str, by: str, now: datetime) -> bool:
        """False when there is none of that ID, or it was taken back before."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCalendar:
    """What was read last for a schedule; `trouble` is why it could not be read since `trouble_at`."""

    schedule: str
    shifts: tuple[Assigned, ...] = ()
    read_at: datetime | None = None
    trouble: str = ""
    trouble_at: datetime | None = None


class Calendars(Protocol):
    """Calendars that were read."""

    def all(self) -> tuple[ReadCalendar, ...]: ...

    def save(self, calendar: ReadCalendar) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done at a time: `handoff/primary`. `note` is what it remembers for the next time."""

    key: str
    at: datetime
    note: str = ""


class Duties(Protocol):
    """What falls due by the clock beside alerts and lists."""

    def enter(self, duty: Duty) -> None:
        """Add it; one that is there keeps its time and its note."""
        ...

    def keep_only(self, kind: str, known: Collection[str]) -> None:
        """Strike out duties whose key begins with `kind` and is not known."""
        ...

    def due(self, now: datetime) -> tuple[Duty, ...]: ...

    def claim(self, duty: Duty, until: datetime) -> bool:
        """Mine until `until`; False when somebody else was quicker."""
        ...

    def again(self, key: str, at: datetime | None, note: str) -> None:
        """Done for this time: look next at `at` (None: never)."""
        ...

    def hasten(self, kind: str, at: datetime) -> None:
        """Look at duties whose key begins so at `at` already."""
        ...
