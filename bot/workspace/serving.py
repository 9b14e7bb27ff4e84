"""The web server under the workspace, which lets faults at the connections themselves."""

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bot.workspace.outage import WIRE
from bot.workspace.state import State


class _KnowsItsWire(asyncio.BaseProtocol):
    """A request knows the very connection that it came on."""

    app: Any

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope[WIRE] = transport
            await inner(scope, receive, send)

        self.app = app


class _Http(_KnowsItsWire, HttpToolsProtocol):
    pass


class _WebSocket(_KnowsItsWire, WebSocketsSansIOProtocol):
    pass


class Serving(uvicorn.Server):
    """Sleeps until it is told to leave, where uvicorn's own loop wakes ten times a second."""

    def __init__(self, application: ASGIApp, state: State) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=_Http,
                ws=_WebSocket,
                log_config=None,
                access_log=False,
                log_level="error",
                lifespan="on",
                ws_ping_interval=10.0,
                ws_ping_timeout=20.0,
                timeout_graceful_shutdown=1,
                server_header=False,
                date_header=False,
                proxy_headers=False,
            )
        )
        self.state = state
        self.accepting = threading.Event()
        self._leaving = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.accepting.set()

    async def main_loop(self) -> None:
        await self._leaving.wait()
        self.state.feed.close()

    def leave(self) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._leaving.set)
