"""`/api/v1/heartbeats` over real sockets and a real database: jobs call in, and are missed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import Reply, ask
from click.testing import CliRunner

from bot.cli import main
from bot.clock import HeldClock
from bot.config import load
from bot.domain.alerts.alert import Alert
from bot.engine.people.overview import panel
from bot.slack.access import SlackAccess
from bot.store import Database
from bot.wiring import Program

NOW = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
NOWHERE = SlackAccess(bot_token="xoxb-none", app_token="", api_url="http://127.0.0.1:9/api/")
KEY = "0e7a2b44-backup"
CONFIG = f"""
service: orders
metrics:
  backup_duration: {{tier: 3, unit: s}}
checks:
  backup: {{kind: heartbeat, key: {KEY}, period: 1d, grace: 1h, metrics: {{duration: backup_duration}}}}
  import: {{kind: heartbeat, key: another-secret, period: 1h}}
checklists: {{daily: [backup]}}
"""


class Bot:
    """A bot on a held clock that asks for a token, and its HTTP."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.yaml"
        self.config.write_text(CONFIG)
        self.setup = load(self.config, {})
        self.clock = HeldClock(NOW)
        self.program = Program(self.setup, NOWHERE, self.clock, threads=False)
        self.web = self.program.serve_web("127.0.0.1", 0, "token")
        self.program.settle()

    def calls(self, rest: str = "", body: bytes | None = None, key: str = KEY) -> Reply:
        return ask(f"{self.web.url}/api/v1/heartbeats/{key}{rest}", body)

    def passes(self, **length: float) -> None:
        self.clock.advance(timedelta(**length))
        self.program.settle()

    def open(self) -> dict[str, Alert]:
        database = Database(self.setup.storage)
        with database.reading() as ledger:
            found = {alert.subject.fingerprint: alert for alert in ledger.alerts.open_all()}
        database.close()
        return found

    def stop(self) -> None:
        self.web.stop()
        self.program.stop()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    made = Bot(tmp_path)
    yield made
    made.stop()


def test_a_job_that_calls_in_time_is_well_and_one_that_does_not_pages(bot: Bot) -> None:
    assert (bot.calls().status, bot.calls().body) == (200, "OK")
    bot.calls(key="another-secret")
    bot.passes(minutes=64)
    assert bot.open() == {}
    bot.passes(minutes=1)
    assert list(bot.open()) == ["orders/import"]
    assert bot.open()["orders/import"].pages
    bot.calls(key="another-secret")
    assert bot.open() == {}
    bot.passes(hours=25)
    assert "orders/backup" in bot.open()


def test_a_job_may_have_called_while_the_bot_was_away_but_is_not_waited_for_for_long(bot: Bot) -> None:
    bot.passes(minutes=40)
    bot.program.stop()
    bot.clock.advance(timedelta(minutes=30))
    again = Program(bot.setup, NOWHERE, bot.clock, threads=False)
    again.settle()
    assert bot.open() == {}
    bot.clock.advance(timedelta(minutes=14))
    again.settle()
    assert bot.open() == {}
    bot.clock.advance(timedelta(minutes=1))
    again.settle()
    assert list(bot.open()) == ["orders/import"]
    again.stop()


@pytest.mark.parametrize("rest", ["/fail", "/1", "/255"])
def test_a_job_that_failed_alerts_at_once_until_it_went_well(bot: Bot, rest: str) -> None:
    assert bot.calls(rest).status == 200
    alert = bot.open()["orders/backup"]
    assert (alert.severity, alert.state) == ("critical", "firing")
    bot.calls("/start")
    assert "orders/backup" in bot.open()
    bot.calls("/0")
    assert bot.open() == {}


def test_how_long_a_run_took_feeds_a_metric(bot: Bot) -> None:
    bot.calls("/start?rid=a")
    bot.passes(seconds=41)
    bot.calls("?rid=a", b"done")
    database = Database(bot.setup.storage)
    with database.reading() as ledger:
        (found,) = ledger.readings.newest("orders")
        assert (found.metric, found.value, found.unit) == ("backup_duration", 41, "s")
    database.close()


def test_a_run_that_never_ends_is_missed(bot: Bot) -> None:
    bot.calls(key="another-secret")
    bot.calls("/start")
    bot.passes(minutes=59)
    assert bot.open() == {}
    bot.passes(minutes=1)
    assert "orders/backup" in bot.open()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_no_token_is_asked_of_whoever_knows_the_key(bot: Bot, method: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(bot.web.url).netloc, timeout=10)
    connection.request(method, f"/api/v1/heartbeats/{KEY}")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize(
    ("rest", "key", "status"),
    [
        ("", "no-such-key", 404),
        ("/start", "no-such-key", 404),
        ("/256", KEY, 422),
        ("/-1", KEY, 422),
        ("/stop", KEY, 422),
        ("/start/now", KEY, 404),
        ("", "%00%ff", 404),
        ("", "x" * 200, 422),
        ("?rid=" + "x" * 99, KEY, 422),
        ("", "..%2fwatches", 422),
        ("/../../watches", KEY, 404),
    ],
)
def test_a_call_that_means_nothing_is_refused(bot: Bot, rest: str, key: str, status: int) -> None:
    answer = bot.calls(rest, key=key)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert bot.open() == {}


def test_other_pages_still_ask_for_the_token(bot: Bot) -> None:
    for path in ("/api/v1/watches/x", "/api/v1/heartbeats", "/openapi.json"):
        assert ask(bot.web.url + path).status == 401, path


def test_a_long_log_is_taken_and_its_beginning_kept(bot: Bot) -> None:
    assert bot.calls("/log", b"first\n\x00\xff\x1b[31m" + b"x" * 200_000).status == 200
    database = Database(bot.setup.storage)
    with database.reading() as ledger:
        kept = (ledger.schedule.cursor("orders", "backup") or {})["body"]
    database.close()
    assert str(kept).startswith("first\n�[31mxxx")
    assert len(str(kept)) <= 4096


def test_the_panel_and_the_command_line_show_when_it_last_called(bot: Bot) -> None:
    bot.calls()
    database = Database(bot.setup.storage)
    with database.reading() as ledger:
        shown = panel(ledger, bot.setup, bot.setup.services["orders"], NOW)
    database.close()
    lines = [(line.detail.key, str(line.standing)) for line in shown.system if "Heartbeat" in line.label.key]
    assert lines == [("last called {at}", "ok"), ("has not called yet", "no_data")]
    asked = CliRunner().invoke(main, ["check", "--config", str(bot.config), "--json", "backup"])
    (told,) = json.loads(asked.stdout)
    assert told["state"] == "critical"  # by the real clock the call is long ago
    assert told["summary"].startswith("no success for")
    assert KEY not in asked.stdout
