"""Names of channels → IDs, in a workspace with more channels than one page shows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from bot.engine.ports import Refused
from bot.slack.access import SlackAccess, web_client
from bot.slack.directory import Directory, is_id
from bot.slack.wire import Exchange, Failure

PAGES = [("general", "random"), ("deploys",), (), ("oncall",)]


class Lists(BaseHTTPRequestHandler):
    """Slack's list of channels, page by page; a page may be empty and not the last."""

    asked: list[dict[str, list[str]]]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append(form)
        if self.path.endswith("conversations.info"):
            one = {"C0KUCUN": {"name": "kucun"}}.get(form["channel"][0], {})
            self._answer({"ok": True, "channel": {"id": form["channel"][0], **one}})
            return
        page = int(form.get("cursor", ["0"])[0])
        channels = [{"id": f"C{name.upper()}", "name": name} for name in PAGES[page]]
        cursor = str(page + 1) if page + 1 < len(PAGES) else ""
        self._answer({"ok": True, "channels": channels, "response_metadata": {"next_cursor": cursor}})

    def _answer(self, answer: dict[str, object]) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    Lists.asked = []
    server = HTTPServer(("127.0.0.1", 0), Lists)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def resolve(directory: Directory, server: HTTPServer, channel: str) -> str | Failure:
    access = SlackAccess("xoxb-x", "", api_url=f"http://127.0.0.1:{server.server_port}/api/")
    return directory.resolve(Exchange(web_client(access)), channel)


def test_an_id_is_asked_for_its_name_once_and_a_conversation_without_a_name_too(server: HTTPServer) -> None:
    access = SlackAccess("xoxb-x", "", api_url=f"http://127.0.0.1:{server.server_port}/api/")
    directory, exchange = Directory(), Exchange(web_client(access))
    assert directory.name_of("#oncall", exchange) == "oncall"
    assert directory.name_of("C0KUCUN", None) == ""  # nobody is asked
    assert [directory.name_of("C0KUCUN", exchange) for _ in range(2)] == ["kucun"] * 2
    assert directory.name_of("C0KUCUN", None) == "kucun"
    assert directory.known("kucun") == "C0KUCUN"
    assert [directory.name_of("D0LIN", exchange) for _ in range(2)] == ["", ""]
    assert [form["channel"] for form in Lists.asked] == [["C0KUCUN"], ["D0LIN"]]


def test_a_name_is_looked_for_on_every_page_and_remembered(server: HTTPServer) -> None:
    directory = Directory()
    assert resolve(directory, server, "#oncall") == "CONCALL"
    assert [form.get("cursor") for form in Lists.asked] == [None, ["1"], ["2"], ["3"]]
    assert Lists.asked[0]["types"] == ["public_channel,private_channel"]
    assert resolve(directory, server, "oncall") == "CONCALL"
    assert resolve(directory, server, "deploys") == "CDEPLOYS"
    assert len(Lists.asked) == 4


def test_a_name_on_the_first_page_needs_no_other(server: HTTPServer) -> None:
    assert resolve(Directory(), server, "random") == "CRANDOM"
    assert len(Lists.asked) == 1


def test_a_name_on_no_page_is_refused(server: HTTPServer) -> None:
    found = resolve(Directory(), server, "#nowhere")
    assert isinstance(found, Failure)
    assert isinstance(found.outcome, Refused)
    assert "#nowhere" in found.outcome.reason


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("C0123ABCD", True),
        ("G0123ABCD", True),  # a private channel
        ("D0123ABCD", True),  # a direct message
        ("oncall", False),
        ("c0123", False),
        ("C-1", False),
    ],
)
def test_an_id_is_told_from_a_name(channel: str, expected: bool) -> None:
    assert is_id(channel) is expected


def test_what_a_post_taught_is_known_without_asking() -> None:
    directory = Directory()
    assert directory.known("oncall") is None
    directory.learn("#oncall", "C0123")
    assert (directory.known("oncall"), directory.known("#oncall")) == ("C0123", "C0123")
