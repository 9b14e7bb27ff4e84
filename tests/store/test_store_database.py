"""Opening, migrating and refusing databases."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from stage import add, at, began, delivery, empty, put, reading, saved

import bot.store
from bot.domain.measures.history import EPOCH
from bot.engine.ledger import Lane
from bot.store import Database, StoreError, condition_of
from bot.store.database import _understood
from bot.store.schema import HEAD, OLDEST, SCHEMA, Schema, Version, version_of
from bot.store.tables import metadata


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_one_a_start_looks_for() -> None:
    assert scripts().get_heads() == [HEAD]


def test_what_a_program_says_of_its_tables_is_what_the_migrations_say() -> None:
    assert max(each.module.oldest for each in scripts().walk_revisions()) == OLDEST


@pytest.fixture
def migrated(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A new database of that kind, led through all migrations."""
    new = f"sqlite:///{tmp_path / 'vigil.db'}"
    if not url.startswith("sqlite"):
        new = request.getfixturevalue("new_postgresql")()
    database = Database(new, Schema(HEAD, SCHEMA.folder))
    yield database
    database.close()


def test_migrations_make_exactly_the_tables(migrated: Database) -> None:
    with migrated._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def _conditions(index: ReflectedIndex) -> list[object]:
    return [value for name, value in index.get("dialect_options", {}).items() if name.endswith("_where")]


def schema(connection: Connection) -> dict[str, object]:
    """Columns with types and defaults, keys, and indexes with their conditions, by table."""
    seen = inspect(connection)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            sorted(seen.get_unique_constraints(table), key=str),
            [
                (each["name"], each["column_names"], each["unique"], *map(str, _conditions(each)))
                for each in sorted(seen.get_indexes(table), key=lambda index: str(index["name"]))
            ],
        )
        for table in (*metadata.tables, "alembic_version")
    }


_WRITTEN = {
    True: "SELECT name, sql FROM sqlite_master ORDER BY name",
    False: "SELECT pg_get_triggerdef(t.oid), pg_get_functiondef(tgfoid) FROM pg_trigger t "
    "WHERE NOT tgisinternal ORDER BY tgname",
}


def test_a_new_database_has_the_tables_that_migrations_make(opened: Database, migrated: Database) -> None:
    with opened._engine.connect() as new, migrated._engine.connect() as old:
        assert schema(new) == schema(old)
        written = [
            [" ".join(map(str, row)).split() for row in each.execute(text(_WRITTEN[opened._sqlite]))]
            for each in (new, old)
        ]
        assert written[0]
        assert written[0] == written[1]
    assert version_of(opened._engine) == version_of(migrated._engine) == Version(HEAD, OLDEST)


def test_a_second_start_changes_nothing(opened: Database, url: str) -> None:
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    again = Database(url)
    event.listen(again._engine, "before_cursor_execute", note)
    again._migrate()
    again.close()
    names = ("pg_catalog", "sqlite_master")
    asked = [each for each in statements if not any(name in each for name in names)]
    assert asked == ["SELECT * FROM alembic_version"]


def test_two_databases_on_one_url_see_each_other(opened: Database, url: str) -> None:
    other = Database(url)
    with other.transaction() as rows:
        rows.schedule.remember("orders", "seen", {"by": "both"})
    other.close()
    with opened.reading() as rows:
        assert rows.schedule.cursor("orders", "seen") == {"by": "both"}


def test_it_is_known_when_something_was_written_down_last(opened: Database) -> None:
    empty(opened)
    assert opened.latest() == EPOCH
    add(opened, reading(1, 3))
    assert opened.latest() == at(3)
    put(opened, delivery("p", Lane.PAGE, at(5)))
    with opened.transaction() as rows:
        rows.schedule.plan("orders", "figures", at(9))  # what is due is no sign of the time
    assert opened.latest() == at(5)
    saved(opened, began("late", since=at(7)))
    assert opened.latest() == at(7)


