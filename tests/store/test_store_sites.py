"""Replies from other sites, and the workers there: on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

from stage import T0, at

from bot.engine.ledger import Present, Reply
from bot.store import Database
from checks.result import Measurement, Result, Sighting, State

WORKER = Present(site="web-1", worker="host-a:17", version="0.1.0", seen_at=T0)


def reply(errand: str, summary: str = "well") -> Reply:
    latency = Measurement(metric="latency", value=0.3, unit="s", labels=(("at", "shop"),), warn="5")
    result = Result(
        check="shop",
        state=State.WARNING,
        summary=summary,
        measurements=(latency,),
        started_at=T0,
        duration_s=0.25,
        sightings=(Sighting(key="k", template="t …", severity="error", count=2, sample="t 1"),),
    )
    return Reply(errand=errand, result=result, cursor={"at": 17, "files": ["a"]})


def found(database: Database, *errands: str) -> tuple[Reply, ...]:
    with database.reading() as rows:
        return rows.sites.replies(errands)


def test_a_reply_arrives_as_it_was_left_and_is_there_until_it_is_taken(database: Database) -> None:
    with database.transaction() as rows:
        rows.sites.reply([reply("e1"), reply("e2")], T0)
    assert found(database, "e1", "e9") == (reply("e1"),)
    assert found(database, "e2", "e1") == (reply("e1"), reply("e2"))
    with database.transaction() as rows:
        rows.sites.taken(["e1", "e9"])
    assert found(database, "e1", "e2") == (reply("e2"),)


def test_the_first_reply_to_an_errand_stands(database: Database) -> None:
    for summary in ("first", "second"):
        with database.transaction() as rows:
            rows.sites.reply([reply("e1", summary)], T0)
    assert [each.result.summary for each in found(database, "e1")] == ["first"]


def test_replies_nobody_has_taken_are_forgotten_by_when_they_were_asked_for(database: Database) -> None:
    with database.transaction() as rows:
        rows.sites.reply([], T0)
        rows.sites.reply([reply("old")], at(0))
        rows.sites.reply([reply("new")], at(60))
        rows.sites.forget(at(60))
    assert found(database, "old", "new") == (reply("new"),)


def test_a_worker_is_there_from_its_arrival_until_it_leaves(database: Database) -> None:
    later, other = replace(WORKER, version="0.2.0", seen_at=at(5)), replace(WORKER, site="db-1")
    for each in (WORKER, other, later):
        with database.transaction() as rows:
            rows.sites.arrive(each)
    with database.reading() as rows:
        assert rows.sites.present() == (other, later)
    with database.transaction() as rows:
        rows.sites.leave(WORKER)
    with database.reading() as rows:
        assert rows.sites.present() == (other,)
