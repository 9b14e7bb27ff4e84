"""Actions, playbooks, and the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.action import ActionRun, RunState
from bot.domain.audit import Audited, Deed
from bot.domain.incident.state import Change, Incident, Moment


class ActionRuns(Protocol):
    """Runs of actions."""

    def ask(self, run: ActionRun) -> bool:
        """Enter a run; False when its cause has one already."""
        ...

    def get(self, run_id: str) -> ActionRun | None: ...

    def open_of(self, service: str) -> tuple[ActionRun, ...]:
        """Runs of a service that wait or run, in the order in which they were asked for."""
        ...

    def of_service(self, service: str, since: datetime) -> tuple[ActionRun, ...]: ...

    def of_alert(self, alert: str) -> tuple[ActionRun, ...]: ...

    def of_incident(self, incident: str) -> tuple[ActionRun, ...]: ...

    def due(self, now: datetime) -> tuple[ActionRun, ...]:
        """Runs that may begin, and runs whose lease is over."""
        ...

    def claim(self, run: ActionRun, now: datetime) -> ActionRun | None:
        """The run, now running and mine; None when another of the service runs or took it."""
        ...

    def renew(self, run: ActionRun, until: datetime) -> None:
        """It runs still: its lease goes on."""
        ...

    def wait(self, run: ActionRun, until: datetime) -> None:
        """Look at it again at `until`."""
        ...

    def save(self, run: ActionRun, was: RunState) -> None:
        """Write it. Raises Outdated when it is not in the state `was` any more."""
        ...

    def free(self, ended: ActionRun, now: datetime) -> None:
        """Whatever waits for its turn behind this one may begin."""
        ...


class Incidents(Protocol):
    """Runs of playbooks, with what happened in them; and alerts of which they have to hear."""

    def get(self, incident_id: str) -> Incident | None: ...

    def open_all(self, service: str | None = None) -> tuple[Incident, ...]:
        """Open ones, oldest first."""
        ...

    def newest(self, service: str | None = None) -> Incident | None:
        """The one that was opened last, whether it is open or not."""
        ...

    def of_alert(self, alert: str) -> Incident | None:
        """The newest that is, or was, about this alert."""
        ...

    def save(self, change: Change, look_at: datetime | None) -> None:
        """Write incident and event. Raises Outdated when somebody else changed it first."""
        ...

    def due(self, now: datetime) -> tuple[tuple[Incident, datetime], ...]:
        """Those to be looked at by now, and when they were to be."""
        ...

    def look_again(self, incident: Incident, at: datetime | None) -> bool:
        """Nothing changed: look next at `at`. False when somebody else changed it."""
        ...

    def timeline(self, incident_id: str) -> tuple[Moment, ...]:
        """What happened, in order."""
        ...

    def hear(self, alert: str, now: datetime) -> None:
        """An alert has changed: playbooks may begin or end with it."""
        ...

    def news(self, now: datetime) -> tuple[str, ...]:
        """Alerts that have changed and were not looked at yet."""
        ...

    def heard(self, alert: str) -> None: ...


class Audit(Protocol):
    """What people decided and what was done to services. Nothing in it is ever changed."""

    def write(self, deed: Deed) -> None: ...

    def read(
        self, since: datetime, until: datetime, person: str | None = None, service: str | None = None
    ) -> tuple[Audited, ...]:
        """In the order in which it was written."""
        ...
