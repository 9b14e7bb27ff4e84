"""A workspace for all tests of this folder, and what drives it."""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hearing import AT, Heard, connection

from bot.domain.card import Line, Message, PageMessage
from bot.domain.events import Inbound
from bot.locale import Speaker
from bot.slack.access import SlackAccess, web_client
from bot.slack.cards import Drawing, Drawn
from bot.slack.connection import Connection
from bot.slack.notifier import Notifier
from bot.workspace import Member, Seed, Workspace


class Plainly(Drawing):
    """Draws messages with one block; a text with "BAD" gets a block that there is not, "HUGE" says much."""

    def message(self, message: Message, channel: str = "") -> Drawn:
        if isinstance(message, PageMessage):
            text = message.reason.key
        else:
            assert isinstance(message, Line)
            text = message.text.key
        kind = "no_such_block" if "BAD" in text else "section"
        size = 3000 if "HUGE" in text else 0
        said = {"type": "mrkdwn", "text": text.ljust(size, "x")}
        return Drawn(text, [{"type": kind, "text": said}] * (4 if size else 1))


class Local:
    """The tests' side of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @property
    def access(self) -> SlackAccess:
        return SlackAccess("xoxb-local", "xapp-local", api_url=f"{self.workspace.url}/api/")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.workspace.url}/local/{path}", timeout=5) as answer:
            return json.load(answer)

    def do(self, act: str, **body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.workspace.url}/local/{act}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def fault(self, method: str, effect: str, **more: Any) -> None:
        self.do("faults", method=method, effect=effect, times=1, **more)

    def texts(self, channel: str) -> list[str]:
        return [each["text"] for each in self.get(f"messages?channel={channel}")]

    def blocks(self, channel: str, ts: str) -> list[Any]:
        [message] = [each for each in self.get(f"messages?channel={channel}") if each["ts"] == ts]
        return list(message["blocks"])


@pytest.fixture(scope="session")
def local() -> Iterator[Local]:
    members = (Member("U0LIN", "lin", "Lin Wei"), Member("U0MEI", "mei", "Mei Zhang"))
    workspace = Workspace(Seed("Test", ("oncall", "posts", "faults", "clicks", "quiet"), members))
    workspace.start()
    yield Local(workspace)
    workspace.stop()


@pytest.fixture
def notifier(local: Local) -> Notifier:
    return Notifier(web_client(local.access), Plainly(Speaker("en", "Asia/Shanghai"), lambda: AT))


@dataclass
class Kept:
    """An inbox in memory: the same identity is kept once. Waits on conditions, not on time."""

    fails: Exception | None = None
    inbounds: dict[str, Inbound] = field(default_factory=dict)
    taken: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, inbound: Inbound) -> bool:
        if self.fails:
            raise self.fails
        with self.changed:
            self.taken += 1
            is_new = inbound.identity not in self.inbounds
            self.inbounds.setdefault(inbound.identity, inbound)
            self.changed.notify_all()
        return is_new

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, timeout=8)

    def only(self) -> Inbound:
        self.wait(lambda: bool(self.inbounds))
        [inbound] = self.inbounds.values()
        return inbound


@pytest.fixture
def inbox() -> Kept:
    return Kept()


@pytest.fixture
def heard() -> Iterator[Heard]:
    log, handler = logging.getLogger("bot.slack"), Heard()
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


@pytest.fixture
def connected(local: Any, inbox: Any, heard: Heard) -> Iterator[Connection]:
    with connection(local.access, inbox) as opened:
        heard.wait("connected to Slack")
        assert opened.connected
        yield opened
