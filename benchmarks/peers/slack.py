"""The Slack that benchmarks look at: the local workspace, in the benchmark's own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.workspace import Member, Seed, Workspace

PEOPLE = """
people:
  lin: {name: Lin Wei, slack: U0LIN}
escalations:
  default: {levels: [{notify: [person:lin], wait: 1h}]}
"""
"""Who is paged: whoever adds this to a configuration finds `MENTION` in each page."""

EACH_ALONE = "grouping: {group_wait: 0s}\n"
"""Every alert has a card and a page of its own, however soon it comes after another."""

MENTION = "<@U0LIN>"


@dataclass(frozen=True, slots=True)
class Called:
    """A call of the Web API: when it came, in seconds since 1970."""

    at: float
    method: str
    arguments: Mapping[str, Any]

    @property
    def text(self) -> str:
        return str(self.arguments.get("text") or "")

    @property
    def posts(self) -> bool:
        return self.method == "chat.postMessage"


@dataclass(slots=True)
class Slack:
    """A workspace with one channel, `oncall`, and all calls that came."""

    workspace: Workspace
    calls: list[Called] = field(default_factory=list)
    _came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def environment(self) -> dict[str, str]:
        """What leads a bot here by Socket Mode."""
        tokens = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}
        return tokens | {"SLACK_API_URL": f"{self.workspace.url}/api/"}

    def note(self, method: str, arguments: Mapping[str, Any]) -> None:
        with self._came:
            self.calls.append(Called(time.time(), method, arguments))  # noqa: TID251 - another program's clock
            self._came.notify_all()

    def page(self, word: str, patience_s: float) -> Called | None:
        """The page that has these words in it, in whatever case, as soon as it has come."""
        until = time.monotonic() + patience_s
        with self._came:
            while (left := until - time.monotonic()) > 0:
                for call in self.calls:
                    if call.posts and MENTION in call.text and word.casefold() in call.text.casefold():
                        return call
                self._came.wait(left)
        return None


@contextmanager
def slack() -> Iterator[Slack]:
    """Until the benchmark is done with it."""
    workspace = Workspace(Seed("Benchmark", ("oncall",), (Member("U0LIN", "lin", "Lin Wei"),)))
    kept = Slack(workspace)
    workspace.on_api_call = kept.note
    workspace.start()
    try:
        yield kept
    finally:
        workspace.stop()
