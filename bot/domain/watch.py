"""A watch: one run of a plan over one deployment, with the plan it started with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.plan import Plan


class WatchState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`version` is the deployed version; `next_at` is when its card is drawn again."""

    id: str
    service: str
    channel: str
    version: str
    owner: str | None
    deployed_at: datetime
    started_at: datetime
    plan: Plan
    state: WatchState = WatchState.RUNNING
    next_at: datetime | None = None
