"""Incidents and what happened in them; alerts of which playbooks have to hear."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.incident.state import Change, Incident, Moment
from bot.domain.text import Text
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.revision import save_revision
from bot.store.tables import alert_news, incident_events, incidents


class IncidentRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, incident_id: str) -> Incident | None:
        body = self._connection.execute(
            select(incidents.c.body).where(incidents.c.id == incident_id)
        ).scalar()
        return None if body is None else load(Incident, body)

    def open_all(self, service: str | None = None) -> tuple[Incident, ...]:
        found = select(incidents.c.body).where(incidents.c.open.is_(True))
        if service is not None:
            found = found.where(incidents.c.service == service)
        found = found.order_by(incidents.c.opened_at, incidents.c.id)
        return tuple(load(Incident, body) for body in self._connection.execute(found).scalars())

    def newest(self, service: str | None = None) -> Incident | None:
        found = select(incidents.c.body).order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
        if service is not None:
            found = found.where(incidents.c.service == service)
        body = self._connection.execute(found.limit(1)).scalar()
        return None if body is None else load(Incident, body)

    def of_alert(self, alert: str) -> Incident | None:
        found = select(incidents.c.body).where(incidents.c.alert == alert)
        found = found.order_by(incidents.c.opened_at.desc(), incidents.c.id.desc()).limit(1)
        body = self._connection.execute(found).scalar()
        return None if body is None else load(Incident, body)

    def save(self, change: Change, look_at: datetime | None) -> None:
        incident = change.incident
        values: dict[str, object] = {
            "alert": incident.alert,
            "open": incident.open,
            "revision": incident.revision,
            "look_at": look_at,
            "body": dump(incident),
        }
        begun = {
            "service": incident.service,
            "playbook": incident.playbook.key,
            "opened_at": incident.opened_at,
        }
        save_revision(self._connection, incidents, incident.id, values, begun)
        self._connection.execute(
            insert(incident_events).values(
                incident=incident.id,
                revision=incident.revision,
                at=change.at,
                event=change.event,
                person=change.by,
                reason=dump(change.reason),
                note=change.note,
            )
        )

    def due(self, now: datetime) -> tuple[tuple[Incident, datetime], ...]:
        found = select(incidents.c.body, incidents.c.look_at).where(incidents.c.look_at <= now)
        rows = self._connection.execute(found.order_by(incidents.c.look_at))
        return tuple((load(Incident, row.body), row.look_at) for row in rows)

    def look_again(self, incident: Incident, at: datetime | None) -> bool:
        mine = incidents.c.id == incident.id, incidents.c.revision == incident.revision
        return self._connection.execute(update(incidents).where(*mine).values(look_at=at)).rowcount == 1

    def timeline(self, incident_id: str) -> tuple[Moment, ...]:
        found = select(incident_events).where(incident_events.c.incident == incident_id)
        return tuple(
            Moment(
                at=row.at,
                event=row.event,
                reason=load(Text, row.reason),
                by=row.person,
                note=row.note,
            )
            for row in self._connection.execute(found.order_by(incident_events.c.revision))
        )

    def hear(self, alert: str, now: datetime) -> None:
        if not insert_new(self._connection, alert_news, {"alert": alert, "look_at": now}):
            mine = update(alert_news).where(alert_news.c.alert == alert)
            self._connection.execute(mine.values(look_at=now))

    def news(self, now: datetime) -> tuple[str, ...]:
        found = select(alert_news.c.alert).where(alert_news.c.look_at <= now)
        return tuple(self._connection.execute(found.order_by(alert_news.c.look_at)).scalars())

    def heard(self, alert: str) -> None:
        self._connection.execute(update(alert_news).where(alert_news.c.alert == alert).values(look_at=None))
