"""Slack by HTTP: the whole bot, its port, and requests signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from asking import Reply, ask

from bot.clock import RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.wiring import Program
from bot.workspace import Member, Seed, Workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CONFIG = """
service: orders
people: {lin: {name: Lin Wei, slack: U0LIN}}
checks:
  figures: {kind: command, run: [echo, '{"load": 1}'], output: json}
checklists: {all: [figures]}
"""
RUN = urlencode(
    {
        "command": "/monitor",
        "text": "run",
        "user_id": "U0LIN",
        "channel_id": "C0ONCALL",
        "team_id": "T0",
        "trigger_id": "1.2.3",
    }
).encode()
FORM = "application/x-www-form-urlencoded"


class Bot:
    """A bot in HTTP mode beside a workspace."""

    def __init__(self, folder: Path, secret: str) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.workspace = Workspace(
            Seed(team="Test", channels=("oncall",), members=(Member("U0LIN", "lin", "Lin Wei"),))
        )
        self.workspace.start()
        access = SlackAccess(
            bot_token="xoxb-local", app_token="", signing_secret=secret, api_url=f"{self.workspace.url}/api/"
        )
        self.program = Program(load(folder / "config.yaml", {}), access, RealClock(), threads=False)
        self.program.connect()
        self.web = self.program.serve_web("127.0.0.1", 0)

    def close(self) -> None:
        self.web.stop()
        self.program.stop()
        self.workspace.stop()

    def receives(self, body: bytes, headers: dict[str, str], content_type: str = FORM) -> Reply:
        return ask(f"{self.web.url}/slack/events", body, headers | {"Content-Type": content_type})

    def posts(self) -> list[str]:
        """Everything the bot has posted once nothing is due any more."""
        self.program.settle()
        return [post["text"] for post in ask(f"{self.workspace.url}/local/posts").json]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path, SECRET)
    yield built
    built.close()


def signed(body: bytes, age: timedelta = timedelta(0), secret: str = SECRET) -> dict[str, str]:
    """The headers Slack sends: HMAC-SHA256 over the version, the time and the body."""
    at = str(int((RealClock().now() - age).timestamp()))
    proof = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={proof}"}


def test_a_signed_command_is_acknowledged_and_carried_out(bot: Bot) -> None:
    reply = bot.receives(RUN, signed(RUN))
    assert (reply.status, reply.body) == (200, "")
    assert [text for text in bot.posts() if "Figures" in text or "Round of orders" in text]


def test_the_workspace_tells_it_by_http_as_slack_does(bot: Bot) -> None:
    assert bot.workspace.verify_by_http(f"{bot.web.url}/slack/events", SECRET)
    bot.workspace.tell_by_http(f"{bot.web.url}/slack/events", SECRET)
    typed = {"user": "lin", "channel": "oncall", "text": "/monitor run"}
    assert ask(f"{bot.workspace.url}/local/command", json.dumps(typed).encode()).json == {"ok": True}
    assert [text for text in bot.posts() if "Figures" in text or "Round of orders" in text]


def test_a_command_that_arrives_twice_is_carried_out_once(bot: Bot) -> None:
    assert [bot.receives(RUN, signed(RUN)).status for _ in range(2)] == [200, 200]
    assert len(bot.posts()) == 1


def test_no_socket_mode_connection_is_opened(bot: Bot) -> None:
    assert bot.program.connected
    assert ask(f"{bot.workspace.url}/local/state").json["bot"]["connected"] is False


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        # signed with another secret
        (RUN, lambda: signed(RUN, secret="another")),
        # signed, but for another body
        (RUN, lambda: signed(RUN + b"x")),
        # recorded and sent again later
        (RUN, lambda: signed(RUN, age=timedelta(minutes=5, seconds=2))),
        # from a clock that is far ahead
        (RUN, lambda: signed(RUN, age=-timedelta(minutes=6))),
        # not signed at all
        (RUN, dict),
        # a time that is no number
        (RUN, lambda: signed(RUN) | {"X-Slack-Request-Timestamp": "yesterday"}),
        # a signature that is no hexadecimal text
        (RUN, lambda: signed(RUN) | {"X-Slack-Signature": "v0=é"}),
        # a body that is no text
        (b"\xff\xfe", lambda: signed(b"\xff\xfe")),
        # a body that is no JSON, from a stranger
        (b"{", dict),
    ],
)
def test_what_slack_has_not_signed_is_refused_and_not_carried_out(
    body: bytes, headers: Callable[[], dict[str, str]], bot: Bot
) -> None:
    reply = bot.receives(body, headers())
    assert (reply.status, reply.content_type) == (401, "application/problem+json")
    assert reply.json["detail"].startswith("the request is not signed by Slack")
    assert bot.posts() == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b"5", b'"text"', b"null"])
def test_a_signed_body_that_cannot_be_read_is_refused(body: bytes, bot: Bot) -> None:
    reply = bot.receives(body, signed(body), "application/json")
    assert (reply.status, reply.content_type) == (400, "application/problem+json")
    assert reply.json["detail"]


def test_slack_gets_its_challenge_back_when_the_address_is_entered(bot: Bot) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    reply = bot.receives(body, signed(body), "application/json")
    assert (reply.status, reply.json) == (200, {"challenge": "3eZbrw1aB"})


def test_without_a_signing_secret_there_is_no_such_page(tmp_path: Path) -> None:
    built = Bot(tmp_path, secret="")
    try:
        assert built.receives(RUN, signed(RUN)).status == 404
    finally:
        built.close()
