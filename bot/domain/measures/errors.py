"""Types of errors that logs show: which are new, which are known, and how often they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Judgement, Severity
from bot.domain.text import Instant, Span, Text, say
from bot.domain.watches.watch import Watch

BEFORE = "@log"
"""Who knows a type that stood in the log before it was followed: no key of `people` begins with `@`."""

ALARMING = frozenset({"error", "critical"})
"""Severities whose new types are told; new types of warnings are only listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorType:
    """One type of error of a service. `known_by`: the person who said that it is known (None: nobody)."""

    id: str
    service: str
    check: str
    severity: str
    category: str
    template: str
    sample: str
    first_at: datetime
    last_at: datetime
    count: int
    known_by: str | None = None
    known_at: datetime | None = None

    @property
    def known(self) -> bool:
        return self.known_by is not None

    @property
    def quotable(self) -> str:
        """The template as it may stand between backticks."""
        return self.template.replace("`", "'")

    @property
    def news(self) -> bool:
        """Whether somebody should look at it."""
        return not self.known and self.severity in ALARMING


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorClass:
    """A line of the classification table: how often errors of a class came in a stretch, of how many types.

    `name` is the class of the exception where one was named, else the severity.
    """

    name: str
    severity: str
    types: int
    count: int


def judge_news(fresh: Sequence[ErrorType], unknown: int) -> Judgement:
    """What new types of errors mean: those seen for the first time are bad, and over when all are known."""
    if fresh:
        return Judgement(severity=Severity.WARNING, recovered=False, reason=_told(fresh))
    if unknown:
        reason = say("{count} types of errors are not marked as known", count=unknown)
        return Judgement(severity=None, recovered=False, reason=reason)
    return Judgement(severity=None, recovered=True, reason=say("every type of error is known"))


def _told(fresh: Sequence[ErrorType]) -> Text:
    if len(fresh) == 1:
        return say("new type of error: `{template}`", template=fresh[0].quotable)
    return say(
        "{count} new types of errors, such as `{template}`", count=len(fresh), template=fresh[0].quotable
    )


def first_seen(error: ErrorType, watch: Watch | None) -> Text:
    """When it was first seen: since which deployment, where one is being watched."""
    if watch and error.first_at >= watch.deployed_at:
        return say(
            "first seen {span} after {version}",
            span=Span.of(error.first_at - watch.deployed_at),
            version=watch.version,
        )
    return say("first seen {at}", at=Instant(error.first_at))
