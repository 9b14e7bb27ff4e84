"""A browser, a workspace on a free port, and an app that is connected to it as a bot would be."""

import json
import os
import queue
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.workspace import Member, Seed, Usergroup, Workspace

Json = dict[str, Any]
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SEED = Seed(
    team="Orders team",
    channels=("oncall", "management"),
    members=(Member("ULIN", "lin", "Lin Wei"), Member("UCHEN", "chen", "Chen Yu")),
    usergroups=(Usergroup("S1", "development", ("UCHEN",)),),
    links=(("Break the sample service", "http://127.0.0.1:9/"),),
    command="/monitor",
    commands=(
        ("status", "", "the panel"),
        ("silence", "MATCHER… 1h", "be quiet"),
        ("swap", "PERSON", "<b>two</b> shifts"),
        ("swap back", "[ID]", "as it was"),
    ),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        missing = f"needs {CHROMIUM}: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    running = Workspace(SEED)
    running.start()
    yield running
    running.stop()


class App:
    """A bot's two sides: it calls the Web API, and it acknowledges every envelope that it is sent."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._heard: queue.Queue[Json] = queue.Queue()
        self.answers: dict[str, Json] = {}  # by envelope type or command text: the acknowledgement's payload
        self.channels = self.join_channels()

    def join_channels(self) -> dict[str, str]:
        """All channels: their IDs by name."""
        channels = self.call("conversations.list")["channels"]
        for channel in channels:
            self.call("conversations.join", channel=channel["id"])
        return {channel["name"]: channel["id"] for channel in channels}

    def call(self, method: str, **arguments: Any) -> Json:
        token = "xapp-local" if method == "apps.connections.open" else "xoxb-local"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(
            f"{self._workspace.url}/api/{method}", json.dumps(arguments).encode(), headers
        )
        with urllib.request.urlopen(request) as response:
            answer: Json = json.load(response)
        assert answer["ok"], answer
        return answer

    def post(self, text: str, **more: Any) -> str:
        """Says it in #oncall; the message's ts."""
        return str(self.call("chat.postMessage", channel=self.channels["oncall"], text=text, **more)["ts"])

    def update(self, ts: str, text: str, **more: Any) -> None:
        self.call("chat.update", channel=self.channels["oncall"], ts=ts, text=text, **more)

    def hear(self, kind: str) -> Json:
        """The payload of the next envelope of this kind, which may still be under way."""
        while True:
            envelope = self._heard.get(timeout=5)
            if envelope["type"] == kind:
                return dict(envelope["payload"])

    def acknowledge(self, connection: ClientConnection) -> None:
        """Reads until the connection ends."""
        with suppress(ConnectionClosed):
            for frame in connection:
                envelope = json.loads(frame)
                self._heard.put(envelope)
                asked = envelope["payload"].get("text", envelope["type"])
                answer = {"payload": self.answers[asked]} if asked in self.answers else {}
                connection.send(json.dumps({"envelope_id": envelope["envelope_id"], **answer}))


@pytest.fixture
def app(workspace: Workspace) -> App:
    """An app that posts but is not connected: nobody answers commands and buttons."""
    return App(workspace)


@pytest.fixture
def connected_app(app: App) -> Iterator[App]:
    with connect(app.call("apps.connections.open")["url"]) as connection:
        assert json.loads(connection.recv())["type"] == "hello"
        reading = threading.Thread(target=app.acknowledge, args=(connection,))
        reading.start()
        yield app
        connection.close()
        reading.join()


@pytest.fixture
def open_page(browser: Browser, workspace: Workspace) -> Iterator[Callable[..., Page]]:
    """open_page("lin") → the workspace's page as that person sees it, in a browser window of their own.

    A script error on any page fails the test.
    """
    windows = []
    errors: list[str] = []

    def open_as(user: str, **window: Any) -> Page:
        context = browser.new_context(**{"timezone_id": "Asia/Shanghai", "locale": "en-GB", **window})
        windows.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{workspace.url}/?user={user}")
        page.locator("#page:not([aria-busy])").wait_for()
        return page

    yield open_as
    for context in windows:
        context.close()
    assert errors == []
