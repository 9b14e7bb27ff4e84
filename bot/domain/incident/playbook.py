"""The emergency flow of one scenario, as configured; an incident keeps the one it began with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.text import Label
from checks.threshold import Condition


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"


class StepKind(StrEnum):
    """ACTION, CHECKS, WAIT and VERIFY go by themselves; MANUAL is ticked; DECISION has buttons."""

    ACTION = "action"
    CHECKS = "checks"
    WAIT = "wait"
    MANUAL = "manual"
    DECISION = "decision"
    VERIFY = "verify"


class Meaning(StrEnum):
    """What a decision comes to."""

    REPAIR = "repair"
    ROLL_BACK = "roll-back"
    ACCEPT = "accept"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A button of a decision, and what it leads to: an action, and words that say what follows."""

    key: str
    label: Label
    means: Meaning
    action: str = ""
    consequence: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of the flow. Which fields count depends on its kind.

    `checks` are shown once by CHECKS, and asked by VERIFY until all have been in order for `hold`, or
    `within` is over. WAIT looks whether `until` holds for the newest value of `metric`. `only` belongs to
    one outcome of the decision.
    """

    kind: StepKind
    label: Label
    action: str = ""
    checks: tuple[str, ...] = ()
    metric: str = ""
    until: Condition | None = None
    within: timedelta = timedelta(minutes=10)
    hold: timedelta = timedelta(0)
    options: tuple[Option, ...] = ()
    only: Meaning | None = None


class Course(StrEnum):
    """What a metric may do that makes rolling back due: WORSENING, or never well again: STUCK."""

    WORSENING = "worsening"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A metric that takes this course for so long. `bad` holds for its bad values."""

    course: Course
    metric: str
    label: Label
    for_: timedelta
    bad: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """When rolling back is due: `after` the alert, or by the course of a metric; and what happens then.

    `automatic`: it is rolled back at once; else the decision is demanded, again every `repeat`. A rollback
    itself may take `limit`. With `watch_previous` the version before is watched afterwards.
    """

    action: str
    after: timedelta | None = None
    trends: tuple[Trend, ...] = ()
    automatic: bool = False
    repeat: timedelta = timedelta(minutes=5)
    limit: timedelta = timedelta(minutes=15)
    watch_previous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """`items` are what to look at, ticked by people in any order."""

    key: str
    label: Label
    priority: Priority
    steps: tuple[Step, ...]
    items: tuple[Label, ...] = ()
    rollback: Rollback | None = None
