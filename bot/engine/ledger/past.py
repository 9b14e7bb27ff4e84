"""What is kept of the past: measurements, and the types of errors that were seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from bot.domain.measures.errors import ErrorClass, ErrorType
from bot.domain.measures.history import Labels, Point, Retention, Sample, Summary
from checks.result import Sighting


class History(Protocol):
    """What was measured. Instants are half-open: from `since` until just before `until`.

    `labels` None means every series of the metric. Where raw values are kept no more, stretches begin and
    end at whole hours, later at whole days (UTC).
    """

    def values(
        self, service: str, metric: str, since: datetime, until: datetime, *, most: int | None = None
    ) -> Iterator[Sample]:
        """Raw values, read while you ask for them: series by series, each in order of time.

        `most`: of more than so many a systematic sample: the first of each of so many even steps in time.
        """
        ...

    def summary(
        self, service: str, metric: str, since: datetime, until: datetime, labels: Labels | None = None
    ) -> Summary:
        """Count, mean, min, max, percentiles and coverage."""
        ...

    def points(
        self, service: str, metric: str, since: datetime, until: datetime, most: int = 120
    ) -> tuple[Point, ...]:
        """At most about so many points for a chart, in order; a step without a value has no point."""
        ...

    def tend(self, now: datetime, retention: Retention) -> bool:
        """Roll up what has settled and delete what is too old, one small bite. True: there may be more."""
        ...


class Errors(Protocol):
    """Types of errors, by service and check."""

    def note(
        self, service: str, check: str, sightings: Collection[Sighting], at: datetime
    ) -> tuple[ErrorType, ...]:
        """Write down what was seen; returns the types that nobody had ever seen before.

        A sighting with a count of 0 stood in the log before it was followed: its type is known.
        """
        ...

    def get(self, error_id: str) -> ErrorType | None: ...

    def listed(self, service: str | None = None) -> tuple[ErrorType, ...]:
        """Every type: new ones first, the latest seen first among them."""
        ...

    def first_seen(self, service: str, since: datetime, until: datetime) -> tuple[ErrorType, ...]:
        """New types that were seen for the first time in that stretch, oldest first."""
        ...

    def news(self, service: str, check: str) -> int:
        """How many types of a check somebody should look at."""
        ...

    def mark(self, error_id: str, by: str, at: datetime) -> bool:
        """It is known. False when it was known already."""
        ...

    def classes(self, service: str, since: datetime, until: datetime) -> tuple[ErrorClass, ...]:
        """How often errors of each class came in that stretch (by whole hours), most frequent first."""
        ...

    def forget(self, service: str, before: datetime) -> None:
        """Delete counts of hours before that instant."""
        ...