def test_closing_twice_does_no_harm(url: str) -> None:
    database = Database(url)
    database.close()
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'vigil.db'}"
    Database(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999', oldest = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"vigil\.db: it is of version 9999, and this program knows .* 0001"):
        Database(url)


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "vigil.db"
    database = Database(f"sqlite:///{file}")
    with database.transaction() as rows:
        rows.schedule.remember("orders", "host", None)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    database.close()
    assert modes == {"vigil.db": 0o600, "vigil.db-wal": 0o600, "vigil.db-shm": 0o600}


def test_a_file_survives_a_power_cut_as_far_as_sqlite_can(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'vigil.db'}")
    with database._engine.connect() as connection:
        kept = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
    database.close()
    assert kept == ["wal", 2]  # 2: FULL


@pytest.mark.parametrize(
    ("url", "said"),
    [
        # no URL at all: what was written may hold a password and is not repeated
        (
            "lin:secret",
            "the database URL is none; set `storage` or DATABASE_URL to sqlite:///vigil.db or postgresql:",
        ),
        ("postgresql://lin:secret@host:port/vigil", "the database URL is none; set `storage`"),
        # another kind of database
        ("mysql://lin:secret@127.0.0.1/vigil", "there is no storage of the kind 'mysql'; set `storage`"),
        # nobody listens there
        (
            "postgresql://lin:secret@127.0.0.1:1/vigil",
            "database postgresql+psycopg://lin:***@127.0.0.1:1/vigil: ",
        ),
    ],
)
def test_what_cannot_be_opened_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError) as failure:
        Database(url)
    assert str(failure.value).startswith(said)
    assert "secret" not in str(failure.value)
    assert "DATABASE_URL" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"database .*: Is a directory; set `storage` to a file"):
        Database(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but somebody's notes\n" * 50)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database; set `storage`"):
        Database(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database")


def test_a_postgresql_url_needs_no_driver(postgresql: str) -> None:
    assert postgresql.startswith("postgresql://")
    database = Database(postgresql)
    assert str(database).startswith("postgresql+psycopg://")
    database.close()


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("postgresql://lin@a:5432,b:5433/vigil", ("a,b", "5432,5433")),
        ("postgresql://lin@a,b/vigil?target_session_attrs=read-write", ("a,b", ",")),
        ("postgresql://lin@[::1]:5432,b:5432/vigil", ("::1,b", "5432,5432")),
        ("postgresql://lin@/vigil?host=/run/a,/run/b", ("/run/a,/run/b", ",")),
    ],
)
def test_a_url_may_name_several_servers_as_postgresql_writes_them(url: str, read: tuple[str, str]) -> None:
    understood = _understood(url)
    given = create_engine(understood).dialect.create_connect_args(understood)[1]
    assert (given["host"], given.get("port")) == read
    assert (given["user"], given["dbname"]) == ("lin", "vigil")
    assert given.get("target_session_attrs") == understood.query.get("target_session_attrs")


def test_a_missing_database_on_a_server_is_named(postgresql: str) -> None:
    with pytest.raises(StoreError, match='database "nowhere" does not exist; set `storage`'):
        Database(postgresql.replace("/postgres?", "/nowhere?"))


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"its driver is missing; run `pip install 'psycopg\[binary\]'`"):
        Database("postgresql://lin:secret@127.0.0.1:1/vigil")


def test_a_database_is_looked_at_as_it_stands(url: str, opened: Database) -> None:
    found = condition_of(url)
    assert (found.version, found.newest, found.writable) == (HEAD, HEAD, True)


def test_a_look_makes_no_tables(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert condition_of(f"sqlite:///{tmp_path}/empty.db").version is None
    assert (tmp_path / "empty.db").read_bytes() == b""


def test_a_look_at_what_is_no_database_says_which_and_why(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database " * 500)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database"):
        condition_of(f"sqlite:///{tmp_path}/notes.txt")


def test_a_look_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        condition_of(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_look_at_a_server_that_is_away_repeats_no_password() -> None:
    with pytest.raises(StoreError) as refused:
        condition_of("postgresql://vigil:hunter2@127.0.0.1:1/vigil")
    assert "hunter2" not in str(refused.value)
