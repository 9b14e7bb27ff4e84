"""What is known of an incident in the end: facts for a post-mortem, in order, with numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.action import ActionRun
from bot.domain.alerts.alert import Alert
from bot.domain.incident.state import Incident, Moment
from bot.domain.text import Label, Text

_THE_SAME = timedelta(seconds=5)
"""What ends an action, and the step with it, is written down by both, one after the other."""


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
    """Moments of several sources in order of time; a sentence that two of them say, once.

    Whoever looks again every few seconds and sees the same is told once.
    """
    found: list[Moment] = []
    said: dict[Text, datetime] = {}
    looked: Text | None = None
    every = [(moment.at, rank, moment) for rank, source in enumerate(sources) for moment in source]
    for at, _, moment in sorted(every, key=lambda each: each[:2]):
        if moment.event == "step.looked":
            if moment.reason == looked:
                continue
            looked = moment.reason
        before = said.get(moment.reason)
        if before is None or at - before > _THE_SAME or moment.note:
            found.append(moment)
        said[moment.reason] = at
    return tuple(found)
