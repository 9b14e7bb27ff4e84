"""When checks are asked, and what they measured last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.measures.reading import Reading
from checks.base import Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A check that is due, with what its last probe left."""

    service: str
    check: str
    at: datetime
    cursor: Cursor | None


class Schedule(Protocol):
    """When each sampled check is asked next."""

    def plan(self, service: str, check: str, at: datetime) -> None:
        """Enter a check; one that is entered keeps its time."""
        ...

    def keep_only(self, known: Collection[tuple[str, str]]) -> None:
        """Strike out checks that are configured no more."""
        ...

    def due(self, now: datetime) -> tuple[Appointment, ...]: ...

    def enter(self, appointments: Collection[Appointment], owner: str | None = None) -> None:
        """When each is asked next, and what its last probe left; what is not entered stays out.

        `owner` is the process that asks them until then.
        """
        ...

    def owners(self) -> frozenset[str]:
        """The processes that ask something now, or did when they died."""
        ...

    def free(self, owners: Collection[str], now: datetime) -> None:
        """Ask now what these do not ask any more."""
        ...

    def cursor(self, service: str, check: str) -> Cursor | None: ...

    def remember(self, service: str, check: str, cursor: Cursor | None) -> None: ...

    def again(self, appointment: Appointment, at: datetime | None) -> None:
        """Done for this time: ask next at `at`, or not until something happens."""
        ...


class Readings(Protocol):
    """Measurements and the newest of each series."""

    def add(self, readings: Collection[Reading]) -> None: ...

    def newest(self, service: str) -> tuple[Reading, ...]: ...

    def silent(self, now: datetime) -> tuple[Reading, ...]:
        """Series whose silence has lasted to their `silent_at`."""
        ...

    def listen_until(self, reading: Reading, at: datetime | None) -> None:
        """Look at the silence of this series again at `at` (None: once it has spoken again)."""
        ...
