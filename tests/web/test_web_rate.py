"""How often one caller may ask: the bucket, and the API that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_web_api import CONFIG, Bot

from bot.web.rate import Rate


@pytest.mark.parametrize(
    ("per_minute", "moments", "waits"),
    [
        # a minute's worth may come at once, what is more waits for its share of a minute
        (2, [0, 0, 0], [0, 0, 30]),
        # the bucket fills evenly
        (2, [0, 0, 30, 30], [0, 0, 0, 30]),
        # half filled is half the wait
        (2, [0, 0, 15], [0, 0, 15]),
        # it never holds more than a minute's worth, however long nobody asked
        (2, [0, 3600, 3600, 3600], [0, 0, 0, 30]),
        # whoever asks while waiting waits no longer for it
        (1, [0, 10, 20, 60], [0, 50, 40, 0]),
        # 0 is no limit
        (0, [0] * 50, [0] * 50),
    ],
)
def test_a_caller_may_ask_so_often(per_minute: int, moments: list[float], waits: list[float]) -> None:
    now = [0.0]
    rate, found = Rate(per_minute, lambda: now[0]), []
    for now[0] in moments:
        found.append(rate.take("ci"))
    assert found == pytest.approx(waits)


def test_one_caller_takes_nothing_from_another() -> None:
    rate = Rate(1, lambda: 0.0)
    assert [rate.take("ci"), rate.take("prometheus")] == [0, 0]
    assert rate.take("ci") > 0


def test_a_flood_of_callers_does_not_fill_the_memory() -> None:
    rate = Rate(1, lambda: 0.0)
    for number in range(10_500):
        rate.take(str(number))
    assert len(rate._buckets) <= 10_000


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[Bot]:
    bot = Bot(tmp_path, "s3cret", CONFIG + "web: {rate: 2}\n")
    yield bot
    bot.close()


def test_whoever_asks_too_often_is_told_when_to_ask_again(hurried: Bot) -> None:
    token = {"Authorization": "Bearer s3cret"}
    replies = [hurried.asks("/api/v1/watches", **token) for _ in range(3)]
    assert [each.status for each in replies] == [200, 200, 429]
    assert replies[2].content_type == "application/problem+json"
    assert replies[2].json["detail"].startswith("you ask too often; ask again in ")


def test_a_stranger_who_guesses_is_slowed_down_and_takes_nothing_from_those_with_a_token(
    hurried: Bot,
) -> None:
    guesses = [hurried.asks("/api/v1/watches", Authorization="Bearer guess").status for _ in range(3)]
    assert guesses == [401, 401, 429]
    assert hurried.asks("/api/v1/watches", Authorization="Bearer s3cret").status == 200


def test_heartbeats_are_counted_by_address_and_health_is_not(hurried: Bot) -> None:
    assert [hurried.asks("/api/v1/heartbeats/nobodys").status for _ in range(3)] == [404, 404, 429]
    assert [hurried.asks("/healthz").status for _ in range(5)] == [200] * 5
