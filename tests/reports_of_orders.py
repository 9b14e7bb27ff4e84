"""Reports of the order service that the tests of reports, cards and pictures are told with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pasts import DAY, HOUR, T0, Values, flat, metric, summary
from problems_of_orders import LABEL, NOBODY_HOME, happened, saw, subject

from bot.domain.alerts.alert import Alert, AlertKind
from bot.domain.alerts.course import observe
from bot.domain.measures.baseline import compare_all
from bot.domain.measures.errors import ErrorClass
from bot.domain.measures.sampling import sample_of
from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.report.compose import head, sections, title
from bot.domain.report.facts import Facts, Lately, LoggedErrors
from bot.domain.report.filed import Filed
from bot.domain.report.report import Chart, Curve, Report, ReportKind, Signature, Stretch
from bot.domain.setup import Metric, Tolerance
from bot.domain.text import Label, Quantity, say
from bot.domain.watches.listing import Listed, Manual, Remark
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Plan
from bot.domain.watches.verdict import Finding, Outcome, Verdict
from bot.domain.watches.watch import Progress, Stage, Watch

NAMES = {"lin": "Lin Wei", "chen": "Chen Jie"}
YESTERDAY = flat(0.0)
FIGURES: dict[str, tuple[Metric, Values]] = {
    "order_duplication_rate": (
        metric("order_duplication_rate", "Order duplication rate", tier=1, target="= 0", critical="> 0.1"),
        flat(0.0),
    ),
    "push_failure_rate": (
        metric("push_failure_rate", "Push failure rate", tier=1, target="< 0.5", critical="> 2"),
        flat(0.1),
    ),
    "availability": (
        metric("availability", "Availability", tier=1, target=">= 99.9", critical="< 99"),
        flat(lambda hour: 98.0 if 14 <= hour < 15 else 100.0),
    ),
    "latency_mean": (
        metric("latency_mean", "Mean latency", "ms", 2, "performance", target="< 500"),
        flat(lambda hour: 67.0, but=(3, 6)),
    ),
    "throughput": (metric("throughput", "Throughput", "/s", 3, "performance", target="> 100"), flat(1000.0)),
    "cpu": (metric("cpu", "CPU", "%", 2, "system", target="< 70", warning="> 80"), flat(90.0)),
    "memory": (metric("memory", "Memory", "%", 2, "system", target="< 70"), []),
}
CHINESE = {
    "order_duplication_rate": "订单重复率",
    "push_failure_rate": "推送失败率",
    "availability": "系统可用性",
    "latency_mean": "平均延迟",
    "throughput": "吞吐量",
    "cpu": "CPU使用率",
    "memory": "内存使用率",
}
METRICS = {key: replace(each, label=Label(each.label.en, CHINESE[key])) for key, (each, _) in FIGURES.items()}
WATCH = Watch(
    id="w1",
    service="orders",
    channel="oncall",
    version="resilience-v1.0",
    owner="lin",
    deployed_at=T0,
    started_at=T0,
    plan=Plan(zone="Asia/Shanghai"),
)


def alert(word: str, hour: float, **changes: object) -> Alert:
    fired = happened(observe(None, subject(NOBODY_HOME), saw(word), T0 + hour * HOUR)).alert
    return replace(fired, **changes)  # type: ignore[arg-type]


def round_(hour: float, state: EntryState, **more: object) -> Listed:
    at = T0 + hour * HOUR
    return Listed(  # type: ignore[arg-type]
        id=f"r{hour}", service="orders", channel="oncall", watch="w1",
        entry=Entry(at=at, kind=EntryKind.ROUND, state=state), **{"ran_at": at, "outcome": state, **more},
    )  # fmt: skip


def judged(kind: EntryKind, after: timedelta, outcome: Outcome | None, state: EntryState) -> Listed:
    told = {
        Outcome.FAILED: say(
            "{metric} was {value}, not {limit}",
            metric=METRICS["order_duplication_rate"].label,
            value=Quantity(0.3, "%"),
            limit="= 0%",
        ),
        Outcome.INCONCLUSIVE: say("nobody has answered yet"),
    }
    finding = Finding(
        outcome=outcome or Outcome.PASSED,
        text=told.get(outcome or Outcome.PASSED, say("all {count} values {limit}", count=8640, limit="= 0%")),
        criterion=Label("Order duplication rate = 0%", "订单重复率 = 0% (全程保持)"),
        number=0,
    )
    return Listed(
        id=f"g{after}", service="orders", channel="oncall", watch="w1",
        entry=Entry(at=T0 + after, kind=kind, after=after, state=state),
        verdict=Verdict(outcome=outcome, findings=(finding,)) if outcome else None,
    )  # fmt: skip


BAD_DAY = {
    "alerts": (
        alert("w", 9, resolved_at=T0 + 10 * HOUR),
        alert("c", 14, acknowledged_at=T0 + 14.2 * HOUR, acknowledged_by="chen", resolved_at=T0 + 15 * HOUR),
        alert("w", 22),
        replace(alert("w", 3), subject=replace(subject(NOBODY_HOME), kind=AlertKind.NO_DATA)),
        replace(alert("w", 23), fired_at=None),  # never fired: nobody's business
    ),
    "rounds": (
        round_(1, EntryState.PASSED),
        round_(2, EntryState.FAILED, remark=say("{bad} of {all} checks not in order", bad=1, all=4)),
        round_(3, EntryState.MISSED, ran_at=None, outcome=None),
        round_(
            9,
            EntryState.PASSED,
            manuals=(
                Manual(
                    ask=Label("User feedback", "用户反馈"), remind=HOUR,
                    done_at=T0 + 10 * HOUR, done_by="chen", note="no complaints",
                ),
                Manual(ask=Label("Figures confirmed", "日结数据确认"), remind=HOUR, done_at=T0 + 10 * HOUR),
                Manual(ask=Label("Alert rules verified", "告警规则验证"), remind=HOUR),
            ),
            remarks=(Remark(at=T0 + 9 * HOUR, by="lin", text="quiet * morning"),),
        ),
    ),
    "errors": LoggedErrors(
        logs=frozenset({"error-log"}),
        classes=(
            ErrorClass(name="TimeoutError", severity="error", types=2, count=13),
            ErrorClass(name="warning", severity="warning", types=1, count=4),
        ),
        before=(ErrorClass(name="TimeoutError", severity="error", types=1, count=10),),
        fresh=1,
    ),
}  # fmt: skip
JUDGED = (
    judged(EntryKind.MILESTONE, HOUR, Outcome.PASSED, EntryState.PASSED),
    judged(EntryKind.GATE, DAY, Outcome.PASSED, EntryState.PASSED),
    judged(EntryKind.GATE, 7 * DAY, Outcome.INCONCLUSIVE, EntryState.RUNNING),
)


def halved(values: Values) -> Values:
    """A day earlier, half as much."""
    return [(at - DAY, value * 0.5) for at, value in values]


def slower(key: str, values: Values) -> list[float]:
    return [value * (2 if key == "latency_mean" else 1) for _, value in values]


def facts(kind: ReportKind, **more: object) -> Facts:
    known: dict[str, object] = {
        "kind": kind,
        "service": "orders",
        "zone": "Asia/Shanghai",
        "since": T0,
        "until": T0 + DAY,
        "now": T0 + DAY + 9 * HOUR,
        "metrics": METRICS,
        "lately": {
            key: Lately(
                summary=summary(values),
                before=summary([(at - DAY, value * 0.5) for at, value in values], T0 - DAY, T0),
            )
            for key, (_, values) in FIGURES.items()
        },
        "tolerance": 0.25,
        "watch": WATCH,
        "responsible": "lin",
        "judged": JUDGED,
        "next_round": Entry(at=T0 + DAY + 10 * HOUR, kind=EntryKind.ROUND),
        "progress": Progress(
            day=2,
            done=40,
            total=95,
            stages=((say("Deployment day"), Stage.DONE), (say("Final evaluation"), Stage.AHEAD)),
        ),
        "compared": compare_all(
            METRICS.values(),
            {key: sample_of(value for _, value in values) for key, (_, values) in FIGURES.items()},
            {key: sample_of(slower(key, values)) for key, (_, values) in FIGURES.items()},
            Tolerance(),
        ),
    }
    return Facts(**(known | more))  # type: ignore[arg-type]


def filed(of: Facts, **more: object) -> Filed:
    report = Report(  # type: ignore[arg-type]
        id="p12345678", kind=of.kind, service=of.service, version="resilience-v1.0", watch="w1", zone=of.zone,
        since=of.since, until=of.until, composed_at=of.now, title=title(of), head=head(of),
        sections=sections(of), **more,
    )  # fmt: skip
    return Filed(report=report, evidence="e" * 64)


def gates(first_day: Outcome, acceptance: Outcome | None = None) -> tuple[Listed, ...]:
    """A milestone that passed, then the gates as they came out; the second one only if it was judged."""
    states = {
        Outcome.PASSED: EntryState.PASSED,
        Outcome.FAILED: EntryState.FAILED,
        Outcome.INCONCLUSIVE: EntryState.RUNNING,
    }
    came = [(DAY, first_day), *([(7 * DAY, acceptance)] if acceptance else [])]
    return JUDGED[0], *(judged(EntryKind.GATE, after, each, states[each]) for after, each in came)


def signed(kept: Filed, **by: str) -> Filed:
    """Each team's signature by a person of it, an hour after the report was made."""
    at = kept.report.composed_at + HOUR
    given = (
        Signature(role=f"team:{team}", by=each, at=at, evidence=kept.evidence) for team, each in by.items()
    )
    return replace(kept, signatures=tuple(given))


