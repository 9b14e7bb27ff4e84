"""One database, SQLite or PostgreSQL: connections, transactions, migrations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.agenda import earliest
from bot.store.rows import Rows

HEAD = "0001"
"""The newest migration; a start that finds it in the database asks Alembic nothing."""


class StoreError(Exception):
    """The database cannot be used; the text says which, why, and how to mend it."""


class Database:
    """Implements engine.ledger.Store. `url` is any SQLAlchemy URL of SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        if self._sqlite and self._url.database:
            _touch_private(Path(self._url.database))
        self._engine = create_engine(self._url, pool_pre_ping=not self._sqlite)
        if self._sqlite:
            event.listen(self._engine, "connect", _on_sqlite_connect)
        try:
            self._migrate()
        except SQLAlchemyError as error:
            shown = self._url.render_as_string(hide_password=True)
            raise StoreError(
                f"database {shown}: {_first_line(error)}; set `storage` or DATABASE_URL to a database "
                "that this program may read and write"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """Write: on SQLite the write lock is taken at the start, so that nothing read here can change."""
        with self._engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            with _ended(connection):
                yield Rows(connection)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Read one consistent state; what is written here is not kept."""
        with self._engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN")
            try:
                yield Rows(connection)
            finally:
                connection.rollback()

    def agenda(self) -> dict[str, datetime]:
        """For each kind of work (lanes of the outbox and nouns) when its first row is due."""
        with self._engine.connect() as connection:
            return earliest(connection)

    def close(self) -> None:
        """Close every connection. Safe to call twice."""
        self._engine.dispose()

    def _migrate(self) -> None:
        if _version(self._engine) == HEAD:
            return
        # Alembic costs half a second to import, and only a new release needs it.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(7164)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()


@contextmanager
def _ended(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: BEGIN IMMEDIATE is ours.
    connection.isolation_level = None
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _touch_private(file: Path) -> None:
    """The file holds names and messages: only its owner may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"database {file}: {error.strerror}; set `storage` to a file this user may write"
        ) from error


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
