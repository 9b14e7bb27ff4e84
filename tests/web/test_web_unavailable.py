"""While the database is gone, whoever asks over HTTP is told to ask again, on every route."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from asking import Reply, ask
from sqlalchemy import create_engine
from test_web_api import Bot
from test_web_openapi import FUZZED, TOKEN

WORDS = {"watch_id": "w1", "key": "s3cret-key", "exit_code": "0", "schedule": "primary"}
BODIES: dict[str, object] = {
    "/api/v1/watches": {"version": "v2"},
    "/api/v1/watches/{watch_id}/extend": {"days": 1},
    "/api/v1/webhooks/alerts": {"alert": "disk-full"},
    "/api/v1/webhooks/alertmanager": {
        "version": "4",
        "groupKey": "g",
        "status": "firing",
        "receiver": "vigil",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://am",
        "alerts": [],
    },
}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path, TOKEN, FUZZED)
    yield built
    built.close()


@contextmanager
def gone(bot: Bot, instead: str = "sqlite:////nowhere/vigil.db") -> Iterator[None]:
    """The database of this bot cannot be opened, or is another one."""
    database = bot.program._database
    there, database._engine = database._engine, create_engine(instead)
    yield
    database._engine = there


def assert_asks_later(reply: Reply) -> None:
    assert (reply.status, reply.content_type) == (503, "application/problem+json")
    assert reply.json["title"] == "Service Unavailable"
    assert "the database cannot be used now" in reply.json["detail"]
    assert reply.retry_after == "5"


def test_every_route_says_when_to_ask_again_as_its_description_does(bot: Bot) -> None:
    own = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    described = ask(f"{bot.web.url}/openapi.json", headers=own).json["paths"]
    operations = [(path, method) for path, methods in described.items() for method in methods]
    assert len(operations) > 15
    with gone(bot):
        for path, method in operations:
            assert "Retry-After" in described[path][method]["responses"]["503"]["headers"], path
            url = bot.web.url + re.sub(r"{(\w+)}", lambda found: WORDS[found[1]], path)
            body = json.dumps(BODIES.get(path, {})).encode() if method == "post" else None
            assert_asks_later(ask(url, body, own))


def test_who_has_a_stored_token_is_told_the_same(bot: Bot) -> None:
    with gone(bot):
        assert_asks_later(bot.asks("/api/v1/watches", Authorization="Bearer vigil_other"))
        assert bot.asks("/healthz").status == 200
    assert bot.asks("/api/v1/watches", Authorization="Bearer vigil_other").status == 401


def test_a_database_without_its_tables_is_told_with_what_mends_it(bot: Bot) -> None:
    with gone(bot, "sqlite://"):
        reply = bot.asks("/api/v1/watches", Authorization=f"Bearer {TOKEN}")
    assert (reply.status, reply.content_type, reply.retry_after) == (503, "application/problem+json", None)
    assert "run `vigil db upgrade`" in reply.json["detail"]
