"""What a gate asks: criteria, each with its rule, what it is about, and its limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.oncall.escalation import Target
from bot.domain.text import Label
from checks.threshold import Condition


class Rule(StrEnum):
    """How a criterion is judged.

    The first three are about every value, the mean and a percentile of a metric; NONE_OF and COUNT about
    incidents; NO_SWINGS about hourly means among themselves, AS_BEFORE about the baseline.
    """

    ALWAYS = "always"
    AVERAGE = "average"
    PERCENTILE = "percentile"
    NONE_OF = "none_of"
    COUNT = "count"
    CHECKS_PASSED = "checks_passed"
    DATA_COMPLETE = "data_complete"
    ASKED = "asked"
    NO_SWINGS = "no_swings"
    AS_BEFORE = "as_before"


class Incident(StrEnum):
    """What can be counted in a stretch of a watch."""

    CRITICAL_ALERTS = "critical-alerts"
    WARNING_ALERTS = "warning-alerts"
    FAILED_ROUNDS = "failed-rounds"
    MISSED_ROUNDS = "missed-rounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of a gate's criteria.

    `subjects` are metrics, for CHECKS_PASSED checks, for incidents what they must be about (none: any).
    `percentile` is from 0 to 100. `coverage` is the part of all hours that must have values, and no stretch
    without any may be longer than `gap`. `asked_of`: who may answer (nobody named: anybody).
    """

    rule: Rule
    label: Label | None = None
    subjects: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()
    limit: Condition | None = None
    percentile: float = 99.0
    coverage: float = 0.95
    gap: timedelta = timedelta(hours=1)
    asked_of: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The criteria of one name, in their order."""

    key: str
    criteria: tuple[Criterion, ...]
