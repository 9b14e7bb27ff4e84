"""Alerts, what they share, and what is quiet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.alerts.alert import Alert, AlertState, Severity, Transition
from bot.domain.alerts.flapping import Swings
from bot.domain.alerts.grouping import Group
from bot.domain.alerts.quiet.silence import Silence
from bot.domain.oncall.proof import Step
from bot.domain.text import Text


class Alerts(Protocol):
    """Alerts and their transitions."""

    def get(self, alert_id: str) -> Alert | None: ...

    def get_all(self, ids: Collection[str]) -> tuple[Alert, ...]:
        """Those of these that there are, in the order of `ids`."""
        ...

    def open_among(self, fingerprints: Collection[str]) -> dict[str, Alert]:
        """Open alerts by fingerprint, for those of these fingerprints that have one."""
        ...

    def open_all(self) -> tuple[Alert, ...]:
        """Every open alert, most urgent first (P0 to P3), older before newer."""
        ...

    def open_called(self, word: str) -> tuple[Alert, ...]:
        """Open alerts of this fingerprint, metric or check; when there are none, those whose ID begins so.

        In the order of `open_all`.
        """
        ...

    def due(self, now: datetime) -> tuple[str, ...]:
        """IDs of alerts whose `next_at` has come."""
        ...

    def look_again(self, source: str, now: datetime) -> None:
        """Look now at the alerts that are quiet because of this."""
        ...

    def named(self, ids: Collection[str]) -> set[str]:
        """Those of these IDs that an alert has, open or not."""
        ...

    def save(self, *transitions: Transition) -> None:
        """Write alerts and transitions. Raises Outdated when somebody else changed one of them first."""
        ...

    def on_card(self, card: str, most: int) -> tuple[Alert, ...]:
        """Alerts on this card: firing, acknowledged, resolved; of each the loud first, then the urgent."""
        ...

    def open_on(self, card: str) -> tuple[Alert, ...]:
        """Every open alert on this card."""
        ...

    def counts(self, card: str) -> dict[tuple[AlertState, Severity], int]:
        """How many alerts on this card stand how."""
        ...

    def happened(self, card: str, since: datetime) -> dict[str, int]:
        """Event → how many of them have come to alerts on this card since."""
        ...

    def riding(self, page: str) -> tuple[Alert | None, int]:
        """The most urgent alert that fires and rides on this page, and how many do."""
        ...

    def open_counts(self, service: str) -> dict[tuple[AlertState, Severity], int]:
        """How many open alerts of a service stand how."""
        ...

    def resolved_since(self, service: str, since: datetime) -> int:
        """How many alerts of a service that fired have resolved since then."""
        ...

    def fired_between(self, service: str, since: datetime, until: datetime) -> tuple[Alert, ...]:
        """Alerts of a service that were firing at some time in that stretch, oldest first."""
        ...

    def steps(self, alert_id: str) -> tuple[Step, ...]:
        """Its transitions as far as the proof of its escalation needs them, in order."""
        ...

    def fired(self, fingerprint: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """When alerts of this fingerprint fired in that stretch (half-open), in order."""
        ...

    def timeline(self, alert_id: str) -> tuple[tuple[datetime, str, Text, str | None], ...]:
        """(at, event, reason, person) in order."""
        ...


class Outdated(Exception):  # noqa: N818 - a fact, told to whoever decided on older ones
    """The row was changed since it was read; decide again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """The last page that woke somebody: its operation, the alert it was for, how many others ride on it."""

    page: str
    alert: str
    at: datetime
    riders: int


class Groups(Protocol):
    """Alerts that share a card, and who was woken last."""

    def newest(self, key: str) -> tuple[Group, bool] | None:
        """The newest group of that key, and whether one of its alerts is open."""
        ...

    def get(self, group_id: str) -> Group | None: ...

    def save(self, group: Group, next_at: datetime | None) -> None: ...

    def due(self, now: datetime) -> tuple[Group, ...]: ...

    def review(self, group_id: str, at: datetime | None) -> None:
        """Compare its card with what stands in Slack then."""
        ...

    def to_review(self, now: datetime) -> tuple[Group, ...]:
        """Groups whose card is to be compared."""
        ...

    def woken(self, targets: Collection[str]) -> dict[str, Woken]:
        """By target (`person:lin`), for those who have ever been woken."""
        ...

    def wake(self, target: str, by: Woken) -> None: ...


class Courses(Protocol):
    """The last results of each fingerprint that has not been well for long."""

    def among(self, fingerprints: Collection[str]) -> dict[str, Swings]:
        """By fingerprint, for those of these that are remembered."""
        ...

    def remember(self, courses: Mapping[str, Swings]) -> None:
        """Keep the last results of these fingerprints; steady ones are forgotten."""
        ...


class Silences(Protocol):
    """What people have silenced."""

    def active(self, now: datetime) -> tuple[Silence, ...]:
        """Those that hold now, the first to end first."""
        ...

    def get(self, silence_id: str) -> Silence | None: ...

    def save(self, silence: Silence) -> None: ...


class Windows(Protocol):
    """When each maintenance window is looked at, and until when it was said to be open."""

    def look(self, name: str, at: datetime) -> None:
        """Look at this window then, whatever was planned."""
        ...

    def keep_only(self, names: Collection[str]) -> None:
        """Strike out windows that are configured no more."""
        ...

    def due(self, now: datetime) -> tuple[tuple[str, datetime | None], ...]:
        """(name, until when it was said to be open; None: it was not)."""
        ...

    def stands(self, name: str, *, until: datetime | None, next_at: datetime | None) -> None: ...
