"""Socket Mode: the bot's WebSocket connections, the envelopes sent on them and their acknowledgements."""

import asyncio
import itertools
import json
import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.feed import Feed
from bot.workspace.outage import cut
from bot.workspace.seed import APP_ID

ACKNOWLEDGE_WITHIN_S = 3.0
"""https://docs.slack.dev/interactivity/handling-user-interaction: acknowledge within 3 seconds."""

Json = dict[str, Any]


class UntoldError(Exception):
    """The bot was not told: `reason` is Slack's word for why. Events come again unless it says no."""

    def __init__(self, reason: str = "timeout", *, comes_again: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.comes_again = comes_again


class NotConnectedError(UntoldError):
    """No bot is connected."""


class NotAcknowledgedError(UntoldError):
    """The bot did not acknowledge in time, or went away before it did."""


@dataclass(eq=False)
class _Connection:
    socket: WebSocket
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class SocketMode:
    """`on_connect` is called after the greeting of each new connection."""

    def __init__(self, feed: Feed, on_connect: Callable[[], None]) -> None:
        self._feed = feed
        self._on_connect = on_connect
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._turn = itertools.count()

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    def ticket(self) -> str:
        """Lets one connection in, once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """One connection from its greeting to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=1008, reason="unknown or used ticket")
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = _Connection(socket)
        self._connections.append(connection)
        self._feed.publish("bot", connected=True)
        try:
            await socket.send_text(self._hello())
            self._on_connect()
            while (frame := await socket.receive())["type"] != "websocket.disconnect":
                self._acknowledged(connection, frame.get("text") or "")
        finally:
            self._connections.remove(connection)
            for answer in connection.waiting.values():
                answer.cancel()
            self._feed.publish("bot", connected=self.connected)

    def _hello(self) -> str:
        return json.dumps(
            {
                "type": "hello",
                "num_connections": len(self._connections),
                "connection_info": {"app_id": APP_ID},
                "debug_info": {
                    "host": "applink-local",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
            }
        )

    def _acknowledged(self, connection: _Connection, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return  # not an acknowledgement: Slack ignores it, too
        if not isinstance(said, dict):
            return
        answer = connection.waiting.pop(str(said.get("envelope_id")), None)
        if answer and not answer.done():
            payload = said.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {})

    async def disconnect(self) -> None:
        """Ends all connections as Slack does when it moves an app to another server."""
        for connection in list(self._connections):
            with suppress(WebSocketDisconnect, RuntimeError):
                goodbye = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}
                await connection.socket.send_text(json.dumps(goodbye))
                await connection.socket.close()

    def cut(self) -> None:
        """Ends all connections without a word, as a broken network does."""
        for connection in self._connections:
            cut(connection.socket.scope)

    async def ask(self, kind: str, payload: Json, **more: Any) -> Json:
        """Sends one envelope on one of the connections in turn; the payload of the acknowledgement.

        Raises NotConnectedError, or NotAcknowledgedError after 3 s or when the connection ends first.
        """
        if not self._connections:
            raise NotConnectedError
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope = str(uuid.uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope] = answer
        body = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **more,
        }
        try:
            await connection.socket.send_text(json.dumps(body))
            done, _ = await asyncio.wait([answer], timeout=ACKNOWLEDGE_WITHIN_S)
            if not done or answer.cancelled():
                raise NotAcknowledgedError
            return answer.result()
        except (WebSocketDisconnect, RuntimeError) as gone:  # starlette's words for a closed connection
            raise NotAcknowledgedError from gone
        finally:
            connection.waiting.pop(envelope, None)
