"""Reports in both languages, beside the plan's templates: to accept a change, see tests/cards."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pasts import DAY, HOUR, T0, Values, flat, metric, summary
from problems_of_orders import NOBODY_HOME, subject
from reports_of_orders import METRICS, NAMES, SCENES, WATCH, alert, facts, filed, gates, judged

from bot.domain.alerts.alert import Alert, AlertKind, Refusal
from bot.domain.measures.errors import ErrorClass
from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.panel import Standing
from bot.domain.report.errors import error_rows
from bot.domain.report.facts import Lately, LoggedErrors
from bot.domain.report.filed import Filed, first_reminder, sign, to_remind
from bot.domain.report.report import ReportKind, Signature
from bot.domain.report.rows import metric_row, total_row, trend_of
from bot.domain.setup import Metric
from bot.domain.text import Text
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Outcome
from bot.locale import Speaker
from bot.render.markdown import markdown, row_in_words
from bot.render.words import WrittenRow, write

GOLDEN = Path(__file__).parent / "golden"


def written(kept: Filed, language: str) -> str:
    speaker = Speaker(language, "UTC", NAMES)
    return markdown(write(kept, speaker), speaker)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_report_reads_as_it_was_agreed(scene: str, language: str) -> None:
    text = written(SCENES[scene], language)
    path = GOLDEN / f"{scene}.{language}.md"
    if os.environ.get("VIGIL_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


TEMPLATES = {
    # the plan's own headings, in its order
    "hourly": ["关键指标", "系统状态", "告警", "问题", "备注", "下一步"],
    "daily": ["关键指标总结", "性能分析", "告警统计", "问题与解决", "用户反馈", "建议", "签字"],
}


@pytest.mark.parametrize("scene", TEMPLATES)
def test_the_sections_are_those_of_the_plans_templates(scene: str) -> None:
    found = [
        line.removeprefix("## ") for line in written(SCENES[scene], "zh").splitlines() if line[:3] == "## "
    ]
    named = [f"【{name}】" for name in TEMPLATES[scene]]
    assert found[: len(named)] == named


LINES = {
    # the plan's own words at the heads of lines, in its order
    "hourly": ["时间段", "检查人", "关键指标", "系统状态", "告警】", "关键告警", "警告告警", "下一步"],
    "daily": ["日期", "监控周期", "负责人", "性能分析", "趋势", "关键告警", "警告告警", "信息日志", "签字】"],
}


@pytest.mark.parametrize("scene", LINES)
def test_the_lines_are_those_of_the_plans_templates(scene: str) -> None:
    text = written(SCENES[scene], "zh")
    place = 0
    for words in LINES[scene]:
        place = text.index(words, place) + len(words)


@pytest.mark.parametrize(
    ("last", "rolled_back", "said"),
    [
        (judged(EntryKind.GATE, 7 * DAY, Outcome.PASSED, EntryState.PASSED), False, "is accepted: routine"),
        (judged(EntryKind.GATE, 7 * DAY, Outcome.FAILED, EntryState.FAILED), False, "is not accepted"),
        (judged(EntryKind.GATE, 7 * DAY, Outcome.INCONCLUSIVE, EntryState.RUNNING), False, "Not decided"),
        # a person let it pass
        (judged(EntryKind.GATE, 7 * DAY, Outcome.INCONCLUSIVE, EntryState.PASSED), False, "is accepted"),
        (judged(EntryKind.GATE, 7 * DAY, None, EntryState.PENDING), False, "has not been judged"),
        (judged(EntryKind.GATE, 7 * DAY, Outcome.PASSED, EntryState.PASSED), True, "was rolled back"),
    ],
)
def test_the_conclusion_is_that_of_the_last_gate(last: Listed, rolled_back: bool, said: str) -> None:
    of = facts(ReportKind.FINAL, judged=(last,), watch=replace(WATCH, rolled_back=rolled_back))
    assert said in written(filed(of), "en")


def test_the_verdict_of_the_first_day_stays_that_of_its_gate() -> None:
    of = facts(ReportKind.SUMMARY, judged=gates(Outcome.PASSED, Outcome.FAILED))
    assert "- ✅ Verdict: PASSED\n" in written(filed(of), "en")
    gone = replace(of, kind=ReportKind.FINAL, watch=replace(WATCH, rolled_back=True))
    assert "- 🔴 Verdict: FAILED\n" in written(filed(gone), "en")
    assert "Verdict" not in written(filed(replace(of, kind=ReportKind.DAILY)), "en")


@pytest.mark.parametrize("kind", [each for each in ReportKind if each is not ReportKind.BASELINE])
def test_every_report_says_in_its_head_what_was_rolled_back(kind: ReportKind) -> None:
    gone = replace(WATCH, rolled_back=True, ended_at=T0 + HOUR, ended_by="lin")
    text = written(filed(facts(kind, rolled_back=(gone,))), "en")
    row = next(line for line in text.splitlines() if "Rolled back" in line)
    assert text.index(row) < text.index("## ")
    for words in ("CRITICAL", gone.version, "by Lin Wei"):
        assert words in row, row
    assert "Rolled back" not in written(filed(facts(kind)), "en")


def test_without_a_gate_or_a_baseline_that_is_said() -> None:
    of = facts(ReportKind.FINAL, judged=(), compared=(), progress=None, metrics={}, lately={})
    text = written(filed(of), "en")
    assert "the plan has no gate" in text
    assert "no data: there is no baseline of the time before" in text
    assert "none was judged yet" in text
    assert "there is no baseline to compare with" in written(
        filed(replace(of, kind=ReportKind.BASELINE)), "en"
    )


def test_many_alerts_are_counted_after_the_thirtieth() -> None:
    of = facts(ReportKind.DAILY, alerts=tuple(alert("w", hour / 4) for hour in range(33)))
    assert "and 3 more" in written(filed(of), "en")


def test_what_has_not_moved_is_steady_and_alerts_that_are_over_are_no_work() -> None:
    """Nothing moved, nothing is open, and no further round is planned."""
    steady = {
        key: Lately(summary=summary(flat(0.1)), before=summary(flat(0.1))) for key in ("push_failure_rate",)
    }
    of = facts(
        ReportKind.DAILY,
        metrics={"push_failure_rate": METRICS["push_failure_rate"]},
        lately=steady,
        alerts=(alert("w", 9, resolved_at=T0 + 10 * HOUR),),
        next_round=None,
    )
    text = written(filed(of), "en")
    assert "✅ Trend: steady" in text
    assert "All alerts are over: go on as planned" in text
    assert "Next round" not in written(filed(replace(of, kind=ReportKind.HOURLY)), "en")


def spoken(text: Text | None) -> str:
    return Speaker("en", "UTC").say(text) if text else ""


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (flat(10.0), None, ""),  # nobody asked
        (flat(10.0), [], "no data in the time before"),
        ([], flat(10.0), ""),
        (flat(10.0), flat(10.0), "steady"),
        (flat(12.5), flat(10.0), "steady"),  # a quarter is tolerated
        (flat(13.0), flat(10.0), "up 30%"),
        (flat(7.0), flat(10.0), "down 30%"),
        (flat(0.0), flat(0.0), "steady"),
        (flat(1.0), flat(0.0), "0 in the time before"),
    ],
)
def test_trends(now: Values, before: Values | None, said: str) -> None:
    earlier = None if before is None else summary(before)
    assert spoken(trend_of(summary(now), earlier, 0.25)) == said


@pytest.mark.parametrize(
    ("of", "values", "standing"),
    [
        (metric("m", tier=1, critical="> 2"), flat(lambda hour: 3.0 if hour < 1 else 0.0), Standing.CRITICAL),
        (metric("m", tier=2, critical="> 2"), flat(lambda hour: 3.0 if hour < 1 else 0.0), Standing.OK),
        (metric("m", target="< 1"), flat(2.0), Standing.WARNING),
        (metric("m", target="< 1"), flat(0.5), Standing.OK),
        (metric("m", target="< 1"), [], Standing.NO_DATA),
    ],
)
def test_in_tier_1_one_critical_value_is_enough_else_the_mean_counts(
    of: Metric, values: Values, standing: Standing
) -> None:
    told = facts(ReportKind.DAILY, metrics={"m": of}, lately={"m": Lately(summary=summary(values))})
    assert metric_row(told, of, trend=True).standing is standing


def test_a_rate_has_a_total_for_as_long_as_it_has_values() -> None:
    rate = metric("m", "Orders", "/s")
    for values, said in ((flat(10.0), "about 864000"), (flat(10.0, but=(0, 12)), "about 432000")):
        of = facts(ReportKind.DAILY, metrics={"m": rate}, lately={"m": Lately(summary=summary(values))})
        row = total_row(of, rate)
        assert row is not None
        assert isinstance(row.value, Text)
        assert spoken(row.value) == said
    empty = facts(ReportKind.DAILY, metrics={"m": rate}, lately={})
    assert total_row(empty, rate) is not None
    assert total_row(empty, metric("m", unit="%")) is None
    assert metric_row(empty, rate, trend=False).standing is Standing.NO_DATA


ENGLISH = Speaker("en", "UTC")


def error_class(name: str, count: int, severity: str = "error") -> ErrorClass:
    return ErrorClass(name=name, severity=severity, types=1, count=count)


UNREAD = replace(alert("w", 3), subject=replace(subject(NOBODY_HOME), key="log", kind=AlertKind.ERROR))


@pytest.mark.parametrize(
    ("classes", "before", "fresh", "alerts", "standing", "said"),
    [
        ((), (), 0, (), Standing.OK, ["Log: in order"]),
        # nothing was seen of what could not be read: that is no good news
        ((), (), 0, (UNREAD,), Standing.NO_DATA, ["Log: no data (it could not be read all the time)"]),
        (
            (error_class("KeyError", 3), error_class("critical", 1, "critical")),
            None,
            0,
            (),
            Standing.OK,
            [
                "Log: 4 errors and warnings",
                "Errors of class KeyError: 3 (of 1 type)",
                "Other critical errors: 1 (of 1 type)",
            ],
        ),
        # twice as many as the day before, and new ones among them
        (
            (error_class("KeyError", 4),),
            (error_class("KeyError", 2),),
            1,
            (),
            Standing.WARNING,
            [
                "Log: 4 errors and warnings (1 type never seen before; up 100%)",
                "Errors of class KeyError: 4 (of 1 type; up 100%)",
            ],
        ),
        (
            (error_class("error", 1),),
            (),
            0,
            (UNREAD,),
            Standing.NO_DATA,
            [
                "Log: 1 error or warning (0 in the time before; it could not be read all the time)",
                "Other errors: 1 (of 1 type; 0 in the time before)",
            ],
        ),
        (
            tuple(error_class(f"E{number}", 1) for number in range(12)),
            None,
            0,
            (),
            Standing.OK,
            [
                "Log: 12 errors and warnings",
                *(f"Errors of class E{n}: 1 (of 1 type)" for n in range(10)),
                "and 2 more",
            ],
        ),
    ],
)
def test_errors_of_the_logs_are_told_by_class(
    classes: tuple[ErrorClass, ...],
    before: tuple[ErrorClass, ...] | None,
    fresh: int,
    alerts: tuple[Alert, ...],
    standing: Standing,
    said: list[str],
) -> None:
    errors = LoggedErrors(logs=frozenset({"log"}), classes=classes, before=before, fresh=fresh)
    of = facts(ReportKind.DAILY, errors=errors, alerts=alerts)
    rows = list(error_rows(of))
    assert rows[0].standing is standing
    told = [rendered(row) for row in write(filed(of), ENGLISH).sections[2].rows[3:]]
    assert told[: len(said)] == said


def rendered(row: WrittenRow) -> str:
    """A row in words, without what stands for its standing."""
    return row_in_words(replace(row, word=""), ENGLISH)


def test_where_no_log_is_followed_nothing_is_said_of_errors() -> None:
    assert list(error_rows(facts(ReportKind.DAILY))) == []


# --- signing ----------------------------------------------------------------------------------------------

OPERATIONS, MANAGEMENT = Target(TargetKind.TEAM, "operations"), Target(TargetKind.TEAM, "management")
TEAMS = {OPERATIONS: ("chen", "lin"), MANAGEMENT: ("zhao",)}
NOW = T0 + DAY


def reach(role: Target) -> tuple[str, ...]:
    return TEAMS[role]


def of_roles(*roles: Target) -> Filed:
    return filed(facts(ReportKind.DAILY), roles=roles)


def test_each_role_signs_once_with_the_hash_of_what_it_signed() -> None:
    both = of_roles(OPERATIONS, MANAGEMENT)
    first = sign(replace(both, remind_at=NOW), "lin", reach, NOW)
    assert isinstance(first, Filed)
    assert first.signatures == (Signature(role="team:operations", by="lin", at=NOW, evidence="e" * 64),)
    assert (first.unsigned(), first.remind_at) == ((MANAGEMENT,), NOW)
    assert to_remind(first, reach) == ((MANAGEMENT, "zhao"),)
    assert to_remind(first, lambda role: ()) == ()
    second = sign(first, "zhao", reach, NOW)
    assert isinstance(second, Filed)
    assert (second.unsigned(), second.remind_at) == ((), None)


@pytest.mark.parametrize(
    ("kept", "by", "said"),
    [
        (of_roles(MANAGEMENT), "lin", "This report is to be signed by team:management; nothing was changed"),
        (
            sign(of_roles(OPERATIONS, MANAGEMENT), "lin", reach, NOW),
            "lin",
            "lin signed at 19 Jan 16:00 already",
        ),
        (
            sign(of_roles(OPERATIONS), "lin", reach, NOW),
            "zhao",
            "This report is signed by everybody who has to",
        ),
        (sign(of_roles(), "lin", reach, NOW), "lin", "lin signed at 19 Jan 16:00 already"),
        (replace(of_roles(), superseded=True), "lin", "There is a later version of this report"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(kept: Filed | Refusal, by: str, said: str) -> None:
    assert isinstance(kept, Filed)
    refused = sign(kept, by, reach, NOW)
    assert isinstance(refused, Refusal)
    assert spoken(refused.reason).startswith(said)


def test_where_no_role_is_asked_for_anybody_may_sign() -> None:
    signed = sign(of_roles(), "lin", reach, NOW)
    assert isinstance(signed, Filed)
    assert isinstance(sign(signed, "zhao", reach, NOW), Filed)


def test_a_reminder_is_due_only_where_somebody_has_to_sign() -> None:
    assert first_reminder(of_roles().report, HOUR, NOW) is None
    assert first_reminder(of_roles(OPERATIONS).report, HOUR, NOW) == NOW + HOUR
    assert first_reminder(of_roles(OPERATIONS).report, None, NOW) == NOW + 4 * HOUR
