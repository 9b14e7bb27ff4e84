"""Rows of which the busiest are answered from memory, and of which somebody hears what is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.domain.action import ActionRun, RunState
from bot.domain.alerts.alert import Alert, Transition
from bot.domain.alerts.flapping import Swings
from bot.domain.alerts.priority import priority
from bot.domain.audit import Source
from bot.domain.incident.state import Change
from bot.domain.report.filed import Filed
from bot.domain.report.report import Report
from bot.domain.watches.listing import Listed
from bot.domain.watches.watch import Watch, WatchChange
from bot.engine.ledger import Delivery, Lane
from bot.store.rows import Rows
from bot.store.rows.actions import ActionRows
from bot.store.rows.alerts import AlertRows
from bot.store.rows.courses import CourseRows
from bot.store.rows.entries import EntryRows
from bot.store.rows.incidents import IncidentRows
from bot.store.rows.outbox import OutboxRows
from bot.store.rows.reports import ReportRows
from bot.store.rows.schedule import ScheduleRows
from bot.store.rows.watches import WatchRows
from bot.store.scratch.past import KnownHistory, KnownReadings, Past
from bot.store.scratch.undo import Remembered, Undo
from checks.base import Cursor

Heard = Transition | Listed | Change | ActionRun | Report | WatchChange
"""What is told of: whatever a decision wrote, once it is made."""


class Memory:
    """What is kept between decisions: open alerts, courses, watches, readings, and what was written."""

    def __init__(self) -> None:
        self.undo = Undo()
        self.open = Remembered[str, Alert](self.undo)
        self.courses = Remembered[str, Swings](self.undo)
        self.watches: dict[str | None, tuple[Watch, ...]] = {}
        self.past = Past(self.undo)
        self.written: list[Heard] = []

    def fail(self) -> None:
        """The decision is not made: everything is as it was before."""
        self.undo.undo()
        self.watches.clear()
        self.written.clear()


class ScratchRows(Rows):
    """Implements engine.ledger.Ledger."""

    def __init__(self, connection: Connection, memory: Memory, source: Source) -> None:
        super().__init__(connection, source)
        self.alerts = KnownAlerts(connection, memory)
        self.courses = KnownCourses(connection, memory)
        self.watches = KnownWatches(connection, memory)
        self.readings = KnownReadings(connection, memory.past)
        self.history = KnownHistory(connection, memory.past)
        self.schedule = CursorlessSchedule(connection)
        self.outbox = PlainOutbox(connection)
        self.entries = HeardEntries(connection, memory)
        self.incidents = HeardIncidents(connection, memory)
        self.actions = HeardActions(connection, memory)
        self.reports = HeardReports(connection, memory)


class KnownAlerts(AlertRows):
    """Open alerts are known without a look into the database."""

    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    def open_among(self, fingerprints: Collection[str]) -> dict[str, Alert]:
        known = self._memory.open.values
        return {each: known[each] for each in fingerprints if each in known} if known else {}

    def open_all(self) -> tuple[Alert, ...]:
        found = self._memory.open.values.values()
        return tuple(sorted(found, key=lambda each: (priority(each), each.began_at, each.id)))

    def look_again(self, source: str, now: datetime) -> None:
        super().look_again(source, now)
        known = self._memory.open
        for key, alert in list(known.values.items()):
            if alert.quiet and alert.quiet.source == source:
                known.put(key, self.get(alert.id) or alert)

    def save(self, *changes: Transition) -> None:
        super().save(*changes)
        for each in changes:
            if each.alert.open:
                self._memory.open.put(each.alert.subject.fingerprint, each.alert)
            else:
                self._memory.open.drop(each.alert.subject.fingerprint)
        self._memory.written += changes


class KnownCourses(CourseRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._known = memory.courses

    def among(self, fingerprints: Collection[str]) -> dict[str, Swings]:
        known = self._known.values
        return {each: known[each] for each in fingerprints if each in known} if known else {}

    def remember(self, kept: Mapping[str, Swings]) -> None:
        for fingerprint, swings in kept.items():
            if swings.steady:
                self._known.drop(fingerprint)
            else:
                self._known.put(fingerprint, swings)


class KnownWatches(WatchRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    def open_all(self, service: str | None = None) -> tuple[Watch, ...]:
        known = self._memory.watches
        if service not in known:
            known[service] = super().open_all(service)
        return known[service]

    def save(self, change: WatchChange) -> None:
        super().save(change)
        self._memory.watches.clear()
        self._memory.written.append(change)


class CursorlessSchedule(ScheduleRows):
    """What is measured was measured long ago: as a rule no probe leaves anything for the next."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._left: set[tuple[str, str]] = set()

    def remember(self, service: str, check: str, cursor: Cursor | None) -> None:
        if cursor is not None:
            self._left.add((service, check))
        if (service, check) in self._left:
            super().remember(service, check, cursor)


class PlainOutbox(OutboxRows):
    """Nobody looks at a card, so none is drawn anew; nobody opens a file."""

    def put(self, delivery: Delivery) -> None:
        if not delivery.redraw and delivery.lane is not Lane.FILE:
            super().put(delivery)


class HeardEntries(EntryRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._written = memory.written

    def save(self, listed: Listed) -> None:
        super().save(listed)
        self._written.append(listed)


class HeardIncidents(IncidentRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._written = memory.written

    def save(self, change: Change, look_at: datetime | None) -> None:
        super().save(change, look_at)
        self._written.append(change)


class HeardActions(ActionRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._written = memory.written

    def save(self, run: ActionRun, was: RunState) -> None:
        super().save(run, was)
        self._written.append(run)


class HeardReports(ReportRows):
    def __init__(self, connection: Connection, memory: Memory) -> None:
        super().__init__(connection)
        self._written = memory.written

    def file(self, report: Report, remind_at: datetime | None) -> Filed:
        filed = super().file(report, remind_at)
        self._written.append(report)
        return filed


def total_changes(connection: Connection) -> int:
    """How many rows have been written through this connection."""
    raw: Any = connection.connection.dbapi_connection
    return int(raw.total_changes)
