"""Reports: posted on the calendar with their files, signed, reminded of, corrected; in two languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from house import House, shown

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
language: LANGUAGE
people:
  lin: {name: Lin Wei, slack: U0LIN}
  zhao: {name: Zhao Min, slack: U0ZHAO}
teams:
  operations: {members: [lin]}
  management: {members: [zhao]}
metrics:
  error_rate: {label: {en: Error rate, zh: 错误率}, group: orders, tier: 1, unit: "%", target: "< 0.1"}
  latency_p99: {label: {en: P99 latency, zh: P99延迟}, group: performance, tier: 1, unit: s, target: "< 1"}
  never: {label: Never measured, tier: 1}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1h}
checklists:
  hourly: [figures]
plan:
  phases:
    - {name: Day 1, day: 1, from: "00:00", to: "02:00", every: 30m, checklist: hourly}
  reports:
    - {report: daily, day: 2, at: "09:00", sign: [team:operations, team:management], remind: 2h}
"""


NOBODY_LOOKS = {"duties", "history"}
"""The auditor looks twice a minute; nobody looks at that here."""


def begin(folder: Path, language: str = "en") -> House:
    house = House(folder, CONFIG.replace("LANGUAGE", language), datetime(2026, 1, 18, 16, tzinfo=UTC))
    house.at_stops |= NOBODY_LOOKS
    house.measures(error_rate=0.02, latency_p99=0.201)
    house.watch()
    return house


def test_a_report_is_posted_with_its_files_signed_by_roles_and_reminded_of(tmp_path: Path) -> None:
    house = begin(tmp_path)
    house.fast_forward(days=1, hours=9, minutes=1)
    card = house.card("Daily monitoring summary – 2026-01-19")
    said = shown(card)
    assert "*Key metrics in summary*" in said
    assert "✅ Error rate: *0.02%* (target < 0.1%)" in said
    assert "⚪ *NO DATA* Never measured: *no data*" in said
    files = house.files(card)
    kinds = [name.rpartition(".")[2] for name in files]
    assert kinds == ["html", "md", "png", "png"]
    assert b"<h1>Daily monitoring summary" in next(iter(files.values()))
    assert [content[:4] for name, content in files.items() if name.endswith("png")] == [b"\x89PNG"] * 2
    house.presses("lin", card, "sign")
    assert "operations: *Lin Wei, 20 Jan 09:01*" in shown(house.card("Daily monitoring summary"))
    house.presses("lin", house.card("Daily monitoring summary"), "sign")  # pressed twice: said once
    house.fast_forward(hours=2)
    assert [page["text"] for page in house.pages()] == [
        "<@U0ZHAO> Daily monitoring summary – 2026-01-19 is not signed yet by team:management"
    ]
    house.presses("zhao", house.card("Daily monitoring summary"), "sign")
    assert "_______" not in shown(house.card("Daily monitoring summary"))
    house.fast_forward(days=1)
    assert len(house.pages()) == 1
    house.close()


def test_a_signed_report_never_changes_and_a_correction_is_a_version_that_says_why(tmp_path: Path) -> None:
    house = begin(tmp_path)
    house.fast_forward(days=1, hours=9, minutes=1)
    house.presses("lin", house.card("Daily monitoring summary"), "sign")
    house.presses("lin", house.card("Daily monitoring summary"), "correct")
    (view,) = house.get("/local/views?user=lin")
    house.post(
        "/local/submit", user="lin", view_id=view["id"], values={"text": "the 02:00 figures came late"}
    )
    house.program.settle()
    card = house.card("Daily monitoring summary")
    assert "version 2" in shown(card)
    assert "the 02:00 figures came late" in shown(card)
    assert "operations: *___" in shown(card)  # the new version is to be signed anew
    names = list(house.files(card))
    assert [name for name in names if name.endswith("-v1.html")] != []
    assert [name for name in names if name.endswith("-v2.html")] != []
    house.close()


def test_the_hourly_report_stands_in_the_thread_of_its_round_and_others_come_when_asked_for(
    tmp_path: Path,
) -> None:
    house = begin(tmp_path, "zh")
    house.fast_forward(hours=1, minutes=10)
    rounds = [card for card in house.channel() if house.thread(card)]
    hourly = [shown(reply) for card in rounds for reply in house.thread(card) if "监控报告" in shown(reply)]
    assert len(hourly) == 2  # at 00:00 and at 01:00, not at half past
    assert "*【关键指标】*" in hourly[-1]
    assert "时间段：*2026-01-19 00:00 至 2026-01-19 01:00*" in hourly[-1]
    assert "正在生成报告" in house.types("zhao", "/monitor report final")["text"]
    final = house.card("最终验收 – 2026-01-19")
    assert "*【成功标准确认】*" in shown(final)
    assert any(name.endswith(".html") for name in house.files(final))
    house.types("lin", "/monitor report final")  # somebody else, at the same instant: one of its own
    assert len([card for card in house.channel() if card["text"].startswith("最终验收")]) == 2
    assert "没有名为 `dialy` 的报告" in house.types("lin", "/monitor report dialy")["text"]
    house.close()


def test_before_and_after_are_shown_as_a_table_and_a_picture_by_command(tmp_path: Path) -> None:
    config = CONFIG.replace("LANGUAGE", "zh").replace("every: 1h", "every: 10m")
    house = House(tmp_path, config, datetime(2026, 1, 18, 16, tzinfo=UTC))
    house.at_stops |= NOBODY_LOOKS
    house.measures(error_rate=0.02, latency_p99=0.2)
    house.fast_forward(hours=3)
    house.types("lin", "/monitor baseline capture")
    assert any("已采集基线" in shown(each) for each in house.channel())
    house.measures(latency_p99=0.6)
    house.fast_forward(hours=3)
    house.types("lin", "/monitor baseline")
    card = house.card("部署前后对比")
    (table,) = [block for block in card["blocks"] if block["type"] == "table"]
    cells = [[cell["text"] for cell in row] for row in table["rows"]]
    assert cells[0] == ["指标", "部署前", "部署后", "变化", "状态"]
    assert cells[1] == ["错误率", "0.02%", "0.02%", "无变化", "✅ 相同"]
    assert (cells[2][0], cells[2][1], cells[2][4]) == ("P99延迟", "200 ms", "🟡 变差")
    assert cells[3][4] == "⚪ 无数据"
    assert [name.rpartition(".")[2] for name in house.files(card)] == ["html", "md", "png"]
    house.close()
