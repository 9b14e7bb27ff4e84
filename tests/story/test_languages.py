"""One bot speaks English in one channel and Chinese in another."""

from __future__ import annotations

import re
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from house import House, Message, shown

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
language: en
include: [stock.yaml]
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
escalations:
  default:
    levels: [{notify: person:lin, wait: 10m}]
  stock:
    levels: [{notify: person:chen, wait: 10m}]
metrics:
  errors: {label: {en: Error rate, zh: 错误率}, tier: 1, unit: "%", target: "< 0.1", critical: "> 1"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1m}
"""
STOCK = """
service: stock
slack: {channel: kucun, language: zh}
metrics:
  errors:
    label: {en: Error rate, zh: 错误率}
    tier: 1
    unit: "%"
    target: "< 0.1"
    critical: "> 1"
    escalation: stock
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1m}
"""


def said_in(house: House, channel: str, user: str = "") -> list[Message]:
    found: list[Message] = house.get(f"/local/messages?channel={channel}" + (f"&user={user}" if user else ""))
    return found


def answer(house: House, channel: str, text: str) -> str:
    house.post("/local/command", user="lin", channel=channel, text=text)
    house.program.settle()
    return shown([each for each in said_in(house, channel, "lin") if each["ephemeral_to"]][-1])


def files_of(house: House, channel: str) -> dict[str, str]:
    """Name → text of every page and Markdown that stands in a channel."""
    found = {}
    for message in said_in(house, channel):
        for file in message["files"]:
            if not file["name"].endswith(".png"):
                address = f"{house.workspace.url}/files/{file['id']}/{file['name']}"
                with urllib.request.urlopen(address, timeout=10) as content:
                    found[file["name"].rpartition(".")[2]] = content.read().decode()
    return found


def test_one_bot_speaks_the_language_of_each_channel(tmp_path: Path) -> None:
    (tmp_path / "stock.yaml").write_text(STOCK)
    house = House(tmp_path, CONFIG, datetime(2026, 1, 18, 16, tzinfo=UTC))
    house.measures(errors=5)
    house.fast_forward(minutes=2)
    english, chinese = ("\n".join(map(shown, said_in(house, each))) for each in ("oncall", "kucun"))
    assert "CRITICAL – orders: Error rate 5% > 1%" in english
    assert "严重 – stock：错误率 5% > 1%" in chinese
    assert "错误率" not in english
    assert "Error rate" not in chinese

    # What a command answers.
    assert "Did you mean `/monitor status`?" in answer(house, "oncall", "/monitor statos")
    assert "您是想输入" in answer(house, "kucun", "/monitor statos")

    # A bot that starts anew has to find out which channel an ID means before it draws anything.
    house.restart(seconds=1)
    house.measures(errors=0)
    house.fast_forward(minutes=2)
    for channel, word, other in (("oncall", "RESOLVED", "已解决"), ("kucun", "已解决", "RESOLVED")):
        head = shown(said_in(house, channel)[0])
        assert word in head
        assert other not in head

    # A report with its page.
    answer(house, "oncall", "/monitor report daily")
    for channel, words in (("oncall", "Key metrics in summary"), ("kucun", "【关键指标总结】")):
        files = files_of(house, channel)
        assert words in files["md"]
        assert words in files["html"]
    house.close()


def test_what_is_wrong_with_a_command_is_told_in_the_language_of_the_channel(
    tmp_path: Path, healthy: str
) -> None:
    house = House(tmp_path, f"language: zh\n{healthy}", datetime(2026, 1, 19, 4, 0, tzinfo=UTC))
    try:
        house.watch()
        for typed in (
            "silence foo bar",
            "override lin yesterday",
            "watch pause soon",
            "watch start a\u202eb",
        ):
            answer = shown(house.types("lin", f"/monitor {typed}"))
            assert re.search("[\u4e00-\u9fff]", answer)
            assert not re.search("[a-z]{3,} [a-z]{3,} [a-z]{3,}", answer), answer
    finally:
        house.close()
