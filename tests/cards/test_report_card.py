"""A report as a message: its sections as far as they fit, its table as a table, and who has to sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scenes import NAMES, NOW, ZONE

from bot.blockkit import validate_message
from bot.domain.card import ReportCard
from bot.domain.measures.baseline import Change, Comparison
from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.panel import Standing
from bot.domain.report.compared import compared_cells
from bot.domain.report.filed import Filed
from bot.domain.report.report import Grid, Report, ReportKind, Row, Section, Signature
from bot.domain.text import Label, Quantity, say
from bot.locale import Speaker
from bot.slack.cards import Drawn, draw

T0 = datetime(2026, 1, 18, 16, tzinfo=UTC)
ROLES = (Target(TargetKind.TEAM, "operations"), Target(TargetKind.TEAM, "management"))


def compared(number: int, change: float | None, verdict: Change) -> Comparison:
    before = None if verdict is Change.NO_DATA else 100.0
    return Comparison(
        metric=f"m{number}", label=Label(f"Metric {number} <b>", f"指标{number}"), unit="ms", before=before,
        after=before and before * (1 + (change or 0)), count_before=9, count_after=9, tested_before=9,
        tested_after=9, change=change, ranks=None, verdict=verdict, reason=say("no values before"),
    )  # fmt: skip


VERDICTS = [(0.0, Change.SAME), (0.5, Change.WORSE), (-0.3, Change.BETTER), (None, Change.NO_DATA)]


def baseline(metrics: int) -> Filed:
    heads = ("Metric", "Before", "After", "Changed by", "State")
    rows = tuple(compared_cells(compared(number, *VERDICTS[number % 4])) for number in range(metrics))
    reasons = tuple(
        Row(name=Label(f"Metric {number}"), value=say("no values before")) for number in range(metrics)
    )
    return filed(
        Section(title=say("Before and after"), grid=Grid(head=tuple(map(say, heads)), rows=rows)),
        Section(title=say("Why"), rows=reasons),
    )


def filed(*sections: Section) -> Filed:
    report = Report(
        id="p12345678", kind=ReportKind.BASELINE, service="orders", version="v1", watch="w1", zone=ZONE,
        since=T0, until=T0 + timedelta(days=1), composed_at=NOW,
        title=say("Before and after – {day}", day="2026-01-19"),
        head=(Row(name=say("Responsible"), value=Label("Lin")),), sections=sections, roles=ROLES,
    )  # fmt: skip
    return Filed(report=report, evidence="e" * 64)


def drawn(of: Filed, language: str = "en") -> Drawn:
    found = draw(ReportCard(filed=of), Speaker(language, ZONE, NAMES), NOW)
    assert validate_message(found.text, found.blocks) == []
    return found


def of_kind(card: Drawn, kind: str) -> list[dict[str, Any]]:
    return [block for block in card.blocks if block["type"] == kind]


def cells(card: Drawn) -> list[list[str]]:
    (table,) = of_kind(card, "table")
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_before_and_after_are_a_table_in_the_form_of_the_plan() -> None:
    assert cells(drawn(baseline(4), "zh")) == [
        ["指标", "部署前", "部署后", "变化", "状态"],
        ["指标0", "100 ms", "100 ms", "无变化", "✅ 相同"],
        ["指标1", "100 ms", "150 ms", "+50%", "🟡 变差"],
        ["指标2", "100 ms", "70 ms", "-30%", "✅ 变好"],
        ["指标3", "无数据", "无数据", "无数据", "⚪ 无数据"],
    ]
    # Plain text means nothing to Slack: nothing is escaped twice.
    assert cells(drawn(baseline(1)))[1][0] == "Metric 0 <b>"


@pytest.mark.parametrize("metrics", [20, 99, 100, 300])
def test_however_many_metrics_there_are_slack_takes_the_card_and_it_says_how_many_are_left_out(
    metrics: int,
) -> None:
    card = drawn(baseline(metrics))
    left_out = metrics + 1 - len(cells(card))
    said = [element["text"] for block in of_kind(card, "context") for element in block["elements"]]
    assert (f"and {left_out} more" in said) is (left_out > 0)
    assert len(cells(card)) > 20
    assert left_out == 0 or metrics > 20


def test_what_is_worst_stands_in_the_notification() -> None:
    rows = (
        Row(name=Label("CPU"), value=Quantity(10, "%"), standing=Standing.OK),
        Row(name=Label("P99"), value=Quantity(12, "s"), standing=Standing.CRITICAL),
    )
    card = drawn(filed(Section(title=say("Key metrics"), rows=rows)))
    assert card.text == "Before and after – 2026-01-19. 🔴 *CRITICAL* P99: *12 s*"


def test_a_signed_report_can_only_be_corrected() -> None:
    def verbs(of: Filed) -> list[str]:
        (buttons,) = of_kind(drawn(of), "actions")
        return [each["value"].partition(":")[0] for each in buttons["elements"]]

    def signed(*roles: Target) -> tuple[Signature, ...]:
        return tuple(Signature(role=str(role), by="lin", at=NOW, evidence="e" * 64) for role in roles)

    whole = baseline(2)
    assert verbs(whole) == ["sign"]
    assert verbs(replace(whole, signatures=signed(ROLES[0]))) == ["sign", "correct"]
    assert verbs(replace(whole, signatures=signed(*ROLES))) == ["correct"]
