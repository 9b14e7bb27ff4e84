"""The calendar of a watch: phases become rounds, milestones and gates in the plan's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

MIDNIGHT_AFTER = time.max
"""`24:00`: the end of a day, which `datetime.time` cannot say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch with one cadence.

    By calendar: `first_day`..`last_day` (1 is the deployment's local day) with `at`, or with `every`
    inside `since`..`until` (None: the whole local day; `until` may be MIDNIGHT_AFTER).
    Relative: `after`..`before` from the deployment's instant, with `every`.
    """

    name: str
    checklists: tuple[str, ...]
    first_day: int | None = None
    last_day: int | None = None
    since: time | None = None
    until: time | None = None
    after: timedelta | None = None
    before: timedelta | None = None
    every: timedelta | None = None
    at: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A moment that decides, `after` the deployment, by the criteria of that name."""

    after: timedelta
    criteria: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """What goes on after the last gate: every so many weeks (or days) at a local time."""

    every: timedelta
    at: time
    checklists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole calendar; `zone` is an IANA name."""

    zone: str
    phases: tuple[Phase, ...] = ()
    milestones: tuple[timedelta, ...] = ()
    gates: tuple[Gate, ...] = ()
    routine: Routine | None = None


class EntryKind(StrEnum):
    ROUND = "round"
    MILESTONE = "milestone"
    GATE = "gate"


class EntryState(StrEnum):
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the execution list: what is due at an instant (UTC)."""

    at: datetime
    kind: EntryKind
    phases: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ()
    criteria: str = ""
    state: EntryState = EntryState.PENDING
