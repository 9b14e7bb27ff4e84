"""What workers at other sites answer, and which of them are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from checks.base import Cursor
from checks.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one errand: a check's answer and what its probe leaves for the next one."""

    errand: str
    result: Result
    cursor: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A worker that says it is there; `seen_at` is by its own clock."""

    site: str
    worker: str
    version: str
    seen_at: datetime


class Sites(Protocol):
    """Replies on their way to whoever asked, and the workers that write them."""

    def reply(self, replies: Collection[Reply], asked_at: datetime) -> None:
        """Leave replies for whoever asked at `asked_at`; a second one to an errand changes nothing."""
        ...

    def replies(self, errands: Collection[str]) -> tuple[Reply, ...]:
        """Those that are there of these errands."""
        ...

    def taken(self, errands: Collection[str]) -> None:
        """Remove the replies to these errands."""
        ...

    def forget(self, before: datetime) -> None:
        """Remove replies to what was asked before then: they came too late for anybody to take them."""
        ...

    def arrive(self, worker: Present) -> None:
        """Write down that a worker is there, once more."""
        ...

    def leave(self, worker: Present) -> None: ...

    def present(self) -> tuple[Present, ...]:
        """Every worker that arrived and did not leave, by site and name."""
        ...
