"""Reports and baselines are kept as they were, on both databases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import T0, at, both, started, stopped, write

from bot.domain.measures.baseline import Baseline
from bot.domain.measures.sampling import Sampled
from bot.domain.report.report import Chart, Curve, Report, ReportKind, Row, Section, Signature
from bot.domain.text import Label, Quantity, say
from bot.engine.ledger import Outdated
from bot.store import Database
from bot.store.tables import reports


def report(number: str = "p1", revision: int = 1, until: float = 0) -> Report:
    return Report(
        id=number,
        kind=ReportKind.DAILY,
        service="orders",
        version="v1",
        watch="w1",
        zone="Asia/Shanghai",
        since=T0,
        until=at(until),
        composed_at=T0,
        title=say("Daily monitoring summary – {day}", day="2026-01-19"),
        head=(Row(name=say("Date"), value=Label("2026-01-19")),),
        sections=(Section(title=say("Alerts"), rows=(Row(name=Label("错误率"), value=Quantity(0.1, "%")),)),),
        charts=(
            Chart(
                key="latency",
                title=say("Latency"),
                unit="ms",
                since=T0,
                until=T0,
                curves=(Curve(label=Label("P99"), points=((T0, 1.5),)),),
            ),
        ),
        revision=revision,
    )


def signature(by: str = "lin") -> Signature:
    return Signature(role="team:operations", by=by, at=T0, evidence="e" * 64)


def test_a_report_is_read_as_it_was_filed_with_the_hash_of_what_is_on_disk(database: Database) -> None:
    with database.transaction() as rows:
        filed = rows.reports.file(report(), at(60))
    with database.reading() as rows:
        assert rows.reports.get("p1") == filed
        assert rows.reports.get("p2") is None
    with database._engine.connect() as connection:
        body = connection.execute(select(reports.c.body)).scalar_one()
    assert filed.evidence == hashlib.sha256(body.encode()).hexdigest()
    assert filed.report == report()


def test_one_version_is_filed_once_and_a_later_one_ends_reminders_of_the_earlier(database: Database) -> None:
    with database.transaction() as rows:
        rows.reports.file(report(), at(60))
        with pytest.raises(Outdated):
            rows.reports.file(report(), at(60))
        rows.reports.file(report(revision=2), None)
        assert rows.reports.claim(at(100)) is None
        first, newest = rows.reports.get("p1", 1), rows.reports.get("p1")
        assert first is not None
        assert newest is not None
        assert (first.superseded, newest.report.revision, newest.superseded) == (True, 2, False)


def test_the_newest_report_is_of_the_latest_time(database: Database) -> None:
    with database.transaction() as rows:
        for number, until in (("p1", 0), ("p3", 20), ("p2", 10)):
            rows.reports.file(report(number, until=until), None)
        newest = rows.reports.newest("orders", "daily")
        assert newest is not None
        assert newest.report.id == "p3"
        assert rows.reports.newest("orders", "final") is None


def test_of_two_who_sign_at_once_one_has_to_look_again(database: Database) -> None:
    with database.transaction() as rows:
        before = rows.reports.file(report(), at(60))

    def sign(number: int) -> bool:
        after = replace(before, signatures=(signature(f"person{number}"),))
        try:
            with database.transaction() as rows:
                rows.reports.sign(after, before)
        except Outdated:
            return False
        return True

    assert sorted(both(database, sign)) == [False, True]
    with database.reading() as rows:
        kept = rows.reports.get("p1")
    assert kept is not None
    assert len(kept.signatures) == 1


def test_a_reminder_is_claimed_once_and_signatures_keep_its_time(database: Database) -> None:
    with database.transaction() as rows:
        before = rows.reports.file(report(), at(60))
        rows.reports.sign(replace(before, signatures=(signature(),)), before)
    with database.transaction() as rows:
        assert rows.reports.claim(at(59)) is None
        claimed = rows.reports.claim(at(60))
        assert claimed is not None
        assert claimed.signatures == (signature(),)
        assert rows.reports.claim(at(61)) is None
    assert "reports" not in database.agenda()


def baseline(captured: float, service: str = "orders") -> Baseline:
    sampled = Sampled(count=2, mean=1.5, values=(1.0, 2.0), moments=(1, 2), not_numbers=1)
    return Baseline(
        service=service,
        since=T0 - timedelta(days=1),
        until=T0,
        captured_at=at(captured),
        source=say("the {span} before", span="1d"),
        samples={"cpu": sampled, "empty": Sampled()},
    )


def test_baselines_are_kept_with_their_watch_and_the_last_counts(database: Database) -> None:
    write(database, started("w1"), started("w2", at(5)))
    with database.transaction() as rows:
        assert rows.baselines.of_watch("w1") is None
        wanting = rows.baselines.wanting()
        assert wanting is not None
        assert wanting.id == "w1"
        rows.baselines.keep(baseline(1), "w1")
        rows.baselines.keep(baseline(2), "w1")
        rows.baselines.keep(baseline(9), None)
        assert rows.baselines.of_watch("w1") == baseline(2)
        assert rows.baselines.newest("orders") == baseline(9)
        assert rows.baselines.newest("stock") is None
        following = rows.baselines.wanting()
        assert following is not None
        assert following.id == "w2"


def test_a_watch_that_has_ended_wants_no_baseline(database: Database) -> None:
    write(database, started("w1"), stopped(started("w1")))
    with database.reading() as rows:
        assert rows.baselines.wanting() is None
