"""Who carries the pager at an instant: calculated from facts, with no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """The part of the week a rotation covers: weekdays (Monday 0) and local hours, half-open.

    `until` at or before `since` reaches into the next day; both None is the whole day.
    """

    weekdays: frozenset[int]
    since: time | None = None
    until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Members in turn. `start` is the local instant of the first hand-off; later ones by wall clock.

    `handoff_weekday` (Monday 0) and `handoff_time` move the first hand-off to that moment on or after
    the day of `start`.
    """

    members: tuple[str, ...]
    every: int
    unit: Unit
    start: datetime | date
    handoff_weekday: int | None = None
    handoff_time: time | None = None
    only: Restriction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """`member` is on call instead of whoever the rotation names, from `since` until `until` (aware)."""

    since: datetime
    until: datetime
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Layers of rotations (a later one wins where it covers), and overrides (the last one wins)."""

    key: str
    zone: str
    layers: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is on call at `at`, since when, until when (None: no change in sight), who follows, and why."""

    schedule: str
    at: datetime
    on_call: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    next: tuple[str, ...]
    why: str
