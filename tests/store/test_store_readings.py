"""Readings: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

from stage import add, at, both, reading

from bot.store import Database


def test_a_series_shows_its_newest_value_whatever_comes_in_late(database: Database) -> None:
    add(database, reading(1, 10), reading(7, 10, "b"))
    add(database, reading(2, 20))
    add(database, reading(3, 15))  # a slow probe
    add(database)
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (reading(2, 20), reading(7, 10, "b"))
        assert rows.readings.newest("billing") == ()


def test_an_older_value_of_one_batch_never_replaces_a_newer_one(database: Database) -> None:
    late, early = reading(2, 20), reading(1, 10)
    add(database, late, early, reading(7, 15, "b"), reading(8, 16, "b"))
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (late, reading(8, 16, "b"))


def test_of_two_values_of_one_instant_the_one_that_came_last_is_shown(database: Database) -> None:
    add(database, reading(1, 10), reading(2, 10))
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (reading(2, 10),)
    add(database, reading(3, 10, silent=90))
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (reading(3, 10, silent=90),)


def test_an_older_value_leaves_the_silence_of_a_series_alone(database: Database) -> None:
    add(database, reading(1, 20, silent=320))
    add(database, reading(9, 10, silent=310))
    with database.reading() as rows:
        assert rows.readings.silent(at(319)) == ()
        assert rows.readings.silent(at(320)) == (reading(1, 20, silent=320),)


def test_no_readings_are_no_trouble(database: Database) -> None:
    add(database)
    with database.reading() as rows:
        assert rows.readings.newest("orders") == ()
    assert database.agenda() == {}


def test_the_newest_of_what_two_add_at_once_is_shown(database: Database) -> None:
    both(database, lambda number: add(database, reading(number, 10 + number)))
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (reading(1, 11),)
        kept = rows.history.values("orders", "cpu", at(0), at(99))
        assert [(each.at, each.value) for each in kept] == [(at(10), 0), (at(11), 1)]


def test_two_who_add_the_same_series_in_any_order_do_not_block_each_other(database: Database) -> None:
    batch = [reading(1, 10, f"host{number:03}") for number in range(300)]
    both(database, lambda number: add(database, *(batch if number else reversed(batch))))
    with database.reading() as rows:
        assert len(rows.readings.newest("orders")) == len(batch)


def test_of_two_values_of_one_instant_the_history_keeps_the_one_that_came_last(database: Database) -> None:
    add(database, reading(1, 10), reading(2, 10))
    add(database, reading(3, 10), reading(9, 10, "b"))
    with database.reading() as rows:
        kept = rows.history.values("orders", "cpu", at(0), at(99))
        assert [(each.labels, each.value) for each in kept] == [((("host", "a"),), 3), ((("host", "b"),), 9)]


def test_a_series_is_silent_from_its_instant_on_until_it_is_told_to_wait(database: Database) -> None:
    mute = reading(1, 0, silent=300)
    add(database, mute, reading(1, 0, "b"))
    with database.transaction() as rows:
        assert rows.readings.silent(at(299)) == ()
        assert rows.readings.silent(at(300)) == (mute,)
        rows.readings.listen_until(mute, at(600))
        assert rows.readings.silent(at(599)) == ()
        assert rows.readings.silent(at(600)) == (replace(mute, silent_at=at(600)),)
        rows.readings.listen_until(mute, None)
        assert rows.readings.silent(at(9999)) == ()
    add(database, reading(2, 700, silent=1000))  # it speaks: its silence counts anew
    with database.reading() as rows:
        assert [each.value for each in rows.readings.silent(at(1000))] == [2]
