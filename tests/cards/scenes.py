"""What people see in the main states of the product, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alert import Alert, AlertKind, AlertState, Severity, Subject
from bot.domain.card import (
    AlertCard,
    AlertList,
    HelpCard,
    Line,
    Message,
    OnCallList,
    PageMessage,
    PanelCard,
    PlanList,
    Reminder,
    RoundCard,
    RoundRow,
    WatchCard,
)
from bot.domain.chain import NextStep, Rung
from bot.domain.escalation import Level, Policy, Target, TargetKind
from bot.domain.health import condition
from bot.domain.panel import Panel, PanelGroup, PanelRow, Standing, SystemLine
from bot.domain.plan import Entry, EntryKind, EntryState, Phase, Plan
from bot.domain.rotation import Shift
from bot.domain.setup import Person
from bot.domain.text import Label, Name, Quantity, Span, say
from bot.domain.watch import Watch, WatchState
from checks.result import State
from checks.threshold import Condition

ZONE = "Asia/Shanghai"
NAMES = {"lin": "Lin Wei", "chen": "Chen Hao", "zhao": "Zhao Min"}
NOW = datetime(2026, 1, 19, 6, 20, tzinfo=UTC)
"""14:20 in Shanghai."""


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


LEVELS = tuple(
    Level(notify=(Target(TargetKind.PERSON, person),), wait=timedelta(minutes=10)) for person in NAMES
)
POLICY = Policy(key="default", levels=LEVELS)
SUBJECT = Subject(
    service="orders",
    channel="oncall",
    key="latency_p99",
    label=Label("P99 latency", "P99延迟"),
    tier=1,
    policy=POLICY,
)
OVER = condition(Condition.parse("> 10"), "s")
BREACH = say(
    "{metric} {value} {limit}",
    metric=SUBJECT.label,
    value=Quantity(12.1, "s"),
    limit=OVER,
)
FIRING = Alert(
    id="3f9a0c21be",
    subject=SUBJECT,
    severity=Severity.CRITICAL,
    state=AlertState.FIRING,
    version=4,
    turn=1,
    value=Quantity(12.1, "s"),
    limit=OVER,
    reason=say("{reason} for {span}", reason=BREACH, span=Span(60)),
    began_at=ago(minutes=16),
    fired_at=ago(minutes=15),
    level=2,
    paged=("lin", "chen"),
    paged_at=ago(minutes=5),
    next_at=ago(minutes=-5),
)
ACKNOWLEDGED = replace(
    FIRING,
    state=AlertState.ACKNOWLEDGED,
    turn=2,
    acknowledged_at=ago(minutes=3),
    acknowledged_by="chen",
    next_at=None,
)
RESOLVED = replace(ACKNOWLEDGED, state=AlertState.RESOLVED, turn=3, resolved_at=NOW)
OFF_TARGET = say("off target {target}", target=condition(Condition.parse("< 80"), "%"))
WARNING = replace(
    FIRING,
    id="77aa0c21be",
    severity=Severity.WARNING,
    subject=replace(
        SUBJECT, key="disk", label=Label("Disk", "磁盘使用率"), labels=(("mount", "/var"),), tier=2
    ),
    value=Quantity(91, "%"),
    limit=OFF_TARGET,
    reason=say(
        "{metric} {value} {limit}",
        metric=Label("Disk", "磁盘使用率"),
        value=Quantity(91, "%"),
        limit=OFF_TARGET,
    ),
    level=0,
    paged=(),
    paged_at=None,
    next_at=None,
)
BLIND = replace(
    WARNING,
    id="00bb0c21be",
    subject=replace(SUBJECT, kind=AlertKind.ERROR),
    value=None,
    reason=say(
        "{check} could not measure: {summary}",
        check=Label("Latency percentiles", "延迟监控"),
        summary="no such file: /srv/<orders>/latency & more.log",
    ),
)
NEXT = NextStep(rung=Rung(0, 3), people=("zhao",), usergroups=(), at=ago(minutes=-5))
LINKS = (
    ("runbook", "https://wiki.example.com/p99?a=1&b=2"),
    ("dashboard", "https://grafana.example.com/d/orders"),
)


def row(
    metric: str, en: str, zh: str, value: float | None, unit: str, target: str, standing: Standing
) -> PanelRow:
    return PanelRow(
        metric=metric,
        label=Label(en, zh),
        value=None if value is None else Quantity(value, unit),
        target=Condition.parse(target) if target else None,
        unit=unit,
        standing=standing,
        measured_at=None
        if value is None
        else ago(minutes=25)
        if standing is Standing.STALE
        else ago(seconds=12),
    )


def system(standing: Standing, detail: str) -> tuple[SystemLine, ...]:
    return (
        SystemLine(label=say("Production"), standing=standing, detail=say(detail)),
        SystemLine(
            label=say("On-call team"), standing=Standing.OK, detail=say("on duty: {names}", names=Name("lin"))
        ),
    )


HEALTHY = Panel(
    service="orders",
    at=NOW,
    groups=(
        PanelGroup(
            key="orders",
            rows=(
                row(
                    "order_duplication_rate",
                    "Order duplication rate",
                    "订单重复率",
                    0,
                    "%",
                    "= 0",
                    Standing.OK,
                ),
                row("push_failure_rate", "Push failure rate", "推送失败率", 0.04, "%", "< 0.5", Standing.OK),
            ),
        ),
        PanelGroup(
            key="performance",
            rows=(
                row("latency_p50", "P50 latency", "P50延迟", 0.06, "s", "< 0.5", Standing.OK),
                row("latency_p99", "P99 latency", "P99延迟", 0.201, "s", "< 5", Standing.OK),
                row("throughput", "Throughput", "吞吐量", 1015.4, "/s", "> 100", Standing.OK),
            ),
        ),
        PanelGroup(key="system", rows=(row("cpu", "CPU", "CPU使用率", 15.2, "%", "< 80", Standing.OK),)),
        PanelGroup(key="billing", rows=(row("invoices", "Invoices", "发票", 12, "", "", Standing.OK),)),
    ),
    critical=0,
    warning=0,
    system=system(Standing.OK, "online and healthy"),
)
TROUBLED = replace(
    HEALTHY,
    groups=(
        replace(
            HEALTHY.groups[0],
            rows=(
                HEALTHY.groups[0].rows[0],
                row(
                    "push_failure_rate",
                    "Push failure rate",
                    "推送失败率",
                    2.5,
                    "%",
                    "< 0.5",
                    Standing.CRITICAL,
                ),
                row("order_success", "Order success rate", "订单成功率", 98.7, "%", "> 99", Standing.WARNING),
            ),
        ),
        PanelGroup(
            key="system",
            rows=(
                row("cpu", "CPU", "CPU使用率", 15.2, "%", "< 80", Standing.STALE),
                row("network", "Network latency", "网络延迟", None, "ms", "outside 0..50", Standing.NO_DATA),
            ),
        ),
    ),
    critical=1,
    warning=2,
    system=system(Standing.CRITICAL, "in trouble"),
)
PLAN = Plan(
    zone=ZONE,
    phases=(Phase(name="Day 1", checklists=("intensive",), first_day=1, every=timedelta(minutes=30)),),
)
WATCH = Watch(
    id="w1",
    service="orders",
    channel="oncall",
    version="resilience-v1.0",
    owner="lin",
    deployed_at=datetime(2026, 1, 18, 16, 0, tzinfo=UTC),
    started_at=datetime(2026, 1, 18, 16, 0, tzinfo=UTC),
    plan=PLAN,
)


def entry(at: datetime, state: EntryState = EntryState.PENDING, kind: EntryKind = EntryKind.ROUND) -> Entry:
    lists = ("intensive",) if kind is EntryKind.ROUND else ()
    return Entry(
        at=at,
        kind=kind,
        checklists=lists,
        state=state,
        criteria="first-day" if kind is EntryKind.GATE else "",
    )


NEXT_ROUND = entry(ago(minutes=-10))
ENTRIES = (
    entry(ago(hours=2), EntryState.NOT_APPLICABLE),
    entry(ago(minutes=80), EntryState.PASSED),
    entry(ago(minutes=50), EntryState.FAILED),
    entry(ago(minutes=20), EntryState.MISSED),
    entry(NOW, EntryState.RUNNING),
    NEXT_ROUND,
    entry(WATCH.deployed_at + timedelta(hours=24), kind=EntryKind.MILESTONE),
    entry(WATCH.deployed_at + timedelta(hours=24), kind=EntryKind.GATE),
)
DUPLICATES = RoundRow(
    label=Label("Order duplication", "订单重复率检查"),
    state=State.CRITICAL,
    summary="3 of 1000 orders stand twice",
    values=(
        row(
            "order_duplication_rate",
            "Order duplication rate",
            "订单重复率",
            0.3,
            "%",
            "= 0",
            Standing.CRITICAL,
        ),
    ),
    on_failure=Label("Alert at once, then roll back", "立即告警 + 回滚"),
)
UNASKED = RoundRow(
    label=Label("Latency percentiles", "延迟监控"),
    state=State.UNKNOWN,
    summary="./scripts/check_latency_percentiles.sh: not found",
    hint="write the path relative to config.yaml",
)
GOOD = (
    RoundRow(
        label=Label("This machine", "系统资源"),
        state=State.OK,
        summary="all below their limits",
        values=HEALTHY.groups[2].rows,
    ),
    RoundRow(label=Label("Notion API", "Notion API"), state=State.OK, summary="200 in 120 ms"),
)
ROUND = RoundCard(
    service="orders",
    at=NOW,
    checklists=("intensive", "hourly"),
    rows=(*GOOD, UNASKED, DUPLICATES),
    asks=(Label("On-call person confirmed", "值班人员确认"),),
    asked_by="lin",
    next_round=NEXT_ROUND,
)
LIN = Person(key="lin", name="Lin Wei", slack="U012AB3CD")
ZHAO = Person(key="zhao", name="Zhao Min")
SHIFT = Shift(
    schedule="primary",
    at=NOW,
    on_call=("lin",),
    since=ago(hours=5),
    until=datetime(2026, 1, 26, 1, 0, tzinfo=UTC),
    next=("chen",),
    why="rotation, week 2",
)

SCENES: dict[str, Message] = {
    "alert-firing": AlertCard(alert=FIRING, value=Quantity(13.4, "s"), levels=3, next=NEXT, links=LINKS),
    "alert-exhausted": AlertCard(
        alert=replace(FIRING, level=3, exhausted=True, next_at=None), value=None, levels=3, next=None
    ),
    "alert-acknowledged": AlertCard(alert=ACKNOWLEDGED, value=Quantity(13.4, "s"), levels=3, next=None),
    "alert-resolved": AlertCard(alert=RESOLVED, value=Quantity(0.2, "s"), levels=3, next=None),
    "alert-resolved-by-hand": AlertCard(
        alert=replace(RESOLVED, resolved_by="lin"), value=None, levels=3, next=None
    ),
    "alert-user-group-next": AlertCard(
        alert=FIRING,
        value=None,
        levels=3,
        next=replace(NEXT, people=(), usergroups=("S0123",)),
        links=(("logs", "file:///var/log/<orders>"),),
    ),
    "alert-channel-next": AlertCard(alert=FIRING, value=None, levels=3, next=replace(NEXT, people=())),
    "alert-tier-2": AlertCard(
        alert=replace(WARNING, severity=Severity.CRITICAL), value=None, levels=3, next=None
    ),
    "alert-warning": AlertCard(alert=WARNING, value=Quantity(91, "%"), levels=3, next=None),
    "alert-error": AlertCard(alert=BLIND, value=None, levels=3, next=None),
    "page": PageMessage(
        alert=FIRING,
        people=(LIN, ZHAO),
        usergroups=("S0123",),
        level=2,
        levels=3,
        reason=say("nobody acknowledged at level {level}", level=1),
        broadcast=True,
    ),
    "reminder": Reminder(
        person=LIN,
        text=say(
            "{alert} is already acknowledged by {person}, since {at}",
            alert="a",
            person=Name("lin"),
            at="14:05",
        ),
    ),
    "line": Line(
        text=say("Acknowledged by {person}; the escalation stops", person=Name("chen")), at=ago(minutes=3)
    ),
    "status": PanelCard(panels=(HEALTHY,), watches=(WATCH,)),
    "status-troubled": PanelCard(panels=(TROUBLED,)),
    "status-empty": PanelCard(panels=()),
    "watch": WatchCard(watch=WATCH, panel=HEALTHY, next_round=NEXT_ROUND),
    "watch-ended": WatchCard(
        watch=replace(WATCH, state=WatchState.ENDED, owner=None), panel=HEALTHY, next_round=None
    ),
    "round-failed": ROUND,
    "round-passed": replace(ROUND, rows=GOOD, asks=(), asked_by=None, next_round=None),
    "round-empty": replace(ROUND, rows=(), checklists=()),
    "alerts": AlertList(alerts=(FIRING, ACKNOWLEDGED, WARNING, BLIND)),
    "alerts-choose": AlertList(alerts=(FIRING, WARNING), choose="ack"),
    "alerts-none": AlertList(alerts=()),
    "oncall": OnCallList(
        shifts=(
            SHIFT,
            replace(SHIFT, schedule="night", on_call=(), until=None, next=(), why="no layer covers now"),
        ),
        would_page=(("default", 1, ("lin",), ""), ("default", 2, (), "team:product has nobody now")),
    ),
    "oncall-none": OnCallList(shifts=()),
    "plan": PlanList(watch=WATCH, entries=ENTRIES, whole=False, now=NOW),
    "plan-quiet-day": PlanList(watch=WATCH, entries=(), whole=True, now=NOW),
    "plan-none": PlanList(watch=None, entries=(), whole=True, now=NOW),
    "help": HelpCard(),
    "help-unknown": HelpCard(unknown="stauts", nearest="status"),
}
