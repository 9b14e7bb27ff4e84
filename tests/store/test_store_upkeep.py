"""Tokens, wishes to read the configuration again, and the count of everything, on both databases."""

from __future__ import annotations

import pytest
from stage import T0, at, began, both, delivery, put, saved, started, stopped, taken, write

from bot.domain.bearer import Bearer, digest
from bot.engine.ledger import Lane, Tally
from bot.engine.ledger.upkeep import Reread
from bot.store import Database, StoreError


def bearer(name: str) -> Bearer:
    return Bearer(name=name, digest=digest(name), made_at=T0, made_by="lin")


def test_tokens_are_listed_by_name_until_they_are_revoked(database: Database) -> None:
    with database.transaction() as rows:
        assert [rows.bearers.keep(bearer(name)) for name in ("ci", "b", "ci")] == [True, True, False]
        assert rows.bearers.all() == (bearer("b"), bearer("ci"))
        assert [rows.bearers.revoke(name) for name in ("ci", "ci", "nobody")] == [True, False, False]
    with database.reading() as rows:
        assert rows.bearers.all() == (bearer("b"),)


def test_of_two_who_make_a_token_of_one_name_one_does(database: Database) -> None:
    def act(number: int) -> bool:
        with database.transaction() as rows:
            return rows.bearers.keep(bearer("ci"))

    assert sorted(both(database, act)) == [False, True]


def test_the_newest_wish_counts_and_stands_in_the_agenda(database: Database) -> None:
    with database.reading() as rows:
        assert rows.rereads.newest() is None
    assert "reread" not in database.agenda()
    first, second = Reread(id="a", at=at(5), by="lin"), Reread(id="b", at=at(9), by="@SIGHUP")
    with database.transaction() as rows:
        for each in (second, first, second):
            rows.rereads.ask(each)
        assert rows.rereads.newest() == second
    assert database.agenda()["reread"] == at(9)


def test_everything_is_counted(database: Database) -> None:
    assert database.tally() == Tally()
    saved(database, began("latency_p99"))
    first = saved(database, began("cpu"))
    saved(database, taken(first))
    put(database, delivery("a", Lane.PAGE, at(3)), delivery("b", Lane.PAGE, at(1)), delivery("c", when=at(2)))
    write(database, started("w1"), started("w2"), stopped(started("w2")))
    found = database.tally()
    assert found.alerts == {
        ("orders", "firing", "critical"): 1,
        ("orders", "acknowledged", "critical"): 1,
    }
    assert found.fired == {("orders", "critical"): 2}
    assert found.waiting == {Lane.PAGE: (2, at(1)), Lane.CARD: (1, at(2))}
    assert found.watches == {("orders", "running"): 1}


def test_a_database_that_cannot_be_counted_says_so(database: Database) -> None:
    class Gone:
        def connect(self) -> None:
            from sqlalchemy.exc import OperationalError

            raise OperationalError("SELECT", {}, Exception("the disk is gone"))

    engine, database._engine = database._engine, Gone()  # type: ignore[assignment]
    try:
        with pytest.raises(StoreError, match="the disk is gone"):
            database.tally()
    finally:
        database._engine = engine
