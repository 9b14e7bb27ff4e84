"""`/api/v1/webhooks` over real sockets and a real database: what others tell of becomes alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asking import Reply, ask

from bot.clock import HeldClock
from bot.config import load
from bot.domain.alerts.alert import Alert
from bot.slack.access import SlackAccess
from bot.store import Database
from bot.web.api.webhooks import MOST_BYTES
from bot.wiring import Program

PAYLOADS = Path(__file__).parents[1] / "payloads"
NOW = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
NOWHERE = SlackAccess(bot_token="xoxb-none", app_token="", api_url="http://127.0.0.1:9/api/")
TOKEN = "secret"
CONFIG = """
service: orders
people: {lin: {name: Lin Wei, slack: U0LIN}}
escalations: {default: {levels: [{notify: [person:lin], wait: 10m}]}}
webhooks:
  template:
    {each: events, alert: "{check.name}", state: "{status}", resolved: [passing], labels: {host: "{host}"}}
"""


class Bot:
    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.setup = load(folder / "config.yaml", {})
        self.clock = HeldClock(NOW)
        self.program = Program(self.setup, NOWHERE, self.clock, threads=False)
        self.web = self.program.serve_web("127.0.0.1", 0, TOKEN)

    def sends(self, body: bytes, to: str = "alertmanager", **headers: str) -> Reply:
        given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(f"{self.web.url}/api/v1/webhooks/{to}", body, given)

    def sends_recorded(self, name: str, to: str = "alertmanager") -> Reply:
        return self.sends((PAYLOADS / f"{name}.json").read_bytes(), to)

    def open(self) -> dict[str, Alert]:
        database = Database(self.setup.storage)
        with database.reading() as rows:
            found = {alert.subject.fingerprint: alert for alert in rows.alerts.open_all()}
        database.close()
        return found


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    made = Bot(tmp_path)
    yield made
    made.web.stop()
    made.program.stop()


def test_an_alert_begins_once_however_often_it_is_told_of_and_ends_when_it_is_resolved(bot: Bot) -> None:
    assert bot.sends_recorded("alertmanager-single").json == {"received": 1, "began": 1, "resolved": 0}
    (alert,) = bot.open().values()
    assert alert.subject.fingerprint == "orders/InstanceDown{instance=db-1:9100,job=node,severity=critical}"
    # paged in the transaction in which it fires, so that only the next level is due
    assert (alert.pages, alert.level, alert.next_at) == (True, 1, NOW + timedelta(minutes=10))
    bot.clock.advance(timedelta(minutes=4))
    assert bot.sends_recorded("alertmanager-single").json == {"received": 1, "began": 0, "resolved": 0}
    assert bot.sends_recorded("alertmanager-resolved").json == {"received": 1, "began": 0, "resolved": 1}
    assert bot.open() == {}
    assert bot.sends_recorded("alertmanager-resolved").json == {"received": 1, "began": 0, "resolved": 0}


def test_alerts_of_one_body_share_a_card(bot: Bot) -> None:
    assert bot.sends_recorded("alertmanager-grouped").json["began"] == 5
    assert len({alert.card for alert in bot.open().values()}) == 1


@pytest.mark.parametrize("name", ["alertmanager-missing", "alertmanager-hostile", "grafana"])
def test_odd_bodies_are_taken(bot: Bot, name: str) -> None:
    answer = bot.sends_recorded(name)
    assert (answer.status, answer.json["received"] >= 1) == (200, True)
    assert bot.open()


def test_a_megabyte_is_taken_in_one_transaction(bot: Bot) -> None:
    body = json.loads((PAYLOADS / "alertmanager-single.json").read_text())
    (one,) = body["alerts"]
    body["alerts"] = [
        {
            **one,
            "labels": {**one["labels"], "instance": f"db-{number}"},
            "annotations": {"summary": "x" * 1000},
        }
        for number in range(1000)
    ]
    sent = json.dumps(body).encode()
    assert len(sent) > 1024 * 1024
    assert bot.sends(sent).json == {"received": 1000, "began": 1000, "resolved": 0}
    body["alerts"][-1]["status"] = "melting"
    assert bot.sends(json.dumps(body).encode()).status == 422
    assert bot.sends(b"[" + b" " * MOST_BYTES + b"]").status == 413


@pytest.mark.parametrize(
    ("body", "status", "pointer", "detail"),
    [
        (b"", 400, None, "the body is no JSON"),
        (b"{", 400, None, "at character 1"),
        (b"\xff\xfe", 400, None, "the body is no JSON"),
        (b"[" * 100_000, 400, None, "nested too deeply"),
        (b"[]", 422, None, "must be a JSON object"),
        (b"{}", 422, "/alerts", "is needed"),
        (b'{"alerts": [{"labels": {"a": []}}]}', 422, "/alerts/0/labels/a", "must be text"),
        (b'{"alerts": [{"status": "odd"}]}', 422, "/alerts/0/status", "`firing` or `resolved`"),
    ],
)
def test_what_is_malformed_gets_a_problem_with_its_place(
    bot: Bot, body: bytes, status: int, pointer: str | None, detail: str
) -> None:
    answer = bot.sends(body)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert answer.json.get("pointer") == pointer
    assert detail in answer.json["detail"]
    assert bot.open() == {}


def test_only_json_from_who_has_the_token_is_taken(bot: Bot) -> None:
    recorded = (PAYLOADS / "alertmanager-single.json").read_bytes()
    assert bot.sends(recorded, Authorization="Bearer wrong").status == 401
    assert bot.sends(recorded, Content_Type="text/plain").status == 415
    assert ask(f"{bot.web.url}/api/v1/webhooks/alertmanager").status in (401, 405)
    assert bot.open() == {}


def test_a_template_reads_what_any_program_sends(bot: Bot) -> None:
    assert bot.sends_recorded("consul-like", "alerts").json == {"received": 2, "began": 1, "resolved": 0}
    assert list(bot.open()) == ["orders/mem{host=web-1}"]
    missing = bot.sends(b'{"events": [{"host": "x"}]}', "alerts")
    assert (missing.status, missing.json["pointer"]) == (422, "/events/0/check/name")


def test_the_webhooks_are_described(bot: Bot) -> None:
    described = ask(f"{bot.web.url}/openapi.json", None, {"Authorization": f"Bearer {TOKEN}"}).json
    for path in ("alertmanager", "alerts"):
        post = described["paths"][f"/api/v1/webhooks/{path}"]["post"]
        assert "application/json" in post["requestBody"]["content"]
