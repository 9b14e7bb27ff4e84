"""Runs of actions and the audit, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from stage import T0, action_run, at, both

from bot.domain.action import LEASE, ActionRun, Ran, RunState, finished
from bot.domain.audit import Deed, Source
from bot.domain.text import say
from bot.engine.ledger import Outdated
from bot.store import Database

DONE = Ran(succeeded=True, reason=say("it said nothing"))


def ask(database: Database, *runs: ActionRun) -> list[bool]:
    with database.transaction() as rows:
        return [rows.actions.ask(each) for each in runs]


def claim(database: Database, name: str) -> ActionRun | None:
    with database.transaction() as rows:
        held = rows.actions.get(name)
        return rows.actions.claim(held, T0) if held else None


def test_one_cause_is_asked_for_once(database: Database) -> None:
    assert ask(database, action_run("x")) == [True]
    assert ask(database, replace(action_run("x"), by="chen")) == [False]
    with database.reading() as rows:
        assert [each.by for each in rows.actions.due(T0)] == [None]


def test_one_action_of_a_service_runs_at_a_time(database: Database) -> None:
    ask(database, action_run("x"), action_run("y"), replace(action_run("z"), service="other"))
    first = claim(database, "x")
    assert first is not None
    assert first.state is RunState.RUNNING
    assert claim(database, "y") is None
    assert claim(database, "z") is not None
    with database.transaction() as rows:
        rows.actions.wait(action_run("y"), T0 + LEASE)
        rows.actions.save(finished(first, DONE, 0, T0), RunState.RUNNING)
        rows.actions.free(first, T0)
        assert [each.id for each in rows.actions.due(T0)] == ["y"]
    assert claim(database, "y") is not None


def test_two_who_claim_at_once_do_not_both_run_it(database: Database) -> None:
    ask(database, action_run("x"))
    held = action_run("x")

    def one(_: int) -> bool:
        with database.transaction() as rows:
            return rows.actions.claim(held, T0) is not None

    assert sorted(both(database, one)) == [False, True]


def test_a_lease_is_renewed_only_while_it_runs(database: Database) -> None:
    ask(database, action_run("x"))
    held = claim(database, "x")
    assert held is not None
    with database.transaction() as rows:
        rows.actions.renew(held, at(60))
    with database.reading() as rows:
        assert rows.actions.due(at(59)) == ()
        assert [each.id for each in rows.actions.due(at(60))] == ["x"]
    with database.transaction() as rows:
        rows.actions.save(finished(held, DONE, 0, T0), RunState.RUNNING)
        rows.actions.renew(held, at(90))
    with database.reading() as rows:
        assert rows.actions.due(at(99)) == ()


def test_an_end_is_written_once(database: Database) -> None:
    ask(database, action_run("x"))
    held = claim(database, "x")
    assert held is not None
    ended = finished(held, DONE, 0, T0)
    with database.transaction() as rows:
        rows.actions.save(ended, RunState.RUNNING)
    with pytest.raises(Outdated), database.transaction() as rows:
        rows.actions.save(ended, RunState.RUNNING)


def test_runs_are_found_by_what_they_were_run_for(database: Database) -> None:
    ask(database, action_run("b", 2), action_run("a", 1), replace(action_run("c"), alert=None, incident=None))
    with database.reading() as rows:
        assert [each.id for each in rows.actions.of_incident("i1")] == ["a", "b"]
        assert [each.id for each in rows.actions.of_alert("a1")] == ["a", "b"]
        assert [each.id for each in rows.actions.of_service("orders", at(2))] == ["b"]


def test_the_audit_tells_who_did_what_from_where_and_is_never_changed(database: Database) -> None:
    deed = Deed(
        at=T0,
        person="lin",
        name="alert.acknowledged",
        service=str(T0.timestamp()) + str(database),
        subject="a1",
        before="firing",
        after="acknowledged",
        reason=say("Noted"),
    )
    with database.transaction(Source.CLI) as rows:
        rows.audit.write(deed)
    with database.transaction(Source.SLACK) as rows:
        rows.audit.write(replace(deed, person="chen", at=at(5)))
    with database.reading() as rows:
        mine = rows.audit.read(T0, at(9), service=deed.service)
        assert [(each.source, each.deed.person) for each in mine] == [
            (Source.CLI, "lin"),
            (Source.SLACK, "chen"),
        ]
        assert mine[0].deed == deed
        assert len(rows.audit.read(T0, at(9), person="chen", service=deed.service)) == 1
        assert rows.audit.read(at(1), at(5), service=deed.service) == ()
    for statement in ("UPDATE audit SET person = 'x'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="append-only"), database._engine.begin() as connection:
            connection.execute(text(statement))
