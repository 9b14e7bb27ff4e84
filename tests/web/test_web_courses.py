"""`POST /api/v1/watches/{id}/…` over real sockets: a pipeline changes the course of its watch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from test_web_api import NOW, Bot, vigil

SHANGHAI_10 = "2026-01-19T10:00:00+08:00"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path)
    yield built
    built.close()


@pytest.fixture
def where(bot: Bot) -> str:
    """The path of a watch that runs."""
    return bot.starts(version="v1").location or ""


def test_a_watch_is_paused_and_resumed(bot: Bot, where: str) -> None:
    paused = bot.asks(f"{where}/pause", {"for": "2h"})
    assert (paused.status, paused.json["state"]) == (200, "paused")
    assert datetime.fromisoformat(paused.json["paused_until"]) == NOW + timedelta(hours=2)
    assert bot.asks(where).json == paused.json
    resumed = bot.asks(f"{where}/resume", {})
    assert (resumed.status, resumed.json["state"], resumed.json["paused_until"]) == (200, "running", None)


def test_a_pause_is_an_hour_if_nothing_is_said(bot: Bot, where: str) -> None:
    until = bot.asks(f"{where}/pause", {}).json["paused_until"]
    assert datetime.fromisoformat(until) == NOW + timedelta(hours=1)


def test_a_watch_is_extended(bot: Bot, where: str) -> None:
    before = bot.asks(where).json["total"]
    assert bot.asks(f"{where}/extend", {"days": 2}).json["total"] == before + 8


def test_a_watch_is_intensified(bot: Bot, where: str) -> None:
    told = bot.asks(f"{where}/intensify", {"every": "10m", "for": "2h"}).json
    assert told["denser"]["every_s"] == 600
    assert datetime.fromisoformat(told["denser"]["until"]) == NOW + timedelta(hours=2)


def test_a_watch_is_stopped_and_no_longer_listed(bot: Bot, where: str) -> None:
    assert [each["version"] for each in bot.asks("/api/v1/watches").json] == ["v1"]
    stopped = bot.asks(f"{where}/stop", {"reason": "v2 is out"}).json
    assert (stopped["state"], stopped["ended_at"]) == ("ended", SHANGHAI_10)
    assert bot.asks("/api/v1/watches").json == []
    assert vigil(bot, "watch", "list") == []


@pytest.mark.parametrize(
    ("course", "body", "why"),
    [
        ("resume", {}, "The watch of orders is running already"),
        ("pause", {"for": "25h"}, "A pause may last 1d at most, not until 20 Jan 11:00"),
        ("pause", {"for": "0"}, "A pause must end later than now, not at 19 Jan 10:00"),
        ("pause", {"for": "99999999d"}, "that is beyond the end of the calendar"),
        ("extend", {"days": 0}, "A watch is extended by 1 to 30 whole days, not by 0"),
        ("intensify", {"every": "1s"}, "Denser rounds come every 1m to 12h, not every 1s"),
    ],
)
def test_what_cannot_be_done_is_a_conflict_that_says_why(
    course: str, body: object, why: str, bot: Bot, where: str
) -> None:
    before = bot.asks(where).json
    reply = bot.asks(f"{where}/{course}", body)
    assert (reply.status, reply.content_type) == (409, "application/problem+json")
    assert reply.json["detail"] == why
    assert bot.asks(where).json == before


@pytest.mark.parametrize("course", ["pause", "resume", "stop", "intensify"])
def test_a_watch_that_has_ended_is_changed_no_more(course: str, bot: Bot, where: str) -> None:
    bot.asks(f"{where}/stop", {})
    reply = bot.asks(f"{where}/{course}", {})
    assert reply.status == 409
    assert "was ended by @api at 19 Jan 10:00; nothing was changed" in reply.json["detail"]


@pytest.mark.parametrize(
    ("course", "body", "pointer", "detail"),
    [
        ("pause", {"for": "soon"}, "/for", "for: 'soon' is not a duration; write a number and a unit"),
        ("pause", {"for": 3600}, "/for", "for: write a length of time as text, such as 2h"),
        ("pause", {"fro": "1h"}, "/fro", "fro: there is no such field; did you mean `for`?"),
        ("extend", {}, "/days", "days: is needed"),
        ("extend", {"days": "2"}, "/days", "days: must be a whole number"),
        ("extend", {"days": 1.5}, "/days", "days: must be a whole number"),
        ("stop", {"reason": "x" * 1001}, "/reason", "reason: String should have at most 1000 characters"),
        ("stop", [], None, "send a JSON object"),
        ("resume", {"x": 1}, "/x", "x: there is no such field"),
    ],
)
def test_a_body_that_is_wrong_is_a_problem_that_points_at_its_field(
    course: str, body: object, pointer: str | None, detail: str, bot: Bot, where: str
) -> None:
    reply = bot.asks(f"{where}/{course}", body)
    assert (reply.status, reply.json.get("pointer")) == (422, pointer)
    assert reply.json["detail"].startswith(detail)


def test_an_unknown_watch_is_not_found(bot: Bot) -> None:
    assert bot.asks("/api/v1/watches/w0/stop", {}).status == 404
