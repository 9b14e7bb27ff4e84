"""Watches, their lists, and what is judged of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.measures.baseline import Baseline
from bot.domain.report.filed import Filed
from bot.domain.report.report import Report
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry
from bot.domain.watches.watch import Closing, Watch, WatchChange


class Entries(Protocol):
    """Execution lists, and rounds by hand."""

    def enter(self, listed: Collection[Listed]) -> None:
        """Add rows; one whose ID is there already stays as it is, unless it was struck out before it ran."""
        ...

    def claim(self, now: datetime, until: datetime) -> Listed | None:
        """The first row that is due, now mine until `until`; None when nothing is."""
        ...

    def get(self, listed_id: str) -> Listed | None: ...

    def save(self, listed: Listed) -> None: ...

    def close(self, watch_id: str, closing: Closing) -> None: ...

    def next_round(self, service: str, now: datetime, watch: str | None = None) -> Listed | None:
        """The next planned round of a service, of that watch if one is given, later than now."""
        ...

    def of_watch(self, watch_id: str) -> tuple[Listed, ...]:
        """The whole list of a watch in order of time."""
        ...

    def outline(self, watch_id: str) -> tuple[Entry, ...]:
        """The list of a watch with instant, kind and state alone: enough to tell its progress."""
        ...

    def last_round(self, service: str, before: datetime) -> datetime | None:
        """When the newest round before that instant ran."""
        ...


class Watches(Protocol):
    """Watches, running, paused and ended."""

    def open_all(self, service: str | None = None) -> tuple[Watch, ...]:
        """Watches that have not ended, oldest first."""
        ...

    def get(self, watch_id: str) -> Watch | None: ...

    def before(self, watch: Watch) -> Watch | None:
        """The newest earlier watch of the same service over another version that was not rolled back."""
        ...

    def named(self, word: str) -> tuple[Watch, ...]:
        """Watches with this ID or of this version: open ones first, newer before older."""
        ...

    def rolled_back(self, service: str, since: datetime, until: datetime) -> tuple[Watch, ...]:
        """Watches whose deployment was taken back from `since` until `until`, in that order."""
        ...

    def newest(self) -> Watch | None:
        """The watch that was started last, whether it has ended or not."""
        ...

    def save(self, change: WatchChange) -> None:
        """Write watch and change. Raises Outdated when somebody else changed it first."""
        ...

    def due(self, now: datetime) -> tuple[Watch, ...]: ...

    def redraw_due(self, now: datetime, again: datetime) -> tuple[Watch, ...]:
        """Open watches whose card should be drawn anew; the next time is `again`."""
        ...


class Homes(Protocol):
    """Who has App Home open, by Slack ID."""

    def opened(self, person: str, now: datetime) -> None:
        """Draw it now, and whenever something changes from now on."""
        ...

    def changed(self, at: datetime) -> None:
        """Something that App Home shows has changed: draw every open one anew, not before `at`."""
        ...

    def claim(self, now: datetime, until: datetime) -> tuple[str, ...]:
        """People whose App Home is due, now mine until `until`."""
        ...

    def drawn(self, person: str, until: datetime) -> None:
        """What was claimed until then is drawn; it stays due if something has changed since."""
        ...

    def again(self, person: str, at: datetime) -> None:
        """What was claimed could not be drawn: it is due at `at` again, if not sooner."""
        ...


class Reports(Protocol):
    """Reports that were composed, every version as it was, and who signed them."""

    def file(self, report: Report, remind_at: datetime | None) -> Filed:
        """Keep it, for ever as it is. Raises Outdated when this version is there already."""
        ...

    def get(self, report_id: str, revision: int | None = None) -> Filed | None:
        """Its newest version, or the one of this number."""
        ...

    def newest(self, service: str, kind: str) -> Filed | None:
        """The report of this kind about the latest time."""
        ...

    def sign(self, filed: Filed, before: Filed) -> None:
        """Write the signatures. Raises Outdated when somebody else signed since `before` was read."""
        ...

    def claim(self, now: datetime) -> Filed | None:
        """The first that is due to be reminded of, now mine, and reminded of no more; None when none is."""
        ...


class Baselines(Protocol):
    """What was measured before deployments."""

    def keep(self, baseline: Baseline, watch_id: str | None) -> None:
        """Keep it with a watch, or for the service. A later one counts instead."""
        ...

    def of_watch(self, watch_id: str) -> Baseline | None: ...

    def newest(self, service: str) -> Baseline | None: ...

    def wanting(self) -> Watch | None:
        """The oldest watch that runs and has no baseline yet."""
        ...
