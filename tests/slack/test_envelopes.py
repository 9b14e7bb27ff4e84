"""Socket Mode against a server that sends what the workspace never would."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.slack.access import SlackAccess
from bot.slack.connection import Connection
from bot.slack.listeners import build_app

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)
COMMAND = {"command": "/monitor", "text": "status", "trigger_id": "1.2", "user_id": "U1", "channel_id": "C1"}


class Sender:
    """Hands out connections as they are opened, and what comes in on any of them."""

    def __init__(self) -> None:
        self.opened: queue.Queue[ServerConnection] = queue.Queue()
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen = threading.Event()
        self.left_before: queue.Queue[bool] = queue.Queue()
        self.sockets: Server = serve(self._hold, "127.0.0.1", 0)
        self.web = HTTPServer(("127.0.0.1", 0), self._web())
        for server in (self.sockets, self.web):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def _hold(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        self.opened.put(connection)
        with suppress(ConnectionClosed):
            for message in connection:
                self.received.put(json.loads(message))
                self.seen.set()

    def answered(self) -> None:
        self.left_before.put(self.seen.wait(8))

    def _web(self) -> type[BaseHTTPRequestHandler]:
        url = f"ws://127.0.0.1:{self.sockets.socket.getsockname()[1]}/link/?ticket=1"
        answer = json.dumps({"ok": True, "url": url}).encode()

        class Web(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """The log is for the bot."""

        return Web

    def close(self) -> None:
        self.sockets.shutdown()
        self.web.shutdown()
        self.web.server_close()


@pytest.fixture
def sender() -> Iterator[Sender]:
    server = Sender()
    yield server
    server.close()


@pytest.fixture
def opened(sender: Sender, inbox: Any) -> Iterator[Connection]:
    access = SlackAccess("xoxb-x", "xapp-x", api_url=f"http://127.0.0.1:{sender.web.server_port}/api/")
    connection = Connection(access, build_app(access, inbox, lambda: AT), sender.answered)
    connection.start()
    yield connection
    connection.close()


def envelope(number: int, payload: dict[str, Any]) -> str:
    body = {"type": "slash_commands", "envelope_id": f"e{number}", "accepts_response_payload": True}
    return json.dumps(body | {"payload": payload})


@pytest.mark.usefixtures("opened")
def test_an_envelope_delivered_twice_is_acknowledged_twice_and_kept_once(sender: Sender, inbox: Any) -> None:
    slack = sender.opened.get(timeout=8)
    slack.send(envelope(1, COMMAND))
    slack.send(envelope(1, COMMAND))
    acknowledged = [sender.received.get(timeout=8) for _ in range(2)]
    assert acknowledged == [{"envelope_id": "e1"}] * 2
    assert (inbox.taken, list(inbox.inbounds)) == (2, ["command:1.2"])


@pytest.mark.usefixtures("opened")
def test_nobody_is_woken_before_the_acknowledgement_has_left(sender: Sender) -> None:
    sender.opened.get(timeout=8).send(envelope(1, COMMAND))
    assert sender.left_before.get(timeout=9)


@pytest.mark.usefixtures("opened")
def test_a_command_that_cannot_be_saved_is_acknowledged_with_an_apology(sender: Sender, inbox: Any) -> None:
    inbox.fails = OSError("the disk is full")
    sender.opened.get(timeout=8).send(envelope(1, COMMAND))
    acknowledged = sender.received.get(timeout=8)
    assert acknowledged["envelope_id"] == "e1"
    assert acknowledged["payload"]["response_type"] == "ephemeral"
    assert "could not note this" in acknowledged["payload"]["text"]


@pytest.mark.usefixtures("opened")
def test_a_large_payload_is_read_whole(sender: Sender, inbox: Any) -> None:
    sender.opened.get(timeout=8).send(envelope(1, COMMAND | {"text": "x" * 2_000_000}))
    assert sender.received.get(timeout=8) == {"envelope_id": "e1"}
    assert len(inbox.only().text) == 2_000_000


def test_when_slack_refreshes_the_connection_it_is_never_lost(
    sender: Sender, opened: Connection, inbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    old = sender.opened.get(timeout=8)
    old.send(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
    new = sender.opened.get(timeout=8)
    started = time.monotonic()
    new.send(envelope(2, COMMAND))
    assert sender.received.get(timeout=8) == {"envelope_id": "e2"}
    assert time.monotonic() - started < 1.5
    assert opened.connected
    assert inbox.taken == 1
    assert not caplog.records


def test_a_peer_that_vanishes_is_noticed_and_another_connection_is_opened(
    sender: Sender, opened: Connection, inbox: Any
) -> None:
    sender.opened.get(timeout=8).socket.close()
    sender.opened.get(timeout=8).send(envelope(3, COMMAND))
    assert sender.received.get(timeout=8) == {"envelope_id": "e3"}
    assert opened.connected
    assert inbox.taken == 1
