"""The audit: rows are added and read, nothing else; the database itself refuses more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.domain.audit import Audited, Deed, Source
from bot.domain.text import Text
from bot.store.codec import dump, load
from bot.store.tables import audit


class AuditRows:
    def __init__(self, connection: Connection, source: Source) -> None:
        self._connection = connection
        self._source = source

    def write(self, deed: Deed) -> None:
        self._connection.execute(
            insert(audit).values(
                at=deed.at,
                person=deed.person,
                # What nobody decided is the bot's own, whoever's message it followed.
                source=(self._source if deed.person else Source.BOT).value,
                deed=deed.name,
                service=deed.service,
                subject=deed.subject,
                before=deed.before,
                after=deed.after,
                reason=dump(deed.reason),
            )
        )

    def read(
        self, since: datetime, until: datetime, person: str | None = None, service: str | None = None
    ) -> tuple[Audited, ...]:
        found = select(audit).where(audit.c.at >= since, audit.c.at < until).order_by(audit.c.seq)
        if person is not None:
            found = found.where(audit.c.person == person)
        if service is not None:
            found = found.where(audit.c.service == service)
        return tuple(
            Audited(
                seq=row.seq,
                source=Source(row.source),
                deed=Deed(
                    at=row.at,
                    person=row.person,
                    name=row.deed,
                    service=row.service,
                    subject=row.subject,
                    before=row.before,
                    after=row.after,
                    reason=load(Text, row.reason),
                ),
            )
            for row in self._connection.execute(found)
        )
