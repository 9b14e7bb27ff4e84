"""The Socket Mode connection: opened in the background, kept open, opened again when it is lost."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_bolt.adapter.socket_mode.internals import send_response as send_acknowledgement
from slack_sdk.errors import SlackApiError, SlackClientError, SlackClientNotConnectedError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.access import SlackAccess, sdk_log, web_client
from bot.slack.outcomes import APP_TOKEN_MEND, BROKEN_WIRE, from_error, from_exception

log = logging.getLogger(__name__)

PING_S = 2.0  # silence of four pings counts as lost
LOOK_S = 0.25
LONGEST_WAIT_S = 3.0
RECEIVE_BYTES = 64 * 1024


class _Ending:
    """A socket that tells when the other side has hung up.

    The SDK takes the empty read for silence: it then reads in a loop without a pause, and does not notice
    the end before its fifth failed ping.
    """

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._sock = sock

    def recv(self, size: int) -> bytes:
        received = self._sock.recv(size)
        if not received:
            raise ConnectionResetError("the other side has hung up")
        return received

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Client(SocketModeClient):
    def connect(self) -> None:
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            # An acknowledgement shall not wait until the other side has confirmed the one before.
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock = _Ending(session.sock)
            session.sock = sock  # type: ignore[assignment]
            # The SDK waits up to 3 s until the thread that reads lets go of the socket. Hanging up wakes that
            # thread, and it cleans up by itself.
            session.close = partial(_hang_up, sock)  # type: ignore[method-assign]

    def enqueue_message(self, message: str) -> None:
        """Hand it at once to a thread that listens: with the SDK's queue one more would be woken before."""
        self.message_workers.submit(self._hear, message)

    def _hear(self, message: str) -> None:
        read = json.loads(message) if message.startswith("{") else {}
        self.run_message_listeners(read, message)


def _hang_up(sock: _Ending) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class Connection:
    """One Socket Mode connection for `app`. Start it once, close it once.

    `answered` is called when an answer has left: until then nobody else should want the processor.
    """

    def __init__(self, access: SlackAccess, app: App, answered: Callable[[], None]) -> None:
        self._app = app
        self._answered = answered
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="slack-connection", daemon=True)
        self._client = _Client(
            app_token=access.app_token,
            web_client=web_client(access),
            logger=sdk_log,
            # This class opens it again, with a growing wait and one line in the log.
            auto_reconnect_enabled=False,
            ping_interval=PING_S,
            # The SDK reads a message recursively, one such piece a call.
            receive_buffer_size=RECEIVE_BYTES,
            concurrency=4,
        )
        if proxy_bypass(urlsplit(access.api_url).hostname or ""):
            self._client.proxy = None  # the SDK's socket knows no exceptions from the proxy
        self._client.socket_mode_request_listeners.append(self._take)

    @property
    def connected(self) -> bool:
        """Whether the socket stands."""
        return self._client.is_connected()

    def start(self) -> None:
        """Begin to connect, and return at once."""
        self._keeper.start()

    def close(self) -> None:
        """End the connection and its threads."""
        self._closing.set()
        if self._keeper.is_alive():
            self._keeper.join(timeout=1.0)
        # Wakes the thread that waits for messages: it looks once a second whether it should end.
        self._client.closed = True
        self._client.message_queue.put(None)
        self._client.close()

    # --- inside ----------------------------------------------------------------------------------------

    def _keep(self) -> None:
        was_connected, said, wait = False, "", 0.0
        while not self._closing.wait(wait):
            if self.connected:
                wait = LOOK_S
                continue
            if was_connected:
                log.warning("the connection to Slack is lost; connecting again")
            trouble = self._connect()
            if self.connected:
                log.info("connected to Slack")
                was_connected, said, wait = True, "", LOOK_S
                continue
            was_connected = False
            if trouble != said:
                log.warning("not connected to Slack: %s", trouble)
                said = trouble
            wait = min(max(wait * 2, LOOK_S), LONGEST_WAIT_S)

    def _connect(self) -> str:
        """Try once; why it did not work, if it did not."""
        try:
            self._client.connect_to_new_endpoint()
        except SlackApiError as error:
            answer = error.response
            name = str(answer.get("error", ""))
            return from_error(name, answer.status_code, answer.headers, APP_TOKEN_MEND).reason
        except SlackClientError as error:
            return str(error)
        except BROKEN_WIRE as error:
            return from_exception(error).reason
        return "the socket could not be opened"

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = run_bolt_app(self._app, request)
        try:
            send_acknowledgement(client, request, answer, 0.0)
        except SlackClientNotConnectedError as error:
            log.warning("what a person did is noted, but could not be acknowledged: %s", error)
        finally:
            self._answered()
