"""A workspace for all tests of this folder, and what drives it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from driving import Local, Plainly
from hearing import AT, Heard, connection

from bot.domain.events import Inbound
from bot.locale import Speaker
from bot.slack.access import web_client
from bot.slack.connection import Connection
from bot.slack.notifier import Notifier
from bot.workspace import Member, Seed, Workspace


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