def curve(key: str) -> Curve:
    """A point each half hour."""
    measured, values = FIGURES[key]
    target = measured.target.limit if measured.target else None
    return Curve(label=METRICS[key].label, points=tuple(list(values)[::6]), target=target)


LATENCY = Chart(
    key="latency",
    title=say("Latency"),
    unit="ms",
    since=T0,
    until=T0 + DAY,
    curves=(curve("latency_mean"),),
    alerts=(Stretch(label=LABEL, since=T0 + 14 * HOUR, until=T0 + 15 * HOUR),),
    deployed_at=T0,
)
BY_DAY = Chart(
    key="alerts",
    title=say("Alerts by day"),
    unit="",
    since=T0 - 6 * DAY,
    until=T0 + DAY,
    bars=tuple(
        (T0 + (number - 6) * DAY, say(kind), count * (1 + number % 3))
        for number in range(7)
        for kind, count in (("Critical alerts", 1), ("Warning alerts", 2))
    ),
)
CHANGED = Chart(
    key="changes",
    title=say("Change of the averages"),
    unit="%",
    since=T0,
    until=T0 + DAY,
    changes=(
        (METRICS["latency_mean"].label, 100.0, say("worse")),
        (METRICS["throughput"].label, -8.0, say("same")),
    ),
)
ROLES = (Target(TargetKind.TEAM, "operations"), Target(TargetKind.TEAM, "management"))
CORRECTED = {"revision": 2, "corrects": "late figures", "corrected_by": "chen"}
SCENES: dict[str, Filed] = {
    "hourly": filed(facts(ReportKind.HOURLY, since=T0 + 13 * HOUR, until=T0 + 14 * HOUR, **BAD_DAY)),
    "daily": filed(facts(ReportKind.DAILY, **BAD_DAY), charts=(LATENCY,)),
    "daily-clean": filed(
        facts(
            ReportKind.DAILY,
            metrics={"push_failure_rate": METRICS["push_failure_rate"]},
            watch=None,
            responsible=None,
            errors=LoggedErrors(logs=frozenset({"error-log"}), before=()),
        )
    ),
    "weekly": filed(facts(ReportKind.WEEKLY, **BAD_DAY), charts=(LATENCY, BY_DAY), roles=ROLES),
    "summary": filed(facts(ReportKind.SUMMARY, judged=gates(Outcome.PASSED))),
    "summary-failed": filed(facts(ReportKind.SUMMARY, judged=gates(Outcome.FAILED), **BAD_DAY)),
    "summary-undecided": filed(facts(ReportKind.SUMMARY, judged=gates(Outcome.INCONCLUSIVE))),
    "final": signed(filed(facts(ReportKind.FINAL, **BAD_DAY), roles=ROLES, **CORRECTED), operations="chen"),
    "final-passed": signed(
        filed(facts(ReportKind.FINAL, judged=gates(Outcome.PASSED, Outcome.PASSED)), roles=ROLES),
        operations="chen",
        management="lin",
    ),
    "final-failed": filed(
        facts(ReportKind.FINAL, judged=gates(Outcome.PASSED, Outcome.FAILED), **BAD_DAY), roles=ROLES
    ),
    "baseline": filed(facts(ReportKind.BASELINE), charts=(CHANGED,)),
}
"""Every kind; passed, failed and not decided; signed by all, by one, by nobody; corrected."""
