"""Secrets stand in every place that takes one, and turn up in nothing that anybody can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
import yaml
from click.testing import CliRunner
from house import House
from pydantic import BaseModel

from bot.cli import main
from bot.store import Database
from checks.registry import KINDS, find_kind

pytestmark = pytest.mark.story

PLACES = (
    "http-header",
    "http-password",
    "http-bearer",
    "http-step",
    "prometheus-token",
    "prometheus-header",
    "prometheus-password",
    "sql-password",
    "command-variable",
    "heartbeat-key",
    "action-variable",
    "webhook-header",
    "webhook-path",
    "phone-path",
    "email-password",
    "ping-path",
    "calendar-path",
)

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN, email: lin@example.com, phone: "+8613800000000"}
escalations:
  default: {levels: [{notify: [person:lin], by: [slack, phone, email], wait: 10m}]}
schedules:
  secondary: {ical: "URL/echo/${file:calendar-path}.ics"}
web: {ping: {url: "URL/echo/${file:ping-path}"}}
channels:
  phone: "json://127.0.0.1:9/${file:phone-path}/{phone}"
  email: "mailto://vigil:${file:email-password}@127.0.0.1:9/?from=vigil@example.com&to={email}"
metrics:
  failures: {tier: 1, critical: "> 1"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1m}
  echoed:
    kind: http
    url: "URL/echo"
    headers: {x-key: "${file:http-header}"}
    basic: {user: vigil, password: "${file:http-password}"}
    expect: {contains: "what is not there"}
    every: 1m
    timeout: 2s
  asked:
    kind: prometheus
    url: "URL"
    query: up
    metric: failures
    bearer: "${file:prometheus-token}"
    every: 1m
    timeout: 2s
  carried: {kind: http, url: "URL/echo", bearer: "${file:http-bearer}", expect: {contains: "no"}, every: 1m}
  stepped:
    kind: http
    steps: [{url: "URL/echo", headers: {x-token: "${file:http-step}"}, expect: {contains: "no"}}]
    every: 1m
  headed:
    kind: prometheus
    url: "URL"
    query: up
    metric: failures
    headers: {x-api-key: "${file:prometheus-header}"}
    basic: {user: vigil, password: "${file:prometheus-password}"}
    every: 1m
    timeout: 2s
  counted:
    kind: sql
    url: "postgresql://vigil:${file:sql-password}@127.0.0.1:9/orders"
    query: select 1 as one
    every: 1m
    timeout: 2s
  told:
    kind: command
    run: [sh, -c, "env; env >&2; exit 2"]
    output: exit
    env: {DEPLOY_TOKEN: "${file:command-variable}"}
    every: 1m
  backup: {kind: heartbeat, key: "${file:heartbeat-key}", period: 1m, grace: 1m}
actions:
  reveal: {run: [sh, -c, "env; env >&2; exit 1"], env: {API_TOKEN: "${file:action-variable}"}, confirm: false}
  call:
    webhook:
      url: "URL/echo/${file:webhook-path}"
      headers: {authorization: "Bearer ${file:webhook-header}"}
      private: true
    confirm: false
"""


class Echo(BaseHTTPRequestHandler):
    """A service that tells everybody what it was told."""

    def answer(self) -> None:
        body = str(self.headers).encode()
        self.send_response(500 if self.command == "POST" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - the server's own names

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def canaries(tmp_path: Path) -> dict[str, str]:
    found = {place: f"Canary{number:02}{'x' * 14}" for number, place in enumerate(PLACES)}
    for place, canary in found.items():
        (tmp_path / place).write_text(f"{canary}\n")
    return found


@pytest.fixture
def house(tmp_path: Path, canaries: dict[str, str]) -> Iterator[House]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    config = CONFIG.replace("URL", f"http://127.0.0.1:{server.server_port}")
    built = House(tmp_path, config, datetime(2026, 1, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    yield built
    built.close()
    server.shutdown()
    server.server_close()


COMMANDS = (
    "/monitor status",
    "/monitor alerts",
    "/monitor run",
    "/monitor action reveal",
    "/monitor action call",
    "/monitor plan",
    "/monitor oncall",
    "/monitor errors",
    "/monitor report hourly",
)

PRINTED = (
    ("status",),
    ("status", "--json"),
    ("alerts", "--json"),
    ("audit", "--json"),
    ("check", "--json"),
    ("check",),
    ("config", "check"),
    ("oncall", "--json"),
    ("report", "hourly"),
    ("doctor", "--json"),
)


def test_no_secret_is_in_anything_that_people_or_programs_can_read(
    house: House, canaries: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    house.measures(failures=9)
    house.watch()
    house.fast_forward(minutes=3)
    for command in COMMANDS:
        house.types("lin", command)
    house.fast_forward(minutes=3)
    monkeypatch.setenv("VIGIL_CONFIG", str(house.folder / "config.yaml"))
    read: dict[str, str] = {
        "messages": json.dumps(house.get("/local/posts")) + json.dumps(house.messages(user="lin")),
        "home": json.dumps(house.get("/local/home?user=lin")),
        "log": caplog.text,
        "metrics": house.program._metrics.page("")[0].decode(),
        "database": dumped(house),
    }
    for words in PRINTED:
        told = CliRunner().invoke(main, list(words))
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        read[" ".join(words)] = told.output
    for shown in ("API_TOKEN=***", "authorization: ***", "did not work"):
        assert shown in read["messages"] + read["database"], shown
    found = {
        (place, where) for where, text in read.items() for place, canary in canaries.items() if canary in text
    }
    assert found == set()


def dumped(house: House) -> str:
    database = Database(house.setup.storage)
    out = BytesIO()
    database.export(out)
    database.close()
    return out.getvalue().decode()


def test_every_option_that_is_a_secret_has_a_canary() -> None:
    """The options of a kind whose value does not print itself: CONFIG gives each to a check of that kind."""
    checks = yaml.safe_load(CONFIG)["checks"].values()
    for kind in KINDS:
        for option in secret_options(find_kind(kind).options_model):
            given = [str(each.get(option)) for each in checks if each["kind"] == kind]
            assert any("${file:" in each for each in given), f"{kind}: {option}"


def secret_options(model: type[BaseModel]) -> set[str]:
    """Options with a SecretStr somewhere in them."""
    return {
        name
        for name, field in model.model_fields.items()
        if "Secret" in str(field) or holds_some(field.annotation)
    }


def holds_some(annotation: object) -> bool:
    parts = [annotation, *get_args(annotation)]
    models = [each for each in parts if isinstance(each, type) and issubclass(each, BaseModel)]
    return any(secret_options(each) for each in models)
