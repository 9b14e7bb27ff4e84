"""One database, SQLite or PostgreSQL: connections, transactions, migrations."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import IO, Any
from urllib.parse import quote, urlsplit

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.domain.audit import Source
from bot.engine.ledger import Tally, Unavailable
from bot.store import archive
from bot.store.agenda import earliest, latest
from bot.store.logged import log_changes
from bot.store.rows import Rows
from bot.store.schema import HEAD, SCHEMA, Schema, upgrade, version_of
from bot.store.tally import tally

log = logging.getLogger(__name__)

_FORMS = "set `storage` or DATABASE_URL to sqlite:///vigil.db or postgresql://USER:PASSWORD@HOST/NAME"


_LACKING = re.compile(r"no such (table|column)|(relation|column) \S+ does not exist")
_MEND = (
    "its tables are not those of this program: stop Vigil, run `vigil db upgrade`, which makes them or says "
    "what is missing, and start Vigil again"
)


class StoreError(Exception):
    """The database cannot be used; the text says which, why, and how to mend it."""


_SERVER = re.compile(r"\[?(?P<name>[^\]:]+|(?<=\[)[^\]]+)\]?(:(?P<port>\d+))?")

_WRITERS = 7165
"""PostgreSQL's lock for decisions: they are short, and without it two could undo or block each other."""


_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How soon it is noticed that the host of the database has vanished: s, and ms."""

_TO_DECIDE = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '5s', true), pg_advisory_xact_lock(:writers)"
)
"""A bot that freezes in the middle of a decision must not keep the others from deciding for longer."""


class Turn:
    """Lets the threads of this process write one after the other, and none twice while another waits."""

    def __init__(self) -> None:
        self._next = Lock()
        self._writing = Lock()

    def __enter__(self) -> None:
        with self._next:
            self._writing.acquire()

    def __exit__(self, *_: object) -> None:
        self._writing.release()


class Database:
    """Implements engine.ledger.Store. `url` is any SQLAlchemy URL of SQLite or PostgreSQL."""

    def __init__(self, url: str, schema: Schema = SCHEMA) -> None:
        self._url = _understood(url)
        self._schema = schema
        self._sqlite = self._url.get_backend_name() == "sqlite"
        if self._sqlite and self._url.database:
            _touch_private(Path(self._url.database))
        self._engine = self._connected()
        # PostgreSQL lets writers in as they came; SQLite lets in who happens to ask at the right moment.
        self._turn: AbstractContextManager[object] = Turn() if self._sqlite else nullcontext()
        try:
            self._migrate()
        except SQLAlchemyError as error:
            raise StoreError(
                f"database {self}: {_first_line(error)}; set `storage` or DATABASE_URL to a database "
                "that this program may read and write"
            ) from error

    def __str__(self) -> str:
        return self._url.render_as_string(hide_password=True)

    def _connected(self) -> Engine:
        try:
            given = {} if self._sqlite else {"connect_args": _NETWORK}
            engine = create_engine(self._url, pool_pre_ping=not self._sqlite, pool_use_lifo=True, **given)
        except ModuleNotFoundError as error:
            raise StoreError(
                f"database {self}: its driver is missing; run `pip install 'psycopg[binary]'`"
            ) from error
        if self._sqlite:
            event.listen(engine, "connect", _on_sqlite_connect)
        return engine

    @contextmanager
    def transaction(self, source: Source = Source.BOT) -> Iterator[Rows]:
        """Write: one decision at a time, so that nothing read here can change before it is written."""
        with self._answering(), self._writing() as connection:
            rows = Rows(connection, source)
            yield rows
        log_changes(rows.alerts.saved)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Read one consistent state; what is written here is not kept."""
        with self._answering(), self._looking() as connection:
            yield Rows(connection)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, NoConnection, ProgrammingError) as error:
            why = f"database {self}: {_first_line(error)}"
            if _LACKING.search(why):
                raise Unavailable(why, _MEND) from error
            if isinstance(error, ProgrammingError):
                raise
            raise Unavailable(why) from error

    def export(self, out: IO[bytes]) -> int:
        """Write every row to `out` as archive.py says; how many there were. Others may go on writing.

        Raises StoreError where there is more than this program knows of.
        """
        if self.version > HEAD:
            raise StoreError(
                f"database {self}: it is of version {self.version}, and this program would leave out what it "
                f"does not know, beyond {HEAD}; export it with the program that wrote it, or a newer one"
            )
        with self._looking() as connection:
            return archive.write(connection, HEAD, out)

    def take_in(self, lines: Iterable[bytes]) -> int:
        """Insert every row of an archive, or nothing; how many there were. Raises archive.ArchiveError."""
        with self._writing() as connection:
            if not self._sqlite:  # whoever hands us the lines may take their time
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            return archive.read(connection, HEAD, lines)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(_TO_DECIDE, {"writers": _WRITERS})
            with _ended(connection):
                yield connection

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            try:
                yield connection
            finally:
                connection.rollback()

    def agenda(self) -> dict[str, datetime]:
        """For each kind of work (lanes of the outbox and nouns) when its first row is due."""
        with self._engine.connect() as connection:
            return earliest(connection)

    def latest(self) -> datetime:
        """When something was written down here last; the beginning of time where nothing was."""
        with self._engine.connect() as connection:
            return latest(connection)

    @property
    def version(self) -> str:
        """Of its tables: this program's or, where a newer one works beside it, that one's."""
        return found.found if (found := version_of(self._engine)) else ""

    def tally(self) -> Tally:
        """How much there is of what, for whoever watches the bot. Raises StoreError."""
        try:
            with self._engine.connect() as connection:
                return tally(connection)
        except SQLAlchemyError as error:
            raise StoreError(f"database {self}: {_first_line(error)}") from error

    def close(self) -> None:
        """Close every connection. Safe to call twice."""
        self._engine.dispose()

    def _migrate(self) -> None:
        head, version = self._schema.head, version_of(self._engine)
        if version is None or version.found < head:
            upgrade(self._engine, self._schema)
        elif not version.takes(head):
            raise StoreError(
                f"database {self}: it is of version {version.found}, and this program knows versions up to "
                f"{head}; start the program that wrote it, or a newer one"
            )
        elif lacking := version.lacking(self._schema.tables):
            raise StoreError(
                f"database {self}: {', '.join(lacking)} is missing, though it is of version {version.found}: "
                "somebody removed it; read a backup into a new database by `vigil db import`"
            )
        elif version.found > head:
            log.info("the database is of version %s, which takes programs of %s too", version.found, head)


