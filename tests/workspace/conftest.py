"""A workspace on a port of its own, people in it, and an unmodified Bolt app to talk to."""

import threading
from collections.abc import Callable, Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from standin import SEED, Clock, Local

from bot.workspace import Workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Iterator[Workspace]:
    running = Workspace(SEED, clock=clock)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def local(workspace: Workspace) -> Local:
    return Local(workspace.url)


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    """The bot's client; the bot is in #oncall and not in #random."""
    client = WebClient(token="xoxb-local", base_url=workspace.url + "/api/", timeout=5, retry_handlers=[])
    channels = {c["name"]: c["id"] for c in client.conversations_list()["channels"]}
    client.conversations_join(channel=channels["oncall"])
    return client


@pytest.fixture
def oncall(client: WebClient) -> str:
    """The ID of #oncall."""
    return {c["name"]: c["id"] for c in client.conversations_list()["channels"]}["oncall"]


@pytest.fixture
def app(client: WebClient) -> App:
    return App(token="xoxb-local", token_verification_enabled=False, client=client)


@pytest.fixture
def listen() -> Iterator[Callable[[App], SocketModeHandler]]:
    """Connects a Bolt app by Socket Mode until the test ends."""
    open_handlers: list[SocketModeHandler] = []

    def connect(app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, "xapp-local")
        handler.connect()
        open_handlers.append(handler)
        return handler

    yield connect
    for handler in open_handlers:
        handler.client.auto_reconnect_enabled = False
        # Its own close() waits up to 3 s for a last read: nobody here needs to wait for that.
        threading.Thread(target=handler.close, daemon=True).start()
