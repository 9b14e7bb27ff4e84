"""A query of a database by SQLAlchemy: it only reads, and ends in time, as far as the database allows."""

from __future__ import annotations

import contextlib
import math
import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from checks.base import CouldNotMeasure
from checks.kinds.sql.question import NOW, Put
from checks.kinds.sql.rows import MOST_ROWS, Rows
from checks.network.reach import is_this_machine

_OTHER_COLON = re.compile(r"(?<![:\w\\]):(?!now\b)(?=\w)")
_FETCHED_BIT_BY_BIT = re.compile(r"\s*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_CANCEL_S = 0.5


class DatabaseQuestion:
    """Put over a connection of its own, in a transaction that is never committed."""

    def __init__(self, url: str, put: Put) -> None:
        self._url = url
        self._put = put
        self._driver: Any = None

    def rows(self) -> Rows:
        """Raises CouldNotMeasure."""
        put = self._put
        try:
            with _engine(self._url, put) as engine, engine.connect() as connection:
                self._driver = connection.connection.dbapi_connection
                _bound(connection, put.timeout_s)
                return _asked(connection, put)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise CouldNotMeasure(
                f"there is no driver for this database: {error}",
                "install it beside the bot, or correct `url`",
            ) from error
        except DBAPIError as error:
            raise CouldNotMeasure(
                " ".join(str(error.orig).split()),
                _hint(error),
                str(error.orig),
                reached=error.statement is not None or not is_elsewhere(self._url),
            ) from error
        except SQLAlchemyError as error:
            raise CouldNotMeasure(
                f"could not ask: {type(error).__name__}", "correct the check's `url` and `query`"
            ) from error

    def stop(self) -> None:
        """End the query that runs; a server that does not listen loses the connection."""
        driver = self._driver
        if isinstance(driver, sqlite3.Connection):
            driver.interrupt()
        elif hasattr(driver, "cancel_safe"):
            _stop_postgresql(driver)


def _stop_postgresql(driver: Any) -> None:
    import psycopg  # heavy: only those pay who ask such a database

    with contextlib.suppress(psycopg.Error):
        driver.cancel_safe(timeout=_CANCEL_S)
    with contextlib.suppress(psycopg.Error, OSError), _another_end(driver) as end:
        end.shutdown(socket.SHUT_RDWR)


def _another_end(driver: Any) -> socket.socket:
    return socket.socket(fileno=os.dup(driver.fileno()))


def is_elsewhere(url: str) -> bool:
    """Whether the database is on another machine."""
    host = make_url(url).host
    return bool(host) and not is_this_machine(host or "")


@contextlib.contextmanager
def _engine(url: str, put: Put) -> Iterator[Engine]:
    """An engine for one connection."""
    address = make_url(url)
    address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
    limits: dict[str, Any] = {}
    if address.get_backend_name() == "sqlite":
        limits = {"creator": lambda: _sqlite(address, put)}
    elif address.get_backend_name() in {"postgresql", "mysql", "mariadb"}:
        limits = {"connect_args": {"connect_timeout": max(2, math.ceil(put.timeout_s))}}
    engine = create_engine(address, poolclass=NullPool, **limits)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(address: URL, put: Put) -> sqlite3.Connection:
    path = put.folder / (address.database or "")
    if not path.is_file():
        raise CouldNotMeasure(f"there is no {path.name}", "correct the check's `url`")
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=put.timeout_s, check_same_thread=False
    )


def _bound(connection: Connection, timeout_s: float) -> None:
    """Let the database itself refuse to write, and give up in time."""
    milliseconds = round((timeout_s + 1) * 1000)
    match connection.dialect.name:
        case "postgresql":
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
        case "mysql" | "mariadb":
            maria = getattr(connection.dialect, "is_mariadb", False)
            limit = (
                f"max_statement_time = {milliseconds / 1000}"
                if maria
                else f"max_execution_time = {milliseconds}"
            )
            connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
            connection.execute(text(f"SET SESSION {limit}"))
            connection.rollback()


def _asked(connection: Connection, put: Put) -> Rows:
    name = connection.dialect.name
    # The driver would fetch an endless answer to its end; a cursor of the server's hands out what is taken.
    bit_by_bit = name == "postgresql" and _FETCHED_BIT_BY_BIT.match(put.query)
    options = {"stream_results": True, "max_row_buffer": MOST_ROWS + 1} if bit_by_bit else {}
    instant = put.now.strftime("%Y-%m-%d %H:%M:%S") if name == "sqlite" else put.now
    answer = connection.execute(
        text(_OTHER_COLON.sub(r"\:", put.query)),
        {"now": instant} if NOW.search(put.query) else {},
        execution_options=options,
    )
    if not answer.returns_rows:
        raise CouldNotMeasure("the query returns no rows", "write a SELECT as `query`")
    return Rows(tuple(answer.keys()), tuple(tuple(row) for row in answer.fetchmany(MOST_ROWS + 1)))


def _hint(error: DBAPIError) -> str:
    if error.connection_invalidated or error.statement is None:
        return "look whether the database runs and lets this user in; else correct `url`"
    return "correct the check's `query`, or what its user may read"
