"""Alerts and their transitions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.domain.alert import Alert, AlertState, Transition
from bot.domain.proof import Step
from bot.domain.text import Text
from bot.engine.ledger import Outdated
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.tables import alerts, transitions

_READ = (alerts.c.body, alerts.c.next_at)


def _alert(row: Any) -> Alert:
    # The column wins: many alerts at once may have been told to look again.
    return replace(load(Alert, row.body), next_at=row.next_at)


class AlertRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, alert_id: str) -> Alert | None:
        row = self._connection.execute(select(*_READ).where(alerts.c.id == alert_id)).first()
        return None if row is None else _alert(row)

    def open_among(self, fingerprints: Collection[str]) -> dict[str, Alert]:
        found = select(alerts.c.fingerprint, *_READ).where(
            alerts.c.fingerprint.in_(fingerprints), alerts.c.state != AlertState.RESOLVED.value
        )
        return {row.fingerprint: _alert(row) for row in self._connection.execute(found)}

    def open_all(self) -> tuple[Alert, ...]:
        found = (
            select(*_READ)
            .where(alerts.c.state != AlertState.RESOLVED)
            .order_by(alerts.c.severity, alerts.c.began_at, alerts.c.id)
        )
        return tuple(map(_alert, self._connection.execute(found)))

    def fired_between(self, service: str, since: datetime, until: datetime) -> tuple[Alert, ...]:
        found = (
            select(*_READ)
            .where(
                alerts.c.service == service,
                alerts.c.fired_at < until,
                # The last: an alert that was gone in the very instant in which it fired.
                alerts.c.resolved_at.is_(None)
                | (alerts.c.resolved_at > since)
                | (alerts.c.fired_at >= since),
            )
            .order_by(alerts.c.fired_at, alerts.c.id)
        )
        return tuple(map(_alert, self._connection.execute(found)))

    def due(self, now: datetime) -> tuple[str, ...]:
        found = select(alerts.c.id).where(alerts.c.next_at <= now).order_by(alerts.c.next_at)
        return tuple(self._connection.execute(found).scalars())

    def look_again(self, source: str, now: datetime) -> None:
        waiting = alerts.c.quiet == source, alerts.c.state != AlertState.RESOLVED
        self._connection.execute(update(alerts).where(*waiting).values(next_at=now))

    def save(self, transition: Transition) -> None:
        alert = transition.alert
        values: dict[str, object] = {
            "state": alert.state.value,
            "severity": alert.severity.value,
            "version": alert.version,
            "fired_at": alert.fired_at,
            "resolved_at": alert.resolved_at,
            "next_at": alert.next_at,
            "quiet": alert.quiet.source if alert.quiet else None,
            "body": dump(alert),
        }
        if alert.version == 1:
            self._begin(alert, values)
        else:
            mine = alerts.c.id == alert.id, alerts.c.version == alert.version - 1
            if self._connection.execute(update(alerts).where(*mine).values(values)).rowcount != 1:
                raise Outdated(f"alert {alert.id} is no longer at version {alert.version - 1}")
        self._connection.execute(
            insert(transitions).values(
                alert=alert.id,
                version=alert.version,
                at=transition.at,
                event=transition.event,
                person=transition.by,
                reason=dump(transition.reason),
                next_at=alert.next_at,
            )
        )

    def _begin(self, alert: Alert, values: dict[str, object]) -> None:
        subject = alert.subject
        fixed = {
            "id": alert.id,
            "fingerprint": subject.fingerprint,
            "service": subject.service,
            "began_at": alert.began_at,
        }
        if not insert_new(self._connection, alerts, fixed | values):
            raise Outdated(f"{subject.fingerprint} has an open alert already")

    def steps(self, alert_id: str) -> tuple[Step, ...]:
        columns = transitions.c.version, transitions.c.at, transitions.c.event, transitions.c.next_at
        found = select(*columns).where(transitions.c.alert == alert_id).order_by(transitions.c.version)
        return tuple(
            Step(version=row.version, at=row.at, event=row.event, next_at=row.next_at)
            for row in self._connection.execute(found)
        )

    def timeline(self, alert_id: str) -> tuple[tuple[datetime, str, Text, str | None], ...]:
        found = select(transitions).where(transitions.c.alert == alert_id).order_by(transitions.c.version)
        return tuple(
            (row.at, row.event, load(Text, row.reason), row.person) for row in self._connection.execute(found)
        )
