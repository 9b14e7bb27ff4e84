"""The bot's own HTTP as a running server: one thread, one event loop, one port."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import threading
from http.client import HTTPConnection, HTTPException

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STARTS_WITHIN_S = 10.0
_BACKLOG = 128
_ANSWERS_WITHIN_S = 2.0
_MOST = 10_000
_LONGEST_HEAD = 64 * 1024


class WebError(Exception):
    """The bot's HTTP cannot be served; the text says why and how to mend it."""


class Served:
    """A running server; `stop` ends it and frees the port, within two seconds."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._server = _Server(app)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="web", daemon=True)
        self._thread.start()
        if not self._server.accepting.wait(STARTS_WITHIN_S):
            raise WebError(f"the HTTP server did not start within {STARTS_WITHIN_S:.0f} s")

    def stop(self) -> None:
        self._server.leave()
        self._thread.join()


def serve(app: ASGIApp, host: str, port: int) -> Served:
    """Serve on this address until `stop`; port 0 takes a free one. Raises WebError."""
    return Served(app, _listen(host, port))


def could_listen(host: str, port: int) -> None:
    """Raises WebError where `serve` would."""
    _listen(host, port).close()


def answers_as_vigil(host: str, port: int) -> bool:
    """Whether a bot is up already at this address."""
    place = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        connection = HTTPConnection(place, port, timeout=_ANSWERS_WITHIN_S)
        connection.request("GET", "/readyz")
        return "slack" in json.loads(connection.getresponse().read(_MOST))
    except (OSError, HTTPException, ValueError, TypeError):
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Without the protocol's number asyncio leaves Nagle's algorithm on: 40 ms a kept-alive request.
        listening = socket.socket(family, kind, socket.IPPROTO_TCP)
    except OSError as wrong:
        raise WebError(f"{host} is no address of this machine ({wrong.strerror}); see --host") from wrong
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as wrong:
        listening.close()
        if wrong.errno == errno.EADDRINUSE:
            raise WebError(f"port {port} is taken on {host}; use --port with another one") from wrong
        raise WebError(f"cannot listen on {host}:{port}: {wrong.strerror}; see --host and --port") from wrong
    return listening


class _Protocol(HttpToolsProtocol):
    """Hangs up on whoever sends a head without an end: the parser would keep all of it."""

    _unread = 0

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > _LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head is too long.")

    def on_headers_complete(self) -> None:
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)


class _Server(uvicorn.Server):
    """Sleeps until it is told to leave, where uvicorn's own loop wakes ten times a second."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                timeout_graceful_shutdown=1,
                server_header=False,
                date_header=False,
                proxy_headers=False,
            )
        )
        self.accepting = threading.Event()
        self._leaving = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.accepting.set()

    async def main_loop(self) -> None:
        await self._leaving.wait()

    def leave(self) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._leaving.set)
