"""What people see in the main states of the product, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from reports_of_orders import SCENES as REPORTS

from bot.domain.action import ActionRun, Facts, RunState
from bot.domain.alerts.alert import (
    Alert,
    AlertKind,
    AlertState,
    Recovery,
    Severity,
    Subject,
    Suppression,
    SuppressionKind,
)
from bot.domain.alerts.health import condition
from bot.domain.alerts.quiet.silence import Silence, Wish
from bot.domain.alerts.quiet.wording import parse_matchers
from bot.domain.alerts.trend import Novelty, Trend
from bot.domain.card import (
    ActionList,
    AlertCard,
    AlertList,
    Choice,
    CoverageCard,
    ErrorList,
    Form,
    GroupCard,
    HandoffCard,
    HelpCard,
    HomeView,
    Line,
    Listing,
    Message,
    Offer,
    OnCallList,
    PageMessage,
    PanelCard,
    PlanList,
    PlaybookCard,
    PlaybookList,
    PostMortemCard,
    Reminder,
    ReportCard,
    RoundCard,
    SilenceList,
    SureOfSilence,
    Tried,
    VerdictCard,
    WatchCard,
    WatchList,
    WhyCard,
)
from bot.domain.incident.playbook import (
    Meaning,
    Option,
    Playbook,
    Priority,
    Rollback,
    Step,
    StepKind,
)
from bot.domain.incident.postmortem import Impact, PostMortem
from bot.domain.incident.state import Clock, Decision, Incident, Moment, Rolling, StepState, Ticked
from bot.domain.incident.state import Progress as StepProgress
from bot.domain.measures.errors import BEFORE, ErrorType
from bot.domain.oncall.chain import NextStep, Rung
from bot.domain.oncall.coverage import Coverage, Gap, WouldPage
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Override, Shift
from bot.domain.panel import Panel, PanelGroup, PanelRow, RoundRow, Standing, SystemLine
from bot.domain.setup import Person
from bot.domain.text import Instant, Label, Name, Quantity, Several, Span, say
from bot.domain.watches.listing import Manual
from bot.domain.watches.plan import (
    MIDNIGHT_AFTER,
    Checkpoint,
    Entry,
    EntryKind,
    EntryState,
    Gate,
    Phase,
    Plan,
    ReportDue,
    calendar,
)
from bot.domain.watches.verdict import Finding, Outcome, Verdict
from bot.domain.watches.watch import Denser, Progress, Stage, Watch, WatchState
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
    id="ac9a0c21be",
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
UNHEARD = replace(
    WARNING,
    id="00cc0c21be",
    subject=replace(SUBJECT, kind=AlertKind.NO_DATA),
    value=None,
    reason=say("{metric}: no data for {span}", metric=SUBJECT.label, span=Span(300)),
)
FLAPPING = replace(FIRING, id="f1a90c21be", flapping=35.5, next_at=None)
EVERYONE = replace(
    FIRING,
    subject=replace(SUBJECT, policy=replace(POLICY, levels=tuple(replace(e, everyone=True) for e in LEVELS))),
    paged=("lin", "zhao"),
    took=("lin",),
)
TRIED = Recovery(action="restart-push-worker", asked_at=ago(minutes=1), until=ago(minutes=-4))
SILENCE = Silence(
    id="s3f9a0c2",
    matchers=parse_matchers('severity=warning host=~"db-.*<b>"'),
    by="lin",
    reason="Moving the database & its replica",
    since=ago(minutes=20),
    until=ago(minutes=-100),
)
QUIET = replace(
    FIRING,
    id="9u1e0c21be",
    quiet=Suppression(
        kind=SuppressionKind.SILENCE,
        source=SILENCE.id,
        until=SILENCE.until,
        reason=say(
            "silenced by {person} until {at} ({reason})",
            person=Name("lin"),
            at=Instant(SILENCE.until),
            reason=SILENCE.reason,
        ),
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
    pending=1,
    resolved=3,
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
        after=None if kind is EntryKind.ROUND else at - WATCH.deployed_at,
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


def hours(since: int, until: int, minutes: int, lists: str) -> Phase:
    return Phase(
        name=f"Day 1, {since}-{until}",
        checklists=(lists,),
        first_day=1,
        since=time(since),
        until=time(until) if until < 24 else MIDNIGHT_AFTER,
        every=timedelta(minutes=minutes),
    )


WEEK = Plan(
    zone=ZONE,
    phases=(
        hours(0, 4, 30, "intensive"),
        hours(4, 12, 60, "hourly"),
        hours(12, 20, 30, "intensive"),
        hours(20, 24, 60, "hourly"),
        Phase(name="Day 2", checklists=("hourly",), first_day=2, every=timedelta(hours=2)),
        Phase(
            name="Days 3-7",
            checklists=("daily",),
            first_day=3,
            last_day=7,
            at=(time(9), time(13), time(17), time(21)),
        ),
    ),
    checkpoints=tuple(
        Checkpoint(label=Label(en, zh), first_day=1, last_day=1, at=time(hour))
        for hour, en, zh in (
            (0, "Deployment verified", "初始部署验证"),
            (4, "Stable for 4 hours", "4小时稳定性确认"),
            (12, "Half-way check at 12 hours", "12小时中点检查"),
        )
    ),
    reports=(
        ReportDue(report="daily", first_day=2, last_day=4, at=time(9)),
        ReportDue(report="weekly", first_day=5, last_day=7, at=time(9)),
        ReportDue(report="final", first_day=8, last_day=8, at=time(9)),
    ),
    milestones=tuple(timedelta(hours=count) for count in (1, 4, 12, 24, 168)),
    gates=(
        Gate(after=timedelta(hours=24), criteria="first-day"),
        Gate(after=timedelta(days=7), criteria="acceptance"),
    ),
)
"""The seven-day plan, about as long as the one that is shipped."""


def carried_out(now: datetime) -> tuple[Entry, ...]:
    """The whole list of the week at `now`: two entries of the second day went wrong."""
    entries = []
    for number, each in enumerate(calendar(WEEK, WATCH.deployed_at, WATCH.deployed_at)):
        state = EntryState.PASSED if each.at < now else EntryState.PENDING
        entries.append(replace(each, state=state))
        if state is EntryState.PASSED and number == 56:
            entries[-1] = replace(each, state=EntryState.FAILED, remark=BREACH, notes=("<lin> looked at it",))
        if state is EntryState.PASSED and number == 58:
            why = say("nobody was there to hold it: Vigil was not running")
            entries[-1] = replace(each, state=EntryState.MISSED, remark=why)
    return tuple(entries)


DAY_4 = WATCH.deployed_at + timedelta(days=3, hours=10, minutes=20)
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

ALERTED = RoundRow(
    label=Label("Open alerts", "未解决的告警"),
    state=State.CRITICAL,
    summary="",
    alerts=(
        say(
            "{item} (new)",
            item=say(
                "{priority} – {reason}, since {at}",
                priority="P0",
                reason=FIRING.reason,
                at=Instant(ago(minutes=6)),
            ),
        ),
        say(
            "{priority} – {reason}, since {at}",
            priority="P2",
            reason=WARNING.reason,
            at=Instant(ago(minutes=95)),
        ),
    ),
    on_failure=Label("Handle what is P0 first", "优先处理P0告警"),
)


def manual(en: str, zh: str, **more: Any) -> Manual:
    return Manual(ask=Label(en, zh), remind=timedelta(minutes=30), **more)


MANUALS = (
    manual("On-call person confirmed", "值班人员确认", reminded_at=ago(minutes=1)),
    manual(
        "Alert rules verified",
        "告警规则验证",
        done_at=ago(minutes=5),
        done_by="chen",
        note="all 14 rules fired on the <test> order",
    ),
    manual("User feedback collected", "用户反馈收集", on_failure=Label("Ask support", "询问客服")),
    manual(
        "Handover written",
        "交接记录",
        given_up_at=ago(minutes=2),
        on_failure=Label("Write it before 09:30", "09:30 前补写"),
    ),
)
ROUND = RoundCard(
    id="8f3a91c2",
    service="orders",
    at=NOW,
    checklists=("intensive", "hourly"),
    rows=(*GOOD, UNASKED, DUPLICATES, ALERTED),
    manuals=MANUALS,
    asked_by="lin",
    next_round=NEXT_ROUND,
)
PROGRESS = Progress(
    day=1,
    done=29,
    total=95,
    stages=(
        (say("Deployment day"), Stage.NOW),
        (say("Days {first}–{last}", first=2, last=3), Stage.AHEAD),
        (say("Days {first}–{last}", first=4, last=7), Stage.AHEAD),
        (say("Final evaluation"), Stage.AHEAD),
    ),
)
PAUSED = replace(
    WATCH,
    id="w2",
    state=WatchState.PAUSED,
    paused_at=ago(minutes=10),
    paused_until=ago(minutes=-45),
    paused_by="lin",
)
DENSER = replace(
    WATCH,
    denser=Denser(since=ago(minutes=20), every=timedelta(minutes=10), until=ago(hours=-4), by="chen"),
    version="2.1.0",
    id="w3",
)
ENDED = replace(WATCH, id="w4", state=WatchState.ENDED, owner=None, ended_at=ago(minutes=1), ended_by="lin")
GATE = entry(WATCH.deployed_at + timedelta(hours=14), EntryState.FAILED, EntryKind.GATE)
FINDINGS = (
    Finding(outcome=Outcome.PASSED, text=say("{count} of {all} rounds held", count=28, all=28)),
    Finding(
        outcome=Outcome.FAILED,
        text=say("{metric} {value} {limit}", metric=SUBJECT.label, value=Quantity(12.1, "s"), limit=OVER),
    ),
    Finding(
        outcome=Outcome.INCONCLUSIVE, text=say("not confirmed by anybody: {items}", items=MANUALS[0].ask)
    ),
)
FAILED_GATE = VerdictCard(
    id="e77",
    watch=WATCH,
    entry=replace(GATE, after=timedelta(hours=24)),
    verdict=Verdict(outcome=Outcome.FAILED, findings=FINDINGS),
    asks=("roll-back", "densify", "go-on"),
)
CRITERIA = (
    Finding(
        outcome=Outcome.INCONCLUSIVE,
        text=say(
            "{found}, but data is missing: {first}",
            found=say("average {value}", value=Quantity(0.1, "%")),
            first=say(
                "{metric}: no values from {since} to {until}, for {span}",
                metric=Label("Push failure rate", "推送失败率"),
                since=Instant(ago(hours=6)),
                until=Instant(ago(hours=3)),
                span=Span(10800),
            ),
        ),
        criterion=Label("Push failure rate < 0.5% on average", "推送失败率 < 0.5% (平均)"),
        number=1,
        value=Quantity(0.1, "%"),
        limit=OVER,
        coverage=0.875,
        rows=(say("{at}: {value}", at=Instant(ago(hours=7)), value=Quantity(0.1, "%")),),
    ),
    Finding(
        outcome=Outcome.INCONCLUSIVE,
        text=say("nobody has answered yet"),
        criterion=Label("Is there no complaint from <users>?", "用户无反馈问题"),
        number=5,
        asks=True,
    ),
    Finding(
        outcome=Outcome.PASSED,
        text=say("all {count} values {limit}", count=8640, limit=OVER),
        criterion=say("{metric} always {limit}", metric=SUBJECT.label, limit=OVER),
        number=0,
        coverage=1.0,
    ),
)
ASKING_GATE = VerdictCard(
    id="e78",
    watch=WATCH,
    entry=replace(GATE, after=timedelta(hours=24), state=EntryState.RUNNING),
    verdict=Verdict(outcome=Outcome.INCONCLUSIVE, findings=CRITERIA),
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
    why=say(
        "rotation of {schedule}, {count} of {people}",
        schedule="primary",
        count=say("{unit} {number}", unit=say("week"), number=2),
        people=Several((Name("lin"), Name("chen"))),
    ),
)

NEW_ERROR = ErrorType(
    id="0a1b2c3d4e5f",
    service="orders",
    check="error-log",
    severity="error",
    category="TimeoutError",
    template="push of order <*> failed: TimeoutError after <*> s",
    sample="push of order 4711 failed: TimeoutError after 3 s",
    first_at=NOW - timedelta(minutes=8),
    last_at=NOW - timedelta(minutes=1),
    count=12,
)
OLD_ERROR = replace(
    NEW_ERROR,
    id="1b2c3d4e5f6a",
    severity="critical",
    template="database is locked",
    count=1,
    first_at=NOW - timedelta(days=3),
)
KNOWN_ERROR = replace(
    NEW_ERROR, id="2c3d4e5f6a7b", template="client closed the connection", known_by="lin", known_at=NOW
)
LOGGED_ERROR = replace(
    KNOWN_ERROR, id="3d4e5f6a7b8c", template="cache miss for <*>", known_by=BEFORE, count=0
)


DECIDE = Step(
    kind=StepKind.DECISION,
    label=Label("Repair or roll back?", "决策：修复还是回滚？"),
    options=(
        Option(key="repair", label=Label("Repair", "修复"), means=Meaning.REPAIR),
        Option(key="roll-back", label=Label("Roll back", "回滚"), means=Meaning.ROLL_BACK, action="rollback"),
        Option(key="accept", label=Label("Accept the risk", "接受风险"), means=Meaning.ACCEPT),
    ),
)
DUPLICATED = Playbook(
    key="duplicated-orders",
    label=Label("Duplicated orders", "订单重复"),
    priority=Priority.CRITICAL,
    steps=(
        Step(
            kind=StepKind.ACTION,
            label=Label("Stop taking new orders", "停止新订单接受"),
            action="stop-orders",
        ),
        Step(kind=StepKind.CHECKS, label=Label("Look at the error log", "检查错误日志"), checks=("errors",)),
        Step(kind=StepKind.MANUAL, label=Label("Analyse the root cause", "分析根本原因")),
        DECIDE,
        Step(kind=StepKind.VERIFY, label=Label("Verify", "验证"), checks=("tier-1",)),
    ),
    items=(
        Label("Has the repair of P1 failed?", "是否有P1修复失效迹象"),
        Label("Is there a race between requests?", "是否有并发竞态条件"),
    ),
    rollback=Rollback(action="rollback", after=timedelta(minutes=15)),
)
INCIDENT = Incident(
    id="i3f9a0c21",
    service="orders",
    channel="oncall",
    alert=FIRING.id,
    thread=FIRING.id,
    playbook=DUPLICATED,
    watch="w1",
    version="resilience-v1.0",
    opened_at=ago(minutes=4),
    opened_by=None,
    revision=5,
    turn=0,
    lead="lin",
    steps=(
        StepProgress(
            state=StepState.DONE,
            at=ago(minutes=4),
            said=say("{said}", said="new orders are refused with 429"),
        ),
        StepProgress(
            state=StepState.DONE,
            at=ago(minutes=4),
            said=say("{bad} of {all} checks not in order", bad=1, all=1),
            rows=(RoundRow(label=Label("Error rate", "错误率检查"), state=State.CRITICAL, summary="4.1"),),
        ),
        StepProgress(),
        StepProgress(),
        StepProgress(),
    ),
    items=(
        Ticked(label=DUPLICATED.items[0], by="chen", at=ago(minutes=1)),
        Ticked(label=DUPLICATED.items[1]),
    ),
    clock=Clock(began_at=ago(minutes=4), due_at=ago(minutes=-11)),
)
DECIDED = Decision(option=DECIDE.options[1], by="lin", at=ago(minutes=1), reason="no repair <in> sight")
ROLLING = replace(
    INCIDENT,
    decisions=(DECIDED,),
    clock=replace(INCIDENT.clock, stopped_at=ago(minutes=1), stopped=say("it is rolled back")),
    rolling=Rolling(began_at=ago(minutes=1), due_at=ago(minutes=-14)),
).with_step(3, StepProgress(state=StepState.RUNNING, by="lin", began_at=ago(minutes=1)))
UNVERIFIED = replace(
    ROLLING,
    rolling=Rolling(began_at=ago(minutes=9), due_at=ago(minutes=-6), ended_at=ago(minutes=8), succeeded=True),
    verified=False,
).with_step(
    4,
    StepProgress(
        state=StepState.FAILED,
        at=NOW,
        said=say(
            "NOT VERIFIED within {span}, {said}",
            span=Span(300),
            said=say("{bad} of {all} checks not in order", bad=1, all=1),
        ),
    ),
)
OVERDUE = replace(
    INCIDENT,
    lead=None,
    clock=replace(
        INCIDENT.clock,
        due_at=ago(minutes=1),
        demands=1,
        demanded_at=ago(minutes=1),
        why=say("it is not resolved within {span}", span=Span(900)),
    ),
)
CLOSED = replace(
    ROLLING,
    verified=True,
    rolling=Rolling(
        began_at=ago(minutes=3), due_at=ago(minutes=-12), ended_at=ago(minutes=2), succeeded=True
    ),
    closed_at=NOW,
    outcome=say("rolled back and verified"),
    steps=tuple(replace(each, state=StepState.DONE, at=NOW) for each in INCIDENT.steps),
)
SCENES: dict[str, Message] = {
    "playbook": PlaybookCard(incident=INCIDENT, alert=FIRING, value=Quantity(1.4, "%")),
    "playbook-overdue": PlaybookCard(incident=OVERDUE, alert=FIRING, value=Quantity(1.4, "%")),
    "playbook-rolling-back": PlaybookCard(incident=ROLLING, alert=ACKNOWLEDGED, value=Quantity(1.4, "%")),
    "playbook-not-verified": PlaybookCard(incident=UNVERIFIED),
    "playbook-closed": PlaybookCard(incident=CLOSED, alert=RESOLVED, value=Quantity(0, "%")),
    "playbooks": PlaybookList(
        open=(INCIDENT,), playbooks=(("orders", "duplicated-orders", DUPLICATED.label),)
    ),
    "post-mortem": PostMortemCard(
        post_mortem=PostMortem(
            incident=CLOSED,
            alert=RESOLVED,
            at=NOW,
            moments=(
                Moment(at=ago(minutes=4), event="alert.firing", reason=BREACH),
                Moment(
                    at=ago(minutes=2),
                    event="note",
                    reason=say("{person} notes", person=Name("chen")),
                    by="chen",
                    note="``` <@U1> *customers* complain",
                ),
            ),
            runs=(
                ActionRun(
                    id="x1",
                    key="x",
                    service="orders",
                    channel="oncall",
                    action="rollback",
                    label=Label("Roll back", "回滚"),
                    facts=Facts(service="orders"),
                    by="lin",
                    state=RunState.SUCCEEDED,
                    asked_at=ago(minutes=3),
                    reason=say("{said}", said="v0.9 serves again"),
                    output="draining\n```\nv0.9 serves again",
                ),
            ),
            impact=(
                Impact(
                    label=Label("Order duplication rate", "订单重复率"),
                    unit="%",
                    before=0,
                    worst=1.4,
                    after=None,
                ),
            ),
        )
    ),
    "playbooks-none": PlaybookList(open=(), playbooks=()),
    "actions": ActionList(
        actions=(
            Offer(
                service="orders",
                action="stop-orders",
                label=Label("Stop taking new orders", "停止新订单接受"),
                who=("schedule:primary", "team:operations"),
            ),
            Offer(service="orders", action="restart-push-worker", label=Label("Restart the push worker")),
        )
    ),
    "actions-none": ActionList(actions=()),
    "alert-firing": AlertCard(
        alert=FIRING,
        value=Quantity(13.4, "s"),
        levels=3,
        next=NEXT,
        links=LINKS,
        tried=(Tried("lin", "slack", True), Tried("chen", "slack", True)),
    ),
    "alert-paged-by-several-ways": AlertCard(
        alert=FIRING,
        value=Quantity(13.4, "s"),
        levels=3,
        next=NEXT,
        tried=(
            Tried("lin", "slack", True),
            Tried("lin", "phone", None),
            Tried("chen", "phone", False),
            Tried("chen", "email", True),
        ),
    ),
    "alert-exhausted": AlertCard(
        alert=replace(FIRING, level=3, exhausted=True, next_at=None), value=None, levels=3, next=None
    ),
    "alert-acknowledged": AlertCard(alert=ACKNOWLEDGED, value=Quantity(13.4, "s"), levels=3, next=None),
    "alert-snoozed": AlertCard(
        alert=replace(ACKNOWLEDGED, snoozed_until=ago(minutes=-40)), value=None, levels=3, next=None
    ),
    "alert-everyone": AlertCard(alert=EVERYONE, value=Quantity(13.4, "s"), levels=3, next=NEXT),
    "alert-recovering": AlertCard(
        alert=replace(FIRING, level=0, paged=(), paged_at=None, recovery=TRIED),
        value=Quantity(13.4, "s"),
        levels=3,
        next=replace(NEXT, rung=Rung(0, 1), people=("lin",)),
    ),
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
    "alert-flapping": AlertCard(alert=FLAPPING, value=None, levels=3, next=None),
    "group": GroupCard(
        id=FIRING.id,
        service="orders",
        since=ago(minutes=15),
        alerts=(FIRING, WARNING, ACKNOWLEDGED, RESOLVED),
        counts=(
            (AlertState.FIRING, Severity.CRITICAL, 41),
            (AlertState.FIRING, Severity.WARNING, 300),
            (AlertState.ACKNOWLEDGED, Severity.CRITICAL, 1),
            (AlertState.RESOLVED, Severity.WARNING, 12),
        ),
        next=NEXT,
    ),
    "group-resolved": GroupCard(
        id=FIRING.id,
        service="orders",
        since=ago(minutes=15),
        alerts=(RESOLVED, replace(RESOLVED, id="0000000001")),
        counts=((AlertState.RESOLVED, Severity.CRITICAL, 2),),
        next=None,
    ),
    "page-storm": PageMessage(
        alert=replace(FIRING, card=FIRING.id),
        people=(LIN,),
        usergroups=(),
        level=1,
        levels=3,
        reason=say("first notification"),
        broadcast=False,
        others=9999,
    ),
    "alert-trend": AlertCard(
        alert=FIRING,
        value=Quantity(12.1, "s"),
        levels=3,
        next=NEXT,
        links=LINKS,
        trend=Trend(
            values=(0.2, 0.21, 0.2, 0.22, 0.3, 2.4, 8.9, 12.1, 12.0, 11.7),
            low=Quantity(0.2, "s"),
            high=Quantity(12.1, "s"),
            since=ago(minutes=45),
        ),
        novelty=Novelty(
            version="resilience-v1.0",
            after=timedelta(minutes=12),
            before=0,
            measured=timedelta(days=7),
        ),
    ),
    "alert-quiet": AlertCard(alert=QUIET, value=None, levels=3, next=NEXT),
    "silences": SilenceList(
        silences=((SILENCE, 3),),
        windows=(
            ("upgrade", "service=orders", ago(minutes=-40), None),
            ("nightly", "alertname=disk", None, ago(hours=-9)),
        ),
    ),
    "silences-none": SilenceList(silences=()),
    "silence-sure": SureOfSilence(
        why=say("`{matchers}` fits every alert there can be", matchers="service=~.*"),
        wish=Wish(matchers=parse_matchers("service=~.*"), length=timedelta(hours=2), reason="storm"),
    ),
    "alert-tier-2": AlertCard(
        alert=replace(WARNING, severity=Severity.CRITICAL), value=None, levels=3, next=None
    ),
    "alert-warning": AlertCard(alert=WARNING, value=Quantity(91, "%"), levels=3, next=None),
    "alert-no-data": AlertCard(alert=UNHEARD, value=None, levels=3, next=None),
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
    "watch-ended": WatchCard(watch=ENDED, panel=HEALTHY, next_round=None, progress=PROGRESS),
    "watch-rolled-back": WatchCard(
        watch=replace(ENDED, rolled_back=True), panel=TROUBLED, next_round=None, progress=PROGRESS
    ),
    "watch-progress": WatchCard(watch=DENSER, panel=HEALTHY, next_round=NEXT_ROUND, progress=PROGRESS),
    "watch-paused": WatchCard(watch=PAUSED, panel=HEALTHY, next_round=NEXT_ROUND, progress=PROGRESS),
    "watch-paused-troubled": WatchCard(
        watch=replace(PAUSED, paused_until=None), panel=TROUBLED, next_round=None, progress=PROGRESS
    ),
    "watches": WatchList(
        watches=((WATCH, PROGRESS), (PAUSED, PROGRESS), (DENSER, PROGRESS)), services=("orders",)
    ),
    "watches-none": WatchList(watches=(), services=("orders", "billing")),
    "gate-failed": FAILED_GATE,
    "gate-asks": ASKING_GATE,
    "gate-why": WhyCard(entry=ASKING_GATE.entry, findings=CRITERIA[:2]),
    "gate-why-not": WhyCard(entry=ASKING_GATE.entry, findings=()),
    "gate-decided": replace(FAILED_GATE, decided=say("{person} goes on as planned", person=Name("lin"))),
    "gate-inconclusive": replace(
        FAILED_GATE,
        verdict=Verdict(outcome=Outcome.INCONCLUSIVE, findings=(FINDINGS[2], FINDINGS[0])),
        asks=("pass", "fail"),
    ),
    "milestone-passed": replace(
        FAILED_GATE,
        entry=replace(GATE, kind=EntryKind.MILESTONE, after=timedelta(hours=4), criteria=""),
        verdict=Verdict(outcome=Outcome.PASSED, findings=FINDINGS[:1]),
        asks=(),
    ),
    "round-between": replace(
        ROUND,
        rows=(*GOOD, replace(ALERTED, state=State.OK, alerts=())),
        manuals=MANUALS[1:2],
        between=(
            say("{metric} {value} {limit}", metric=SUBJECT.label, value=Quantity(12.1, "s"), limit=OVER),
        ),
    ),
    "round-failed": ROUND,
    "round-passed": replace(ROUND, rows=GOOD, manuals=(), asked_by=None, next_round=None),
    "round-empty": replace(ROUND, rows=(), checklists=()),
    "alerts": AlertList(alerts=(FIRING, ACKNOWLEDGED, WARNING, BLIND)),
    "alerts-choose": AlertList(alerts=(FIRING, WARNING), choose="ack"),
    "alerts-none": AlertList(alerts=()),
    "errors": ErrorList(errors=(NEW_ERROR, OLD_ERROR, KNOWN_ERROR, LOGGED_ERROR), known=2, watches=(WATCH,)),
    "errors-none": ErrorList(errors=(), known=2),
    "oncall": OnCallList(
        shifts=(
            SHIFT,
            replace(
                SHIFT,
                schedule="night",
                on_call=(),
                until=None,
                next=(),
                why=say(
                    "{schedule} covers only {days} {hours}",
                    schedule="night",
                    days=Several((say("Mon"), say("Tue"))),
                    hours="22:00-06:00",
                ),
            ),
        ),
        would_page=(
            WouldPage(
                policy="default",
                level=1,
                people=(("lin", ("slack", "phone")), ("zhao", ())),
                others=("#war-room",),
                why=SHIFT.why,
            ),
            WouldPage(policy="default", level=2, people=(), why=say("{item}", item="team:product")),
            WouldPage(policy="nights", level=1, people=(("zhao", ("slack",)),)),
            WouldPage(policy="weekends", level=1, people=(("zhao", ("slack",)),)),  # told with the nights
        ),
        overrides=(
            Kept(
                id="a1b2c3",
                schedule="primary",
                override=Override(since=NOW, until=ago(hours=-4), member="zhao", instead_of="lin"),
                by="chen",
                at=NOW,
            ),
        ),
    ),
    "handoff": HandoffCard(
        shift=SHIFT,
        before=("chen",),
        since=ago(days=7),
        fired=(RESOLVED,),
        open=(FIRING, WARNING),
        silenced=(say("until {at}", at="16:00"),),
        undone=(say("round of {at} was missed", at="13:00"),),
        ahead=ENTRIES[-2:],
    ),
    "handoff-quiet": HandoffCard(shift=replace(SHIFT, on_call=()), before=("chen",), since=None),
    "coverage": CoverageCard(
        coverage=Coverage(
            since=NOW,
            until=ago(days=-7),
            gaps=(
                Gap(since=ago(hours=-70), until=ago(hours=-76), policy="default"),
                Gap(since=ago(hours=-90), until=ago(hours=-96), policy="default", level=2),
            ),
            faults=(say("{person} has no Slack ID", person=Name("zhao")),),
        ),
        facts=(say("user group {group}: {why}", group="S0123", why="Slack refused it"),),
    ),
    "coverage-complete": CoverageCard(coverage=Coverage(since=NOW, until=ago(days=-7))),
    "oncall-none": OnCallList(shifts=()),
    "plan": PlanList(watch=WATCH, entries=ENTRIES, whole=False, now=NOW),
    "plan-day-1": PlanList(
        watch=WATCH,
        entries=tuple(each for each in carried_out(NOW) if each.at < WATCH.deployed_at + timedelta(days=1)),
        whole=False,
        now=NOW,
    ),
    "plan-all": PlanList(watch=WATCH, entries=carried_out(DAY_4), whole=True, now=DAY_4),
    "plan-quiet-day": PlanList(watch=WATCH, entries=(), whole=True, now=NOW),
    "plan-none": PlanList(watch=None, entries=(), whole=True, now=NOW),
    "help": HelpCard(),
    "help-unknown": HelpCard(unknown="stauts", nearest="status", instead="status"),
    "help-about": HelpCard(about="watch", allowed="team:development, person:lin"),
    "choice": Choice(
        text=say(
            "No checklist is called `{word}`; did you mean `{near}`?", word="huorly <!here>", near="hourly"
        ),
        commands=("run hourly", "run <!channel>"),
    ),
    "listing": Listing(
        text=say("{who} let config.yaml be read again: it says what it said before", who=Name("lin")),
        lines=(
            say("`{path}` {what}", path="metrics.cpu.no_data", what=say("is new")),
            say("{line}", line="<!channel> & <@U0LIN>"),
        ),
    ),
    **{f"report-{name}": ReportCard(filed=filed) for name, filed in REPORTS.items()},
    "report-on-request": ReportCard(filed=REPORTS["baseline"], signs=False),
}

WATCHED = say("Watch of {service} {version}", service="orders", version="resilience-v1.0")
FORMS = {
    "form-rollback": Form(
        verb="rollback",
        subject="orders",
        title=say("Roll back {service} {version}", service="orders", version="resilience-v1.0"),
    ),
    "form-accept": Form(
        verb="playbook-accept", subject="i1:accept:0", title=say("{item}", item=DUPLICATED.label)
    ),
    "form-more-time": Form(
        verb="playbook-extend", subject="i1:0", title=say("{item}", item=DUPLICATED.label)
    ),
    "form-alert": Form(
        verb="alert",
        subject="",
        title=say("Raise an alert"),
        services=("orders", "billing"),
        given=(("text", "the payment page is blank <!channel>"),),
    ),
    "form-escalate": Form(
        verb="escalate",
        subject=f"{FIRING.id}:1",
        title=say(
            "Level {level} is paged at once for {alert}: {people}",
            level=3,
            alert=SUBJECT.fingerprint,
            people=say("{person}", person=Name("zhao")),
        ),
    ),
    "form-close": Form(verb="playbook-close", subject="i1:0", title=say("{item}", item=DUPLICATED.label)),
    "form-action": Form(
        verb="action",
        subject="orders/stop-orders",
        title=say(
            "{action} – {service} {version}",
            action=Label("Stop taking new orders", "停止新订单接受"),
            service="orders",
            version="resilience-v1.0",
        ),
    ),
    "form-start": Form(
        verb="watch-start", subject="", title=say("Start a watch"), services=("orders", "billing")
    ),
    "form-start-only-service": Form(
        verb="watch-start", subject="", title=say("Start a watch"), services=("orders",)
    ),
    "form-pause": Form(verb="watch-pause", subject="w1", title=WATCHED),
    "form-extend": Form(verb="watch-extend", subject="w1", title=WATCHED),
    "form-stop": Form(verb="watch-stop", subject="w1", title=WATCHED),
    "form-densify": Form(verb="watch-densify", subject="w1", title=WATCHED),
    "form-silence": Form(
        verb="silence",
        subject="3f9a0c21be",
        title=say("Silence alerts"),
        given=(("matchers", "service=orders alertname=latency_p99"),),
    ),
    "form-tick": Form(
        verb="tick",
        subject="8f3a91c2/2",
        title=say("{item}", item=Label("User feedback collected", "用户反馈收集")),
    ),
    "form-override": Form(
        verb="override", subject="", title=say("Who is on call"), services=("primary", "night")
    ),
    "form-remark": Form(
        verb="remark", subject="e77", title=say("{service}, {at}", service="orders", at=Instant(NOW))
    ),
    "form-correct": Form(verb="correct", subject="p12345678", title=say("Correct the report")),
    "form-step-done": Form(
        verb="playbook-tick-note", subject="i1:2", title=say("{item}", item=DUPLICATED.label)
    ),
    "form-note": Form(verb="playbook-note", subject="i1:0", title=say("{item}", item=DUPLICATED.label)),
}
QUIET_HOME = HomeView(
    at=NOW,
    panels=(HEALTHY,),
    watches=((WATCH, PROGRESS),),
    next_entries=(NEXT_ROUND, *ENTRIES[-2:]),
    manuals=(),
    alerts=(),
    mine=(),
    shifts=(),
)
HOMES = {
    "home-quiet": QUIET_HOME,
    "home-empty": replace(QUIET_HOME, panels=(), watches=(), next_entries=()),
    "home-busy": replace(
        QUIET_HOME,
        panels=(TROUBLED, replace(HEALTHY, service="billing")),
        watches=((DENSER, PROGRESS), (PAUSED, PROGRESS)),
        manuals=(("8f3a91c2", 0, MANUALS[0]), ("77777777", 2, MANUALS[2])),
        alerts=(FIRING, ACKNOWLEDGED, WARNING),
        mine=(replace(ACKNOWLEDGED, acknowledged_by="lin"),),
        shifts=(SHIFT,),
        gates=((WATCH, replace(GATE, state=EntryState.RUNNING, remark=say("nobody has answered yet"))),),
    ),
}
