"""Alerts and their transitions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Update,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.domain.alerts.alert import Alert, AlertState, Severity, Transition
from bot.domain.alerts.priority import priority
from bot.domain.oncall.proof import Step
from bot.domain.text import Text
from bot.engine.ledger import Outdated
from bot.store.batch import Row, for_each, found_among, microseconds, one_of
from bot.store.codec import dump, load
from bot.store.tables import alerts, transitions

_READ = (alerts.c.body, alerts.c.next_at)

_IS_OPEN: ColumnElement[bool] = alerts.c.state != literal_column(f"'{AlertState.RESOLVED.value}'")
"""Word for word as the indices of open alerts have it: with a parameter SQLite would not take them."""

_ONE = select(*_READ).where(alerts.c.id == bindparam("of_id"))
_OPEN = select(*_READ).where(_IS_OPEN).order_by(alerts.c.priority, alerts.c.began_at, alerts.c.id)
"""Most urgent first, older before newer."""


def _alert(row: Any) -> Alert:
    # The column wins: many alerts at once may have been told to look again.
    return replace(load(Alert, row.body), next_at=row.next_at)


def _row(alert: Alert) -> Row:
    subject = alert.subject
    return {
        "of_id": alert.id,
        "of_fingerprint": subject.fingerprint,
        "of_service": subject.service,
        "of_began_at": microseconds(alert.began_at),
        "of_state": alert.state.value,
        "of_severity": alert.severity.value,
        "of_version": alert.version,
        "of_fired_at": _instant(alert.fired_at),
        "of_resolved_at": _instant(alert.resolved_at),
        "of_next_at": _instant(alert.next_at),
        "of_quiet": alert.quiet.source if alert.quiet else None,
        "of_priority": priority(alert),
        "of_card": alert.card,
        "of_rides": alert.rides,
        "of_body": dump(alert),
    }


def _instant(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


_FIXED = ("id", "fingerprint", "service", "began_at")
_CHANGING = (
    "state",
    "severity",
    "version",
    "fired_at",
    "resolved_at",
    "next_at",
    "quiet",
    "priority",
    "card",
    "rides",
    "body",
)


def _given(*names: str) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(f"of_{name}") for name in names}


def _begun(_dialect: str) -> Insert:
    return insert(alerts).values(_given(*_FIXED, *_CHANGING))


def _changed(_dialect: str) -> Update:
    was = alerts.c.id == bindparam("of_id"), alerts.c.version == bindparam("was_version")
    return update(alerts).where(*was).values(_given(*_CHANGING))


def _told(_dialect: str) -> Insert:
    return insert(transitions).values(
        _given("alert", "version", "at", "event", "person", "reason", "next_at")
    )


def _telling(change: Transition) -> Row:
    return {
        "of_alert": change.alert.id,
        "of_version": change.alert.version,
        "of_at": microseconds(change.at),
        "of_event": change.event,
        "of_person": change.by,
        "of_reason": dump(change.reason),
        "of_next_at": _instant(change.alert.next_at),
    }


def _open_among(dialect: str) -> Select[tuple[str]]:
    return select(alerts.c.fingerprint).where(_IS_OPEN, alerts.c.fingerprint.in_(one_of(dialect)))


def _named(dialect: str) -> Select[tuple[str]]:
    return select(alerts.c.id).where(alerts.c.id.in_(one_of(dialect)))


class AlertRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.saved: list[Transition] = []

    def get(self, alert_id: str) -> Alert | None:
        row = self._connection.execute(_ONE, {"of_id": alert_id}).first()
        return None if row is None else _alert(row)

    def get_all(self, ids: Collection[str]) -> tuple[Alert, ...]:
        known = {
            row.id: row
            for row in self._connection.execute(select(alerts.c.id, *_READ).where(alerts.c.id.in_(ids)))
        }
        return tuple(_alert(known[each]) for each in ids if each in known)

    def open_among(self, fingerprints: Collection[str]) -> dict[str, Alert]:
        known = found_among(self._connection, _open_among, fingerprints)
        if not known:
            return {}
        found = select(alerts.c.fingerprint, *_READ).where(alerts.c.fingerprint.in_(known), _IS_OPEN)
        return {row.fingerprint: _alert(row) for row in self._connection.execute(found)}

    def open_all(self) -> tuple[Alert, ...]:
        return tuple(map(_alert, self._connection.execute(_OPEN)))

    def open_called(self, word: str) -> tuple[Alert, ...]:
        fingerprint = alerts.c.fingerprint
        named = (fingerprint == word) | fingerprint.contains(f"/{word}", autoescape=True)
        # The question inside is answered by an index alone, which holds no bodies.
        some = _OPEN.where(fingerprint.in_(select(fingerprint).where(_IS_OPEN, named)))
        called = tuple(
            each
            for each in map(_alert, self._connection.execute(some))
            if word in (each.subject.fingerprint, each.subject.key)
        )
        begins = _OPEN.where(alerts.c.id.startswith(word, autoescape=True))
        return called or tuple(map(_alert, self._connection.execute(begins)))

    def open_counts(self, service: str) -> dict[tuple[AlertState, Severity], int]:
        return self._counted(alerts.c.service == service, _IS_OPEN)

    def resolved_since(self, service: str, since: datetime) -> int:
        mine = alerts.c.service == service, alerts.c.resolved_at >= since, alerts.c.fired_at.is_not(None)
        return self._connection.execute(select(func.count()).where(*mine)).scalar_one()

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
        waiting = alerts.c.quiet == source, _IS_OPEN
        self._connection.execute(update(alerts).where(*waiting).values(next_at=now))

    def on_card(self, card: str, most: int) -> tuple[Alert, ...]:
        standing = case(
            (alerts.c.state == AlertState.FIRING, 0), (alerts.c.state == AlertState.ACKNOWLEDGED, 1), else_=2
        )
        found = (
            select(*_READ)
            .where(alerts.c.card == card)
            .order_by(
                standing, alerts.c.quiet.is_not(None), alerts.c.priority, alerts.c.fired_at, alerts.c.id
            )
            .limit(most)
        )
        return tuple(map(_alert, self._connection.execute(found)))

    def open_on(self, card: str) -> tuple[Alert, ...]:
        found = select(*_READ).where(alerts.c.card == card, _IS_OPEN)
        return tuple(map(_alert, self._connection.execute(found.order_by(alerts.c.id))))

    def counts(self, card: str) -> dict[tuple[AlertState, Severity], int]:
        return self._counted(alerts.c.card == card)

    def _counted(self, *which: ColumnElement[bool]) -> dict[tuple[AlertState, Severity], int]:
        found = (
            select(alerts.c.state, alerts.c.severity, func.count())
            .where(*which)
            .group_by(alerts.c.state, alerts.c.severity)
            .order_by(alerts.c.state, alerts.c.severity)
        )
        return {
            (AlertState(state), Severity(severity)): count
            for state, severity, count in self._connection.execute(found)
        }

    def happened(self, card: str, since: datetime) -> dict[str, int]:
        found = (
            select(transitions.c.event, func.count())
            .join(alerts, alerts.c.id == transitions.c.alert)
            .where(alerts.c.card == card, transitions.c.at >= since)
            .group_by(transitions.c.event)
        )
        return {row[0]: row[1] for row in self._connection.execute(found)}

    def riding(self, page: str) -> tuple[Alert | None, int]:
        mine = alerts.c.rides == page, alerts.c.state == AlertState.FIRING, alerts.c.quiet.is_(None)
        count = self._connection.execute(select(func.count()).where(*mine)).scalar_one()
        first = (
            select(*_READ).where(*mine).order_by(alerts.c.priority, alerts.c.fired_at, alerts.c.id).limit(1)
        )
        row = self._connection.execute(first).first() if count else None
        return (None if row is None else _alert(row)), count

    def named(self, ids: Collection[str]) -> set[str]:
        return set(found_among(self._connection, _named, ids))

    def save(self, *changes: Transition) -> None:
        first = {each.alert.id: each.alert.version for each in reversed(changes)}
        last = {each.alert.id: each.alert for each in changes}
        rows = {name: _row(alert) for name, alert in last.items()}
        # What is over makes room for what begins.
        self._change([{**rows[name], "was_version": first[name] - 1} for name in last if first[name] > 1])
        self._begin([rows[name] for name in last if first[name] == 1])
        for_each(self._connection, _told, list(map(_telling, changes)))
        self.saved.extend(changes)

    def _change(self, rows: Sequence[Row]) -> None:
        if for_each(self._connection, _changed, rows) != len(rows):
            names = ", ".join(f"{each['of_id']} at version {each['was_version']}" for each in rows[:3])
            raise Outdated(f"one of {len(rows)} alerts is no longer as it was read: {names}")

    def _begin(self, rows: Sequence[Row]) -> None:
        try:
            for_each(self._connection, _begun, rows)
        except IntegrityError as error:
            which = rows[0]["of_fingerprint"] if len(rows) == 1 else f"one of {len(rows)}"
            raise Outdated(f"{which} has an open alert already") from error

    def steps(self, alert_id: str) -> tuple[Step, ...]:
        columns = transitions.c.version, transitions.c.at, transitions.c.event, transitions.c.next_at
        found = select(*columns).where(transitions.c.alert == alert_id).order_by(transitions.c.version)
        return tuple(
            Step(version=row.version, at=row.at, event=row.event, next_at=row.next_at)
            for row in self._connection.execute(found)
        )

    def fired(self, fingerprint: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
        of = alerts.c.fingerprint == fingerprint, alerts.c.fired_at >= since, alerts.c.fired_at < until
        found = select(alerts.c.fired_at).where(*of).order_by(alerts.c.fired_at)
        return tuple(self._connection.execute(found).scalars())

    def timeline(self, alert_id: str) -> tuple[tuple[datetime, str, Text, str | None], ...]:
        found = select(transitions).where(transitions.c.alert == alert_id).order_by(transitions.c.version)
        return tuple(
            (row.at, row.event, load(Text, row.reason), row.person) for row in self._connection.execute(found)
        )
