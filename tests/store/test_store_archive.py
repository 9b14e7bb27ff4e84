"""An archive: every row leaves one database and arrives in another, of either kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator
from stage import few

from bot.store import ArchiveError, Database
from bot.store.tables import metadata

Fresh = Callable[[str], Database]


@pytest.fixture(scope="session")
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """A new database of a kind each time."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        if kind == "postgresql":
            made.append(Database(request.getfixturevalue("new_postgresql")()))
        else:
            made.append(Database(f"sqlite:///{tmp_path_factory.mktemp('archive') / 'vigil.db'}"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def kept(column: Column[Any]) -> Any:
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def value(column: Column[Any], row: int) -> object:
    """Something awkward that the column may hold; in each second row nothing where it may be nothing."""
    if column.nullable and row % 2:
        return None
    match kept(column):
        case Boolean():
            return row % 3 == 0
        case Float():
            return (0.1 + 0.2, float("inf"), -1e-300)[row % 3]
        case BigInteger() if not column.primary_key:
            return 1768788000000000 + row
        case Integer():
            return row + 1
        case LargeBinary():
            return bytes(range(256))
        case _:
            return f'{row}: {column.name[:6]} "\\ 值 \U0001f525\u2028\n'[
                : getattr(column.type, "length", None)
            ]


def raw(table: Table) -> Table:
    """The table in the form of the driver: an instant is the integer that it is kept as."""
    copied = table.to_metadata(MetaData())
    for each in copied.columns:
        each.type = kept(each)
    return copied


def fill(database: Database) -> int:
    """Three rows in every table; how many that are."""
    rows = 0
    with database._engine.begin() as connection:
        for table in metadata.sorted_tables:
            for row in range(3):
                stored = {each.name: value(each, row) for each in table.columns}
                connection.execute(insert(raw(table)).values(stored))
                rows += 1
    return rows


def exported(database: Database) -> bytes:
    out = BytesIO()
    database.export(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def archive(fresh: Fresh) -> bytes:
    full = fresh("sqlite")
    fill(full)
    return exported(full)


@pytest.fixture(scope="session")
def untouched(fresh: Fresh) -> Database:
    """An empty database, for what is refused."""
    return fresh("sqlite")


@pytest.mark.parametrize(("source", "goal"), list(product(("sqlite", "postgresql"), repeat=2)))
def test_every_row_of_every_table_arrives_as_it_was(fresh: Fresh, source: str, goal: str) -> None:
    full, new = fresh(source), fresh(goal)
    rows = fill(full)
    out = BytesIO()
    assert full.export(out) == rows == 3 * len(metadata.tables)
    assert new.take_in(out.getvalue().splitlines(keepends=True)) == rows
    assert exported(new) == out.getvalue()


@pytest.mark.parametrize("goal", ["sqlite", "postgresql"])
def test_rows_written_after_an_import_are_numbered_on(fresh: Fresh, archive: bytes, goal: str) -> None:
    new = fresh(goal)
    new.take_in(archive.splitlines(keepends=True))
    numbered = [each for each in metadata.sorted_tables if each.autoincrement_column is not None]
    assert {"transitions", "audit", "series"} <= {each.name for each in numbered}
    with new._engine.begin() as connection:
        for table in numbered:
            key = table.autoincrement_column
            assert key is not None
            before = set(connection.execute(select(key)).scalars())
            values = {each.name: value(each, 8) for each in table.columns if each is not key}
            connection.execute(insert(raw(table)).values(values))
            assert set(connection.execute(select(key)).scalars()) - before == {max(before) + 1}


def test_an_archive_is_taken_in_by_an_empty_database_only(fresh: Fresh, archive: bytes) -> None:
    new = fresh("sqlite")
    new.take_in(archive.splitlines(keepends=True))
    with pytest.raises(ArchiveError, match=r"the database is not empty, its table `.+` has rows; name a new"):
        new.take_in(archive.splitlines(keepends=True))


def without_its_end(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def without_a_row(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def with_a_changed_value(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"0.30000000000000004", b"0.3") for line in lines]


def of_another_version(lines: list[bytes]) -> list[bytes]:
    return [json.dumps({**json.loads(lines[0]), "version": "0000"}).encode(), *lines[1:]]


def with_a_table_from_elsewhere(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b'{"table":"sqlite_master","columns":["sql"]}\n', *lines[1:]]


def with_a_row_too_short(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"[1]\n", *lines[2:]]


def with_a_row_of_no_table(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b"[1]\n", *lines[1:]]


def with_a_row_twice(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


def of_something_else(lines: list[bytes]) -> list[bytes]:
    return [b"SQLite format 3\x00\xff\n"]


def of_another_json(lines: list[bytes]) -> list[bytes]:
    return [b"[]\n"]


def of_nothing(lines: list[bytes]) -> list[bytes]:
    return []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (without_its_end, r"it ends at line \d+ without its last line: it was cut short; export it anew"),
        (without_a_row, "its lines do not match their checksum: it was changed; export it anew"),
        (with_a_changed_value, "its lines do not match their checksum: it was changed; export it anew"),
        (of_another_version, r"it holds tables of version 0000 and this program has .*vigil db upgrade"),
        (with_a_table_from_elsewhere, "line 2: this program has no table `sqlite_master` with these columns"),
        (with_a_row_too_short, r"line 3: 1 values for the \d+ columns of `"),
        (with_a_row_of_no_table, "line 2: it is neither a table nor a row of one"),
        (with_a_row_twice, r"lines 3 to 6, rows of `.+`: UNIQUE constraint failed"),
        (of_something_else, "line 1: it is no JSON; is this file what `vigil db export` wrote"),
        (of_another_json, "it is not what `vigil db export` writes"),
        (of_nothing, "it ends at line 0 without its last line"),
    ],
)
def test_a_broken_archive_is_refused_with_its_line_and_nothing_is_kept(
    untouched: Database, archive: bytes, broken: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    empty = exported(untouched)
    with pytest.raises(ArchiveError, match=said):
        untouched.take_in(broken(archive.splitlines(keepends=True)))
    assert exported(untouched) == empty


@few
@given(st.data())
def test_no_changed_byte_of_an_archive_is_taken_in(
    untouched: Database, archive: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(archive) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != archive[at]))
    changed = archive[:at] + bytes([byte]) + archive[at + 1 :]
    with pytest.raises(ArchiveError):
        untouched.take_in(BytesIO(changed))


def test_what_others_write_during_an_export_is_not_in_it(fresh: Fresh) -> None:
    full = fresh("sqlite")
    fill(full)
    before = exported(full)

    class Slow(BytesIO):
        lines = 0

        def write(self, content: Any) -> int:
            self.lines += 1
            if self.lines == 3:
                with full._engine.begin() as connection:
                    connection.execute(metadata.tables["woken"].delete())
            return super().write(content)

    out = Slow()
    full.export(out)
    assert out.getvalue() == before
