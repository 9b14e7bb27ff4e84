"""In a storm of alerts the auditor's own page is made, whoever has just been woken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engine_room import engine_room

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.quiet.silence import Silence, Wish, begin_silence
from bot.domain.alerts.quiet.wording import parse_matchers
from bot.domain.incoming.alertmanager import read_alertmanager
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.incoming import receive
from bot.engine.ledger.oncall import Duty
from bot.engine.oncall.auditor import audit_due
from bot.engine.world import World
from bot.store import Database

T0 = datetime(2026, 1, 19, tzinfo=UTC)
STORM = 20

CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN, email: lin@example.com}
  zhao: {name: Zhao Min, slack: U0ZHAO, email: zhao@example.com}
channels:
  email: "mailto://127.0.0.1:25?to={email}&from=vigil%40example.com&mode=insecure"
escalations:
  default: {levels: [{notify: [person:lin], wait: 2m}, {notify: [person:lin, person:zhao], wait: 2m}]}
checks:
  figures: {kind: command, run: [cat, x], output: json, every: 10s}
"""


@dataclass
class Office:
    database: Database
    world: World

    def storm(self, name: str, at: datetime) -> None:
        """Alertmanager tells of many alerts at once."""
        labels = [{"alertname": name, "severity": "critical", "pod": str(n)} for n in range(STORM)]
        body = {"alerts": [{"status": "firing", "labels": each} for each in labels]}
        with self.database.transaction() as rows:
            receive(rows, self.world.setup, read_alertmanager(body).reports, at)

    def audits(self, at: datetime) -> None:
        audit_due(self.world, Duty(key="audit/escalations", at=at), at)

    def audit(self) -> Alert:
        """The auditor's own alert."""
        with self.database.reading() as rows:
            (alert,) = (each for each in rows.alerts.open_all() if each.subject.key == "escalations")
        return alert

    def waiting(self, alert: Alert) -> set[str]:
        """The operations of an alert's pages that are on disk and have yet to leave."""
        with self.database._engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT operation FROM outbox WHERE operation LIKE ?", (f"{alert.id}/page/%",)
            )
            return {row[0] for row in found}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with engine_room(tmp_path, CONFIG, T0) as (world, database):
        yield Office(database, world)


def test_the_auditor_wakes_whom_a_storm_has_just_woken(office: Office) -> None:
    office.storm("PodDown", T0)
    # Nobody does what the clock asks any more: level two is never paged.
    office.audits(T0 + timedelta(minutes=4))
    alert = office.audit()
    assert (alert.paged, alert.rides) == (("lin",), None)
    assert f"{alert.id}/page/0.1.{alert.version}/call/lin/email" in office.waiting(alert)


def test_the_auditors_second_level_wakes_everybody_too(office: Office) -> None:
    office.storm("PodDown", T0)
    office.audits(T0 + timedelta(minutes=4))
    office.storm("DiskFull", T0 + timedelta(minutes=6))
    escalate_due(office.world, T0 + timedelta(minutes=6))
    alert = office.audit()
    assert (alert.level, alert.paged, alert.rides) == (2, ("lin", "zhao"), None)
    assert len(office.waiting(alert)) == 3


def test_no_alert_of_a_storm_rides_on_the_auditors_page(office: Office) -> None:
    office.storm("PodDown", T0)
    office.audits(T0 + timedelta(minutes=4))
    office.storm("DiskFull", T0 + timedelta(minutes=4, seconds=5))
    audit = office.audit()
    with office.database.reading() as rows:
        ridden = {each.rides for each in rows.alerts.open_all() if each.rides}
    assert not any(each.startswith(f"{audit.id}/") for each in ridden)


@pytest.mark.parametrize(
    ("matchers", "quiet"),
    [
        ('service=~".*"', False),  # everything: whoever asks for that does not mean the auditor
        ("severity=critical", False),
        ("alertname=escalations", True),  # it is named
    ],
)
def test_only_a_silence_that_names_it_silences_the_auditor(
    office: Office, matchers: str, quiet: bool
) -> None:
    office.storm("PodDown", T0)
    wish = Wish(matchers=parse_matchers(matchers), length=timedelta(hours=1), reason="", sure=True)
    with office.database.transaction() as rows:
        silence = begin_silence(wish, "lin", office.world.setup.services, T0)
        assert isinstance(silence, Silence)
        rows.silences.save(silence)
    office.audits(T0 + timedelta(minutes=4))
    assert bool(office.audit().quiet) is quiet
