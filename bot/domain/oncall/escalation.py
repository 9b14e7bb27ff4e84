"""Whom to wake next, and when: ordered levels with waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SLACK = "slack"
"""The way to reach people that needs no channel of the configuration."""


class TargetKind(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SCHEDULE = "schedule"
    USERGROUP = "usergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to notify, as written in the plan: `schedule:primary`."""

    kind: TargetKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung: its targets, the ways to reach them, and the wait before the next rung.

    `everyone`: each of its people must acknowledge before the escalation stops.
    """

    notify: tuple[Target, ...]
    by: tuple[str, ...] = (SLACK,)
    wait: timedelta
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover:
    """Before anybody is woken: this action, and at most so long for it to help."""

    action: str
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Whom a warning is told, and by which ways beside Slack: once, and nobody is woken by it in Slack."""

    notify: tuple[Target, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The chain, and what is tried before it.

    After the last level's wait it starts again `repeat` times, then it is exhausted.
    """

    key: str
    levels: tuple[Level, ...]
    recover: Recover | None = None
    warnings: Notice | None = None
    repeat: int = 0
    resolve_within: timedelta | None = None
