"""The plan's live panel as a value: every metric beside its target, and the state of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.text import Label, Quantity, Text
from checks.result import State
from checks.threshold import Condition


class Standing(StrEnum):
    """How a value of the panel stands. Stale is never shown as healthy."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    STALE = "stale"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow:
    """One value beside its target, with the time it was measured."""

    metric: str
    label: Label
    value: Quantity | None
    target: Condition | None
    unit: str
    standing: Standing
    measured_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelGroup:
    """Rows under one heading: a group of metrics, in the order of config.yaml."""

    key: str
    rows: tuple[PanelRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLine:
    """One line of "state of": production, monitoring, alert rules, on-call team."""

    label: Text
    standing: Standing
    detail: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The plan's live panel of one service at `at`.

    `critical` and `warning` count alerts that fire, `pending` those that may yet, `resolved` those that
    ended in the last 24 hours.
    """

    service: str
    at: datetime
    groups: tuple[PanelGroup, ...]
    critical: int
    warning: int
    pending: int
    resolved: int
    system: tuple[SystemLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """One item of a round's checklist with its outcome; `on_failure` is what the plan says to do.

    `check` is the key of the check that was asked, and `summary` its words; `alerts` are those that were
    open, where it was a look at them, the most urgent first.
    """

    check: str = ""
    label: Label
    state: State
    summary: str
    values: tuple[PanelRow, ...] = ()
    alerts: tuple[Text, ...] | None = None
    on_failure: Label | None = None
    hint: str = ""
