"""Watches: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from sqlalchemy import select
from stage import T0, at, behind, both, change, empty, few, started, stopped, write
from values import TEXTS, any_of

from bot.domain.text import Text
from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.domain.watches.watch_life import roll_back
from bot.engine.ledger import Outdated
from bot.store import Database
from bot.store.codec import load
from bot.store.tables import watch_changes


def test_watches_that_were_rolled_back_are_found_by_their_time(database: Database) -> None:
    for number, service in ((1, "orders"), (2, "orders"), (3, "billing")):
        watch = write(database, started(f"w{number}", at(number), service=service))
        ended = roll_back(watch, "lin", at(number * 10))
        assert isinstance(ended, WatchChange)
        with database.transaction() as rows:
            rows.watches.save(ended)
    with database.reading() as rows:
        found = rows.watches.rolled_back("orders", at(0), at(30))
        assert [(each.id, each.rolled_back) for each in found] == [("w1", True), ("w2", True)]
        assert [each.id for each in rows.watches.rolled_back("orders", at(11), at(21))] == ["w2"]
        assert rows.watches.rolled_back("orders", at(0), at(10)) == ()


def told(database: Database) -> list[tuple[object, ...]]:
    """Every change that was written: (watch, revision, at, event, person, reason)."""
    with database._engine.connect() as connection:
        kept = connection.execute(
            select(watch_changes).order_by(watch_changes.c.watch, watch_changes.c.revision)
        )
        return [(*row[:5], load(Text, row.reason)) for row in kept]


def redraw(database: Database, now: datetime, again: datetime) -> list[str]:
    with database.transaction() as rows:
        return sorted(watch.id for watch in rows.watches.redraw_due(now, again))


@few
@given(whole=any_of(Watch), reason=TEXTS)
def test_any_watch_and_its_change_come_back(database: Database, whole: Watch, reason: Text) -> None:
    empty(database)
    kept = replace(whole, id="w1", revision=1)
    with database.transaction() as rows:
        rows.watches.save(WatchChange(event="watch.started", watch=kept, at=at(1), reason=reason, by="lin"))
        assert rows.watches.get("w1") == kept
        assert rows.watches.newest() == kept
        assert rows.watches.open_all() == (() if kept.state is WatchState.ENDED else (kept,))
    assert told(database) == [("w1", 1, at(1), "watch.started", "lin", reason)]


def test_every_change_of_a_watch_is_kept(database: Database) -> None:
    first = started()
    paused = replace(
        first, revision=2, state=WatchState.PAUSED, paused_at=at(5), paused_by="lin", next_at=at(9)
    )
    write(database, first, paused, stopped(paused, at(7)))
    assert [row[:2] for row in told(database)] == [("w1", 1), ("w1", 2), ("w1", 3)]
    with database.reading() as rows:
        assert rows.watches.get("w1") == stopped(paused, at(7))
        assert rows.watches.get("nobody") is None


def test_who_decided_on_an_older_revision_is_told_and_leaves_nothing(database: Database) -> None:
    first = write(database, started())
    second = write(database, replace(first, revision=2, owner="lin"))
    with pytest.raises(Outdated, match="watches: w1 is no longer at revision 1"):
        write(database, replace(first, revision=2, owner="chen"))
    with pytest.raises(Outdated, match="watches: w1, or another in its place, is there"):
        write(database, started())
    with pytest.raises(Outdated, match="watches: w1 is no longer at revision 3"):
        write(database, replace(first, revision=4))
    with pytest.raises(Outdated, match="watches: nobody is no longer at revision 1"):
        write(database, started("nobody", revision=2))
    with database.reading() as rows:
        assert rows.watches.get("w1") == second
        assert rows.watches.get("nobody") is None
    assert len(told(database)) == 2


def test_of_two_who_change_a_watch_at_once_exactly_one_wins(database: Database) -> None:
    first = write(database, started())

    def own(number: int) -> str:
        person = ("lin", "chen")[number]
        try:
            write(database, replace(first, revision=2, owner=person))
        except Outdated:
            return "outdated"
        return person

    outcomes = both(database, own)
    with database.reading() as rows:
        kept = rows.watches.get("w1")
    assert kept
    assert sorted(outcomes) == sorted(["outdated", str(kept.owner)])


def test_of_two_who_start_the_same_watch_at_once_exactly_one_does(database: Database) -> None:
    def start(number: int) -> bool:
        try:
            write(database, started())
        except Outdated:
            return False
        return True

    assert sorted(both(database, start)) == [False, True]
    assert len(told(database)) == 1


def test_watches_are_open_until_they_end_oldest_first(database: Database) -> None:
    young, old = started("w1", at(9)), started("w2", at(1), service="billing")
    paused = started("w3", at(5), state=WatchState.PAUSED)
    write(database, young, old, paused)
    with database.reading() as rows:
        assert rows.watches.open_all() == (old, paused, young)
        assert rows.watches.open_all("orders") == (paused, young)
        assert rows.watches.open_all("nobody") == ()
    over = write(database, stopped(young))
    with database.reading() as rows:
        assert rows.watches.open_all() == (old, paused)
        assert rows.watches.newest() == over  # started last, though it has ended


def test_without_watches_there_is_no_newest_one(database: Database) -> None:
    with database.reading() as rows:
        assert rows.watches.newest() is None
        assert rows.watches.open_all() == ()


def test_watches_are_due_from_their_instant_on(database: Database) -> None:
    soon, late = started("w1", next_at=at(1)), started("w2", next_at=at(5))
    write(database, soon, late, started("w3"))
    with database.reading() as rows:
        assert rows.watches.due(at(0.999999)) == ()
        assert rows.watches.due(at(1)) == (soon,)
        assert set(rows.watches.due(at(99))) == {soon, late}
    write(database, stopped(soon))
    with database.reading() as rows:
        assert rows.watches.due(at(99)) == (late,)


# Cards that are drawn anew -----------------------------------------------------------------------


def test_the_card_of_a_watch_is_drawn_anew_from_its_start_on(database: Database) -> None:
    write(database, started("w1", at(1)), started("w2", at(3)))
    assert redraw(database, at(0.999999), at(60)) == []
    assert redraw(database, at(1), at(61)) == ["w1"]
    assert redraw(database, at(60), at(120)) == ["w2"]
    assert redraw(database, at(61), at(121)) == ["w1"]
    assert database.agenda()["watch-cards"] == at(120)


def test_a_change_leaves_the_time_of_the_next_redraw_alone(database: Database) -> None:
    first = write(database, started())
    assert redraw(database, T0, at(60)) == ["w1"]
    write(database, replace(first, revision=2, state=WatchState.PAUSED))
    assert redraw(database, at(59), at(99)) == []
    assert redraw(database, at(60), at(120)) == ["w1"]  # paused ones too


def test_what_is_drawn_anew_is_the_watch_as_it_is_now(database: Database) -> None:
    first = write(database, started())
    second = write(database, replace(first, revision=2, owner="lin"))
    with database.transaction() as rows:
        assert rows.watches.redraw_due(T0, at(60)) == (second,)


def test_each_card_is_drawn_anew_by_exactly_one_of_two(database: Database) -> None:
    names = [f"w{number:02}" for number in range(20)]
    write(database, *map(started, names))
    shares = both(database, lambda number: redraw(database, T0, at(60)))
    assert sorted(shares[0] + shares[1]) == names


def test_a_card_that_somebody_is_drawing_anew_is_left_to_them(database: Database) -> None:
    write(database, started())
    mine: list[Watch] = []
    theirs = behind(
        database,
        lambda rows: mine.extend(rows.watches.redraw_due(T0, at(60))),
        lambda: redraw(database, T0, at(60)),
    )
    assert (mine, theirs) == ([started()], [])


def test_a_watch_that_has_ended_is_never_drawn_anew(database: Database) -> None:
    write(database, started("w1"), stopped(started("w1")))
    write(database, started("w2", state=WatchState.ENDED))  # over when it was written
    assert redraw(database, at(9999), at(99999)) == []
    assert "watch-cards" not in database.agenda()


def test_a_watch_that_ended_a_moment_ago_is_not_drawn_anew(database: Database) -> None:
    write(database, started())
    late = behind(
        database,
        lambda rows: rows.watches.save(change(stopped(started()))),
        lambda: redraw(database, T0, at(60)),
    )
    assert late == []
    assert redraw(database, at(9999), at(99999)) == []


def test_a_watch_is_found_by_its_id_or_version_open_ones_first(database: Database) -> None:
    old, ended, other = started("w1", at(1)), started("w2", at(2)), started("w3", at(3), version="v9")
    write(database, old, ended, stopped(ended, at(7)), other)
    with database.reading() as rows:
        assert [each.id for each in rows.watches.named(old.version)] == ["w1", "w2"]
        assert [each.id for each in rows.watches.named("w2")] == ["w2"]
        assert [each.id for each in rows.watches.named("v9")] == ["w3"]
        assert rows.watches.named("") == rows.watches.named("v") == ()
