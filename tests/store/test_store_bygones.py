"""What may go after a while, and what must stay, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from stage import T0, at, began, delivery, ended, keep, letter, put, saved, started, stopped, write

from bot.engine.ledger import Fate, Present
from bot.engine.ledger.upkeep import Reread
from bot.engine.ports import Posted
from bot.store import Database
from bot.store.tables import letters, outbox

LONG_AGO, BEFORE, LATELY = at(10), at(100), at(110)


def left(database: Database, operation: str, when: datetime = LONG_AGO, fate: Fate = Fate.DELIVERED) -> None:
    put(database, delivery(operation))
    with database.transaction() as rows:
        rows.outbox.finish(operation, fate, "", None, when)


def forget(database: Database, most: int = 100) -> bool:
    with database.transaction() as rows:
        return rows.bygones.forget(BEFORE, most)


def kept(database: Database) -> set[str]:
    """The operations in the outbox, and the letters."""
    with database._engine.connect() as connection:
        return {
            *connection.execute(select(outbox.c.operation)).scalars(),
            *connection.execute(select(letters.c.identity)).scalars(),
        }


def test_what_left_long_ago_goes_but_for_what_is_still_open(database: Database) -> None:
    open_alert, over = saved(database, began("cpu")), saved(database, began("latency"))
    saved(database, ended(over))
    write(database, started("w1"), started("w2"), stopped(started("w2")))
    for subject in (open_alert.id, over.id, "w1", "w2"):
        left(database, f"{subject}/note")
    left(database, "refused", fate=Fate.REFUSED)
    left(database, "lately", LATELY)
    put(database, delivery("waits"))
    with database.transaction() as rows:
        rows.cards.stands(over.id, Posted(channel="C1", ts="1.0"))
    assert not forget(database)
    assert kept(database) == {f"{open_alert.id}/note", "w1/note", "lately", "waits"}
    with database.reading() as rows:  # where a card stands is known for good
        assert rows.cards.where(over.id) == Posted(channel="C1", ts="1.0")
        assert rows.alerts.get(over.id) is not None


def test_the_card_of_a_group_stays_as_long_as_one_alert_of_it_is_open(database: Database) -> None:
    first = began("cpu")
    saved(database, first)
    with database.transaction() as rows:
        rows.alerts.save(replace(first, alert=replace(first.alert, version=2, card="g1")))
    left(database, "g1/card")
    assert not forget(database)
    assert kept(database) == {"g1/card"}


def test_letters_go_once_they_were_answered(database: Database) -> None:
    for identity, done_at in (("old", LONG_AGO), ("new", LATELY), ("unread", None)):
        keep(database, letter(identity))
        if done_at:
            with database.transaction() as rows:
                rows.letters.done(identity, done_at)
    forget(database)
    assert kept(database) == {"new", "unread"}


def test_the_newest_wish_to_read_again_stays_and_workers_go_that_were_killed(database: Database) -> None:
    dead = Present(site="web-1", worker="a:1", version="1", seen_at=LONG_AGO)
    there = replace(dead, worker="a:2", seen_at=LATELY)
    with database.transaction() as rows:
        for name, when in (("a", 1), ("b", 2)):
            rows.rereads.ask(Reread(id=name, at=at(when), by="lin"))
        for each in (dead, there):
            rows.sites.arrive(each)
    forget(database)
    with database.reading() as rows:
        assert rows.rereads.newest() == Reread(id="b", at=at(2), by="lin")
        assert rows.sites.present() == (there,)


@pytest.mark.parametrize(("most", "bites"), [(2, 3), (5, 2), (6, 1)])
def test_it_goes_in_bites_the_oldest_first(database: Database, most: int, bites: int) -> None:
    for number in range(5):
        left(database, f"{number}/note", T0)
    for _ in range(bites - 1):
        assert forget(database, most)
    assert not forget(database, most)
    assert kept(database) == set()
