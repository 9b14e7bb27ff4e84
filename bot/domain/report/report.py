"""A report as a value: said in any language later, and the same for ever once it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.oncall.escalation import Target
from bot.domain.panel import Standing
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text


class ReportKind(StrEnum):
    """SUMMARY is that of the first 24 hours, BASELINE the comparison of before and after alone."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    SUMMARY = "summary"
    FINAL = "final"
    BASELINE = "baseline"


Said = Text | Label | Quantity | Instant | Span | Name
"""What a value of a row may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a mark, a name and its value with a note, or (`name` None) a sentence alone.

    `value` None under a name means that there is no data. `spoken`: the value itself says how it stands.
    """

    name: Text | Label | None = None
    value: Said | None = None
    note: Text | None = None
    standing: Standing | None = None
    spoken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its head and its rows, as many cells each."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Said | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    title: Text
    rows: tuple[Row, ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of a chart: (instant, value) in order; `target` is a limit drawn beside it."""

    label: Label | Text
    points: tuple[tuple[datetime, float], ...]
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a chart's time with a name: a phase, or an alert."""

    label: Label | Text
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Curves of one unit over the time from `since` until `until`.

    `key` names its picture. `bars`, if there are any, are counts by day instead: (day's start, name, count);
    `changes` relative changes of metrics: (metric, per cent, verdict).
    """

    key: str
    title: Text
    unit: str
    since: datetime
    until: datetime
    curves: tuple[Curve, ...] = ()
    bars: tuple[tuple[datetime, Text, int], ...] = ()
    changes: tuple[tuple[Label, float, Text], ...] = ()
    phases: tuple[Stretch, ...] = ()
    alerts: tuple[Stretch, ...] = ()
    deployed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed for which role, when, and the hash of what was signed (SHA-256, hexadecimal)."""

    role: str
    by: str
    at: datetime
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported about a watch (or, without one, a service) from `since` until `until`.

    `revision` counts from 1; `corrects` is what a later one changed, in the words of whoever asked for it.
    `roles` must sign. `zone` is the plan's.
    """

    id: str
    kind: ReportKind
    service: str
    version: str
    watch: str | None
    zone: str
    since: datetime
    until: datetime
    composed_at: datetime
    title: Text
    head: tuple[Row, ...]
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...] = ()
    roles: tuple[Target, ...] = ()
    revision: int = 1
    corrects: str = ""
    corrected_by: str | None = None
