"""A workspace as the tests of this folder drive it, and cards as plain as can be."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from bot.domain.card import Line, Message, PageMessage
from bot.slack.access import SlackAccess
from bot.slack.cards import Drawing, Drawn
from bot.workspace import Workspace


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
