"""Every path of the bot's HTTP: nobody comes in without a token, or without what stands for one."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.clock import HeldClock, RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.web import Office, create_app
from bot.web.api import create_api
from bot.wiring import Program

CONFIG = """
service: orders
people: {lin: {name: Lin, slack: U0LIN}}
permissions: {watch: [person:lin]}
"""
TOKEN = "s3cret"
NOWHERE = SlackAccess("xoxb-none", "", api_url="http://127.0.0.1:9/api/", signing_secret="shhh")

OPEN = (
    "/healthz",  # says nothing but that it lives
    "/readyz",  # says what is wrong, and no more
    "/api/v1/heartbeats/{key}",  # the key in the path is the secret
)
"""What begins so needs no token."""

HEARD = ("/slack/events", "/api/v1/webhooks/")
"""Slack signs what it sends, and is asked for no token; to tell of an alert is for whoever has one."""

BODIES = {
    "/api/v1/watches": b'{"version": "1"}',
    "/api/v1/watches/{watch_id}/extend": b'{"days": 1}',
}
"""Where more is wanted than an empty object."""


class Doors:
    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        setup = load(folder / "config.yaml", {})
        self.program = Program(setup, NOWHERE, HeldClock(RealClock().now()), threads=False)
        self.web = self.program.serve_web("127.0.0.1", 0, TOKEN)
        office = Office(desk=self.program._desk, token=TOKEN, metrics=lambda _: (b"", ""))
        own, api = create_app(self.program.readiness, self.program._events), create_api(office, {})
        assert isinstance(own, Starlette)
        self.all = {
            (method, each.path)
            for each in (*own.routes, *api.routes)
            if isinstance(each, Route)
            for method in each.methods or ()
        }

    def answer(self, method: str, path: str, **headers: str) -> int:
        filled = path.replace("{", "").replace("}", "")
        body = None if method in ("GET", "HEAD") else BODIES.get(path, b"{}")
        asked = urllib.request.Request(
            self.web.url + filled, body, {"Content-Type": "application/json"} | headers, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    made = Doors(tmp_path_factory.mktemp("doors"))
    yield made
    made.web.stop()
    made.program.stop()


def test_every_path_wants_a_token_but_those_that_are_known(doors: Doors) -> None:
    assert ("POST", "/api/v1/watches") in doors.all
    let_in = [(method, path) for method, path in doors.all if doors.answer(method, path) != 401]
    assert [each for each in let_in if not each[1].startswith(OPEN)] == []
    assert all(any(path.startswith(each) for _, path in let_in) for each in OPEN)


def test_whatever_changes_something_asks_what_programs_may(doors: Doors) -> None:
    changing = {
        (method, path)
        for method, path in doors.all
        if method not in ("GET", "HEAD", "OPTIONS") and not path.startswith((*OPEN, *HEARD))
    }
    assert len(changing) >= 5
    for method, path in changing:
        assert doors.answer(method, path, Authorization=f"Bearer {TOKEN}") == 403, (method, path)
