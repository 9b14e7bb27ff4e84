"""What is known of an incident in the end: facts for a post-mortem, in order, with numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import ActionRun
from bot.domain.alerts.alert import Alert
from bot.domain.incident.state import Incident, Moment
from bot.domain.text import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """One metric before, during and after; None where nothing was measured. `worst` is the worst during."""

    label: Label
    unit: str
    before: float | None
    worst: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortem:
    """Everything that `moments` tells happened to the incident, its alert or by an action, in order."""

    incident: Incident
    alert: Alert | None
    at: datetime
    moments: tuple[Moment, ...]
    runs: tuple[ActionRun, ...]
    impact: tuple[Impact, ...]


def in_order(*sources: Iterable[Moment]) -> tuple[Moment, ...]:
    """Moments of several sources in order of time, each sentence once."""
    found: list[Moment] = []
    seen: set[tuple[datetime, object]] = set()
    every = [(moment.at, rank, moment) for rank, source in enumerate(sources) for moment in source]
    for at, _, moment in sorted(every, key=lambda each: each[:2]):
        if (at, moment.reason) not in seen or moment.note:
            seen.add((at, moment.reason))
            found.append(moment)
    return tuple(found)
