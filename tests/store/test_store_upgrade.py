"""A program beside tables of the release after it, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import inspect
from stage import at, began, both, delivery, ended, keep, letter, put, saved, started, write

from bot.engine.ledger import Unavailable
from bot.store import Database, StoreError, condition_of
from bot.store.schema import HEAD, SCHEMA, Version, version_of
from faults.upgrade import NEXT, next_schema

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vigil.db'}"
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return new()


def test_one_of_today_goes_on_beside_one_that_has_upgraded_the_tables(fresh: str, tmp_path: Path) -> None:
    today = Database(fresh)
    first = saved(today, began("cpu"))
    newer = Database(fresh, next_schema(tmp_path))
    assert version_of(newer._engine) == Version(NEXT, HEAD)
    assert {"weather", "is"} & {each["name"] for each in inspect(newer._engine).get_columns("weather")}
    saved(today, ended(first))
    saved(today, began("memory"))
    put(today, delivery("a/note"))
    write(today, started("w1"))
    assert keep(today, letter("l1"))
    today.agenda()
    today.tally()
    with newer.reading() as rows:
        assert [each.subject.key for each in rows.alerts.open_all()] == ["memory"]
        assert rows.outbox.waiting("a/note")
    again = Database(fresh)  # as after a crash in the middle of it
    saved(again, began("disk"))
    for each in (today, newer, again):
        each.close()


def test_of_two_that_upgrade_at_once_one_does_while_a_third_works(fresh: str, tmp_path: Path) -> None:
    today, schema = Database(fresh), next_schema(tmp_path)

    def act(number: int) -> str:
        newer = Database(fresh, schema)
        saved(newer, began(f"newer{number}"))
        newer.close()
        return newer.version

    assert both(today, act) == [NEXT, NEXT]
    saved(today, began("today"))
    with today.reading() as rows:
        assert len(rows.alerts.open_all()) == 3
    today.close()


def test_tables_that_take_only_newer_programs_are_refused_and_left_alone(fresh: str, tmp_path: Path) -> None:
    Database(fresh, next_schema(tmp_path, oldest=NEXT)).close()
    with pytest.raises(StoreError, match=f"it is of version {NEXT}, and this program knows .* {HEAD}; start"):
        Database(fresh)
    assert not condition_of(fresh).usable


def test_a_table_that_is_missing_is_told_with_what_mends_it(fresh: str) -> None:
    opened = Database(fresh)
    with opened._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE silences")
    mends = r"silences.*stop Vigil, run `vigil db upgrade`"
    with pytest.raises(Unavailable, match=mends), opened.reading() as rows:
        rows.silences.active(at(0))
    opened.close()
    with pytest.raises(
        StoreError, match=r"silences is missing, though it is of version .* `vigil db import`"
    ):
        Database(fresh)


def test_what_today_does_not_know_is_not_left_out_of_a_backup(fresh: str, tmp_path: Path) -> None:
    newer = Database(fresh, next_schema(tmp_path))
    today = Database(fresh)
    assert condition_of(fresh).usable
    with pytest.raises(StoreError, match=f"it is of version {NEXT}.* would leave out what it does not know"):
        today.export(BytesIO())
    for each in (today, newer):
        each.close()


def test_a_program_takes_what_is_older_than_it_and_what_is_newer_only_where_that_says_so() -> None:
    assert Version("0001", "0001").takes("0002")
    assert Version("0003", "0002").takes("0002")
    assert not Version("0003", "0003").takes("0002")


def test_every_migration_says_which_programs_its_tables_take() -> None:
    for file in sorted((SCHEMA.folder / "versions").glob("*.py")):
        assert "\noldest = " in file.read_text(), f"{file.name} does not say which programs its tables take"
