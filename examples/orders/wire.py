"""HTTP/1.1 in both directions on asyncio protocols: keep-alive, bodies with a Content-Length.

A framework would cost several times the whole sample's share of a core at its load.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

HOST = "127.0.0.1"
HEAD_LIMIT = 16_384
BODY_LIMIT = 65_536


@dataclass(slots=True)
class Request:
    """One request; header names are in lower case, the path is without its query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Response:
    """One answer; its length and whether the connection stays open are added on the wire."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"

    @classmethod
    def of_json(cls, status: int, value: object) -> Response:
        """Return `value` as a JSON answer."""
        return cls(status, json.dumps(value, separators=(",", ":")).encode())

    @classmethod
    def of_text(cls, status: int, text: str) -> Response:
        """Return `text` as a plain answer with a final line break."""
        return cls(status, text.encode() + b"\n", "text/plain; charset=utf-8")

    def encode(self, keep: bool) -> bytes:
        """Return the bytes for the wire."""
        head = (
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n"
            f"Cache-Control: no-store\r\nConnection: {'keep-alive' if keep else 'close'}\r\n\r\n"
        )
        return head.encode() + self.body


Answer = Callable[[Request], Awaitable[Response]]


class BadRequestError(Exception):
    """What arrived is no request this server takes: `status` and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def cut_request(buffer: bytes) -> tuple[Request | None, bytes]:
    """Return the first whole request of `buffer`, or None, and the bytes after it.

    Raises BadRequestError for what is not HTTP, too long, or of unknown length.
    """
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > HEAD_LIMIT:
            raise BadRequestError(431, f"the head is longer than {HEAD_LIMIT} bytes")
        return None, buffer
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequestError(400, "the first line is not METHOD PATH HTTP/1.1")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise BadRequestError(411, "send the body with a Content-Length")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequestError(400, "Content-Length is not a number")
    if int(length) > BODY_LIMIT:
        raise BadRequestError(413, f"the body is longer than {BODY_LIMIT} bytes")
    body_at = end + 4
    body_end = body_at + int(length)
    if len(buffer) < body_end:
        return None, buffer
    path = words[1].partition("?")[0]
    return Request(words[0], path, headers, buffer[body_at:body_end]), buffer[body_end:]


class ServerConnection(asyncio.Protocol):
    """One client's connection: answers its requests one after the other."""

    def __init__(self, answer: Answer, open_connections: set[ServerConnection]) -> None:
        self._answer = answer
        self._open = open_connections
        self._buffer = b""
        self._task: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._task is None:
            self._take()

    def _take(self) -> None:
        try:
            request, self._buffer = cut_request(self._buffer)
        except BadRequestError as error:
            self.transport.write(Response.of_text(error.status, str(error)).encode(keep=False))
            self.transport.close()
            return
        if request is not None:
            self._task = asyncio.get_running_loop().create_task(self._serve(request))

    async def _serve(self, request: Request) -> None:
        keep = False
        try:
            response = await self._answer(request)
            keep = request.headers.get("connection", "").lower() != "close"
            self.transport.write(response.encode(keep))
        finally:
            self._task = None
            if not keep:
                self.transport.close()
        if keep and self._buffer:
            self._take()


class Door:
    """A listening port on loopback that can be shut and opened again at the same number."""

    def __init__(self, answer: Answer, port: int) -> None:
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._connections: set[ServerConnection] = set()
        self.port = port

    async def open(self) -> None:
        """Listen; port 0 becomes a free one. Raises OSError when the port is taken."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                lambda: ServerConnection(self._answer, self._connections), HOST, self.port, backlog=512
            )
            self.port = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Refuse new connections and break the open ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.transport.abort()


class ClientConnection(asyncio.Protocol):
    """One connection of a Client: sends a request, waits for its answer."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiter: asyncio.Future[int] | None = None
        self.transport: asyncio.Transport
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionError("the connection was closed before an answer"))

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Send `request`; the future is its answer's status. Raises ConnectionError through it."""
        self._buffer = b""
        self._waiter = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._waiter

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._waiter is None or self._waiter.done():
            return
        head = self._buffer[:end].lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(self._buffer) >= end + 4 + int(length or 0):
            self._waiter.set_result(int(head[9:12]))


class Client:
    """Posts to one port on loopback over kept-alive connections, as many as are in flight."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[ClientConnection] = []

    async def post(self, path: str, body: bytes, headers: str = "") -> int:
        """Return the answer's status. `headers` are whole lines. Raises OSError when there is none."""
        request = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\nContent-Type: application/json\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        connection = await self._connection()
        answered = False
        try:
            status = await connection.ask(request.encode() + body)
            answered = True
        finally:
            # An answer to a cancelled request must not be read as the next request's.
            if answered:
                self._idle.append(connection)
            else:
                connection.transport.abort()
        return status

    async def _connection(self) -> ClientConnection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.lost:
                return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(ClientConnection, HOST, self._port))[1]

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().transport.close()