@dataclass(frozen=True, slots=True)
class Condition:
    """How a database is found: its version (None: it has none of our tables), the program's, writable.

    `usable`: a newer version takes this program too.
    """

    name: str
    version: str | None
    newest: str
    writable: bool
    usable: bool


def condition_of(url: str) -> Condition:
    """Look at a database without making, migrating or changing it. Raises StoreError."""
    read = _understood(url)
    if read.get_backend_name() == "sqlite":
        # Opened by its plain name, a file that is not there would be made.
        read = read.set(database=f"file:{quote(read.database or '')}", query={"mode": "rw", "uri": "true"})
    name = make_url(url).render_as_string(hide_password=True)
    try:
        engine = create_engine(read)
        with engine.connect() as connection:
            version = version_of(engine)
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                read_only = False
            else:
                read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
            connection.rollback()
        engine.dispose()
    except SQLAlchemyError as error:
        raise StoreError(f"database {name}: {_first_line(error)}") from error
    usable = version is None or version.takes(HEAD)
    return Condition(name, version.found if version else None, HEAD, not read_only, usable)


def _understood(url: str) -> URL:
    """The URL with the driver this program uses; the URL itself may hold a password and is not repeated."""
    try:
        read = make_url(_with_hosts_apart(url))
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"the database URL is none; {_FORMS}") from error
    if read.drivername == "postgresql":
        return read.set(drivername="postgresql+psycopg")
    if read.drivername not in ("sqlite", "postgresql+psycopg"):
        raise StoreError(f"there is no storage of the kind {read.drivername!r}; {_FORMS}")
    return read


def _with_hosts_apart(url: str) -> str:
    """`//A:1,B:2/name`, as PostgreSQL writes several servers, in the way in which SQLAlchemy does."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return url
    apart = [_SERVER.fullmatch(each) for each in hosts.split(",")]
    if not all(apart):
        return url
    names, ports = (",".join(each[part] or "" for each in apart if each) for part in ("name", "port"))
    query = "&".join(filter(None, [f"host={names}&port={ports}", parts.query]))
    return parts._replace(netloc=f"{login}{at}", query=query).geturl()


@contextmanager
def _ended(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


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
