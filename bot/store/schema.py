"""The versions of the tables: which one a database has, which programs it takes, and the way to the newest.

Replicas of two versions work on one database while they are exchanged. So a migration only adds, in such a
way that the program before it need not know; each says by `oldest` which programs the tables still take.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from bot.store.tables import metadata

HEAD = "0001"
"""The newest migration; a start that finds it in the database asks Alembic nothing."""

OLDEST = "0001"
"""The oldest program that its tables take."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a program makes of a database: the newest migration, and the folder of all of them.

    `tables` are what they come to: a new database gets these at once; without, it is led through them all.
    """

    head: str
    folder: Path
    tables: MetaData | None = None


SCHEMA = Schema(HEAD, Path(__file__).parent / "migrations", metadata)

_versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    Column("oldest", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it, and the first migration enlarges it."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a database is and has, and of which version the oldest program is that it takes."""

    found: str
    oldest: str
    tables: frozenset[str] = field(default=frozenset(), compare=False)

    def takes(self, head: str) -> bool:
        """Whether a program of version `head` may work on it, once it has upgraded it if that is older."""
        return self.found <= head or self.oldest <= head

    def lacking(self, tables: MetaData | None) -> list[str]:
        """Those of the tables that it ought to have, and has not."""
        return sorted(set(tables.tables if tables else ()) - self.tables)


def version_of(engine: Engine) -> Version | None:
    """None where there are no tables of ours."""
    with engine.connect() as connection:
        tables = frozenset(inspect(connection).get_table_names())
        if "alembic_version" not in tables:
            return None
        row = connection.execute(text("SELECT * FROM alembic_version")).first()
        return Version(row.version_num, row.oldest or row.version_num, tables) if row else None


def upgrade(engine: Engine, schema: Schema) -> None:
    """Bring the tables to the newest version, all of it or nothing; of several who do it one does."""
    with _alone(engine) as connection:
        if schema.tables is not None and not inspect(connection).has_table(_versions.name):
            schema.tables.create_all(connection, checkfirst=False)
            _versions.create(connection)
            connection.execute(_versions.insert().values(version_num=schema.head, oldest=OLDEST))
        else:
            _migrate(connection, schema.folder)


def _migrate(connection: Connection, folder: Path) -> None:
    # Alembic costs half a second to import, and only a new release needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder))
    oldest = max(each.module.oldest for each in ScriptDirectory.from_config(config).walk_revisions())
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(_versions.update().values(oldest=oldest))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction beside which nobody else makes or changes tables."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(7164)"))
        yield connection
        connection.commit()
    engine.dispose()
