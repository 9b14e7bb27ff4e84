"""Judging a stretch of a watch: facts in, a verdict with its findings out. Missing data never passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.alerts.alert import Alert
from bot.domain.panel import PanelRow
from bot.domain.text import Label, Quantity, Text


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it came out, in a sentence with the numbers.

    The rest belongs to criteria of a gate: `number` is its place among them (from 0), `value` what was
    found, `coverage` the part (0 to 1) of the time that has data, `rows` the few rows that decide. `asks`
    is true of a question that a person answers, or has answered.
    """

    outcome: Outcome
    text: Text
    criterion: Label | Text | None = None
    number: int | None = None
    value: Quantity | None = None
    limit: Text | None = None
    coverage: float | None = None
    rows: tuple[Text, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The worst finding decides: failed before inconclusive before passed; findings worst first."""

    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about a watch from `since` until `until`.

    `alerts`: every alert of the service that was open (fired) in that time. `urgent`: the newest values
    of tier-1 metrics. Rounds are counted by how they ended. `open_manuals`: items that nobody has
    confirmed, given up or still open.
    """

    since: datetime
    until: datetime
    alerts: tuple[Alert, ...]
    urgent: tuple[PanelRow, ...]
    rounds_passed: int
    rounds_failed: int
    rounds_missed: int
    open_manuals: tuple[Label, ...]
    rolled_back: bool = False
