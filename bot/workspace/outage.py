"""An outage of Slack: nothing of it answers, while the page and /local go on."""

import socket
import struct
from asyncio import Transport
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.workspace.faults import Faults

WIRE = "vigil.transport"
"""The key of the connection itself in what is known of a request."""

_SLACKS = ("/api/", "/response/", "/upload/", "/files/", "/link/")
"""What is at Slack's in production; the page and /local are this machine's own."""


def cut(scope: MutableMapping[str, Any]) -> None:
    """Cuts the TCP connection, so that whoever called sees a reset, not an answer."""
    transport: Transport = scope[WIRE]
    wire: socket.socket | None = transport.get_extra_info("socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Outage:
    """Stands before the application: as long as there is an outage, Slack's side hangs up or says 503."""

    def __init__(self, application: ASGIApp, faults: Faults) -> None:
        self._application = application
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        away = scope.get("path", "").startswith(_SLACKS) and self._faults.outage()
        if not away:
            await self._application(scope, receive, send)
            return
        if away == "outage":
            cut(scope)  # what is said then reaches nobody, but the server wants it said
        await _say_no(scope, receive, send)


async def _say_no(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013})
    else:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        await PlainTextResponse(status.phrase, status_code=status)(scope, receive, send)
