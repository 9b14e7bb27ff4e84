"""Reports that were composed, every version as it was, and who signed them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from bot.domain.report.filed import Filed
from bot.domain.report.report import Report, Signature
from bot.engine.ledger import Outdated
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.tables import reports

_Signatures = tuple[Signature, ...]


class ReportRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def file(self, report: Report, remind_at: datetime | None) -> Filed:
        body = dump(report)
        evidence = hashlib.sha256(body.encode()).hexdigest()
        row = {
            "id": report.id,
            "revision": report.revision,
            "watch": report.watch,
            "service": report.service,
            "kind": report.kind.value,
            "until": report.until,
            "body": body,
            "evidence": evidence,
            "signatures": "[]",
            "remind_at": remind_at,
        }
        if not insert_new(self._connection, reports, row):
            raise Outdated(f"report {report.id} has a version {report.revision} already")
        # Nobody is reminded of a version that was corrected.
        earlier = reports.c.id == report.id, reports.c.revision < report.revision
        self._connection.execute(update(reports).where(*earlier).values(remind_at=None))
        return Filed(report=report, evidence=evidence, remind_at=remind_at)

    def get(self, report_id: str, revision: int | None = None) -> Filed | None:
        found = self._newest_first().where(reports.c.id == report_id)
        if revision is not None:
            found = found.where(reports.c.revision == revision)
        row = self._connection.execute(found.limit(1)).first()
        return self._filed(row) if row else None

    def newest(self, service: str, kind: str) -> Filed | None:
        found = self._newest_first().where(reports.c.service == service, reports.c.kind == kind)
        row = self._connection.execute(found.order_by(None).order_by(reports.c.until.desc()).limit(1)).first()
        return self.get(row.id) if row else None

    def sign(self, filed: Filed, before: Filed) -> None:
        mine = (
            reports.c.id == filed.report.id,
            reports.c.revision == filed.report.revision,
            reports.c.signatures == _signatures(before.signatures),
        )
        values = {"signatures": _signatures(filed.signatures), "remind_at": filed.remind_at}
        if self._connection.execute(update(reports).where(*mine).values(values)).rowcount != 1:
            raise Outdated(f"report {filed.report.id} was signed by somebody else at this very moment")

    def claim(self, now: datetime) -> Filed | None:
        found = select(reports).where(reports.c.remind_at <= now).order_by(reports.c.remind_at)
        for row in self._connection.execute(found).all():
            mine = (
                reports.c.id == row.id,
                reports.c.revision == row.revision,
                reports.c.remind_at == row.remind_at,
            )
            taken = update(reports).where(*mine).values(remind_at=None).returning(reports.c.id)
            if self._connection.execute(taken).first() is not None:
                return self._filed(row)
        return None

    def _newest_first(self) -> Select[Any]:
        return select(reports).order_by(reports.c.revision.desc())

    def _filed(self, row: Row[Any]) -> Filed:
        newest = select(func.max(reports.c.revision)).where(reports.c.id == row.id)
        return Filed(
            report=load(Report, row.body),
            evidence=row.evidence,
            signatures=load(_Signatures, row.signatures),
            remind_at=row.remind_at,
            superseded=row.revision != self._connection.execute(newest).scalar(),
        )


def _signatures(signatures: _Signatures) -> str:
    return "[" + ",".join(dump(each) for each in signatures) + "]"
