"""Real scripts and real servers, and one way to put a question to a check."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from local_servers import Site

from checks.base import Cursor, Situation
from checks.registry import find_kind
from checks.result import Result
from checks.runner import run

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def situation(tmp_path: Path) -> Situation:
    return Situation(now=NOW, timeout_s=5, folder=tmp_path)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Result]:
    """Run a check of this kind once in an empty folder: ask("command", run=[…], metric="m")."""

    def ask_once(
        kind: str, *, timeout_s: float = 5.0, cursor: Cursor | None = None, **options: object
    ) -> Result:
        found = find_kind(kind)
        built = found(found.options_model.model_validate(options))
        situation = Situation(now=NOW, timeout_s=timeout_s, folder=tmp_path)
        return run("the-check", built, situation, cursor)[0]

    return ask_once


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """Write a shell script into the folder; answers what `run:` says to start it."""

    def write(text: str) -> list[str]:
        path = tmp_path / "check.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return ["./check.sh"]

    return write


@pytest.fixture
def site() -> Iterator[Site]:
    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def setup(self) -> None:
            super().setup()
            started.connections += 1

        def answer(self) -> None:
            with contextlib.suppress(ConnectionError):
                started.pages[self.path.partition("?")[0]](self)

        do_GET = do_POST = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        server.daemon_threads = True
        server.block_on_close = False
        started = Site(server)
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield started
        server.shutdown()
        thread.join()


Talk = Callable[[socket.socket, threading.Event], None]


@pytest.fixture
def listener() -> Iterator[Callable[[Talk], int]]:
    """A bare TCP server: `talk(connection, over)` speaks to everybody who comes. Answers its port."""
    over = threading.Event()
    with contextlib.ExitStack() as opened:

        def serve(talk: Talk) -> int:
            door = opened.enter_context(socket.create_server(("127.0.0.1", 0)))

            def let_in(connection: socket.socket) -> None:
                with connection, contextlib.suppress(OSError):
                    talk(connection, over)

            def welcome() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        connection = door.accept()[0]
                        threading.Thread(target=let_in, args=(connection,), daemon=True).start()

            threading.Thread(target=welcome, daemon=True).start()
            return int(door.getsockname()[1])

        yield serve
        over.set()


def _need(what: str, found: bool) -> None:
    if not found and os.environ.get("CI"):
        pytest.fail(f"{what} must be installed where CI runs")
    if not found:
        pytest.skip(f"{what} is not installed")


@pytest.fixture
def plugin() -> Callable[[str], str]:
    """The path of one of Debian's monitoring-plugins-basic."""

    def path_of(name: str) -> str:
        path = Path("/usr/lib/nagios/plugins") / name
        _need(f"monitoring-plugins-basic ({name})", path.exists())
        return str(path)

    return path_of


@pytest.fixture
def openssl() -> str:
    """The openssl program, to make certificates with."""
    found = shutil.which("openssl")
    _need("openssl", found is not None)
    return found or ""
