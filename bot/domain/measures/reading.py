"""The newest value of a series, and when it stops being news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest value of one series of a metric; after `fresh_until` it is stale.

    `silent_at` is when its silence becomes an alert (None: never).
    """

    service: str
    metric: str
    labels: tuple[tuple[str, str], ...]
    value: float
    unit: str
    at: datetime
    fresh_until: datetime
    silent_at: datetime | None = None
