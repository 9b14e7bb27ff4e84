"""The config.yaml at the top holds the team's plan, number by number."""

from __future__ import annotations

import os
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.config import load
from bot.domain.localtime import MIDNIGHT_AFTER
from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.oncall.rotation import Unit
from bot.domain.text import Label

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def setup():
    return load(ROOT / "config.yaml", {})


@pytest.fixture(scope="module")
def orders(setup):
    return setup.services["orders"]


def test_it_loads_without_any_environment(setup):
    assert (list(setup.services), setup.zone, setup.language) == (["orders"], "Asia/Shanghai", "en")
    assert setup.services["orders"].channel == "oncall"
    assert {person.slack for person in setup.people.values()} == {"U0LIN", "U0CHEN", "U0WANG", "U0ZHAO"}
    assert {person.phone for person in setup.people.values()} == {None}


def test_people_take_their_slack_ids_from_the_environment():
    setup = load(ROOT / "config.yaml", {"LIN_SLACK": "U77", "LIN_PHONE": "+86 1"})
    assert (setup.people["lin"].slack, setup.people["lin"].phone) == ("U77", "+86 1")


METRICS = [
    # key, tier, unit, target, warning, critical, for (s), Chinese label
    ("order_duplication_rate", 1, "%", "= 0", None, "> 0.1", 0, "订单重复率"),
    ("push_failure_rate", 1, "%", "< 0.5", None, "> 2", 0, "推送失败率"),
    ("order_success_rate", 2, "%", "> 99", None, None, 120, "订单成功率"),
    ("error_rate", 1, "%", "< 0.1", None, "> 1", 0, "错误率"),
    ("availability", 1, "%", ">= 99.9", None, "< 99", 0, "系统可用性"),
    ("retry_success_rate", 2, "%", "> 95", None, None, 0, "重试成功率"),
    ("latency_p50", 3, "ms", "< 500", None, None, 0, "P50延迟"),
    ("latency_p95", 3, "ms", None, None, None, 0, "P95延迟"),
    ("latency_p99", 1, "s", "< 1", "> 5", "> 10", 30, "P99延迟"),
    ("latency_p999", 3, "s", "< 10", None, None, 0, "P999延迟"),
    ("latency_mean", 2, "ms", "< 500", None, None, 0, "平均延迟"),
    ("throughput", 3, "/s", "> 100", None, None, 120, "吞吐量"),
    ("cpu", 2, "%", "< 70", "> 80", None, 300, "CPU使用率"),
    ("memory", 2, "%", "< 70", "> 75", None, 0, "内存使用率"),
    ("disk", 2, "%", "< 80", None, None, 0, "磁盘使用率"),
    ("network_latency", 2, "s", "< 0.05", None, None, 60, "网络延迟"),
    ("log_size", 3, "MB", None, None, None, 0, "日志大小"),
    ("external_api", 2, "%", "= 100", None, None, 0, "外部API"),
    ("llm_api", 2, "%", "= 100", None, None, 0, "LLM API"),
    ("name_resolution", 2, "%", "= 100", None, None, 0, "DNS解析"),
]


def test_metrics_have_the_plans_numbers_in_the_order_of_its_panel(orders):
    def text(condition):
        return None if condition is None else str(condition)

    assert [
        (
            metric.key,
            metric.tier,
            metric.unit,
            text(metric.target),
            text(metric.warning),
            text(metric.critical),
            metric.for_.total_seconds(),
            metric.label.zh,
        )
        for metric in orders.metrics.values()
    ] == METRICS
    groups = list(dict.fromkeys(metric.group for metric in orders.metrics.values()))
    assert groups == ["orders", "performance", "system"]
    assert all(metric.label.zh and metric.label.en for metric in orders.metrics.values())


def test_phases_are_the_plans_windows(orders):
    def shape(phase):
        return (
            phase.first_day,
            phase.last_day,
            phase.since,
            phase.until,
            phase.every,
            phase.at,
            phase.checklists,
        )

    four = (time(9), time(13), time(17), time(21))
    assert [shape(phase) for phase in orders.plan.phases] == [
        (1, 1, time(0), time(4), HOUR / 2, (), ("intensive",)),
        (1, 1, time(4), time(12), HOUR, (), ("hourly",)),
        (1, 1, time(12), time(20), HOUR / 2, (), ("intensive",)),
        (1, 1, time(20), MIDNIGHT_AFTER, HOUR, (), ("hourly",)),
        (2, 2, None, None, 2 * HOUR, (), ("hourly",)),
        (3, 7, None, None, None, four, ("daily",)),
        (3, 7, None, None, None, (time(9),), ("morning",)),
        (3, 7, None, None, None, (time(13),), ("noon",)),
        (3, 7, None, None, None, (time(17),), ("afternoon",)),
        (3, 7, None, None, None, (time(21),), ("evening",)),
    ]


def test_milestones_gates_checkpoints_reports_and_routine_are_the_plans(orders):
    plan = orders.plan
    assert plan.milestones == (HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 168 * HOUR)
    assert [(gate.after, gate.criteria) for gate in plan.gates] == [
        (24 * HOUR, "first-day"),
        (168 * HOUR, "acceptance"),
    ]
    assert [(point.first_day, point.at, point.label.zh) for point in plan.checkpoints] == [
        (1, time(0), "初始部署验证"),
        (1, time(1), "30分钟后首次检查"),
        (1, time(2), "关键指标确认"),
        (1, time(4), "4小时稳定性确认"),
        (1, time(8), "8小时监控总结"),
        (1, time(12), "12小时中点检查"),
        (1, time(16), "16小时状态更新"),
        (1, time(20), "20小时晚间检查"),
        (1, time(23, 59), "24小时最终评估"),
        (2, time(9), "24小时总结"),
        (2, time(13), "中午检查"),
        (2, time(17), "下午检查"),
        (2, time(21), "晚间检查"),
    ]
    # Day 2 has rounds every two hours; what only people know of the daily lists is asked at their times.
    assert [point.checklists for point in plan.checkpoints if point.checklists] == [
        ("morning",),
        ("noon",),
        ("afternoon",),
        ("evening",),
    ]
    assert [(due.report, due.first_day, due.last_day) for due in plan.reports] == [
        ("daily", 2, 4),
        ("weekly", 5, 7),
        ("final", 8, 8),
    ]
    assert plan.routine is not None
    assert (plan.routine.every, plan.routine.at) == (timedelta(weeks=1), time(9))


def test_checklists_say_what_to_do_in_both_languages(orders):
    intensive = orders.checklists["intensive"].items
    assert [(item.check, item.on_failure.zh) for item in intensive] == [
        ("duplication", "立即告警 + 回滚"),
        ("push-failures", "检查API状态 + 升级告警"),
        ("latency", "检查系统负载 + 分析日志"),
        ("host", "检查是否有异常进程"),
    ]
    assert [(item.check or "alerts", item.on_failure.zh) for item in orders.checklists["hourly"].items] == [
        ("errors", "记录任何新的错误类型"),
        ("error-log", "记录任何新的错误类型"),
        ("retries", "分析失败原因"),
        ("performance", "记录性能趋势"),
        ("alerts", "优先处理P0告警"),
        ("latency", "检查系统负载 + 分析日志"),
        ("host", "检查是否有异常进程"),
    ]
    texts = [
        text
        for checklist in orders.checklists.values()
        for item in checklist.items
        for text in (item.ask, item.on_failure)
        if text
    ]
    assert len(texts) >= 15
    assert all(isinstance(text, Label) and text.en and text.zh for text in texts)
    assert [item.ask.zh for item in orders.checklists["evening"].items] == [
        "日结数据确认",
        "夜间流量预测",
        "告警规则验证",
        "值班人员确认",
    ]


def test_the_chain_is_primary_then_the_teams_then_management(setup):
    levels = setup.policies["default"].levels
    assert [level.wait for level in levels] == [HOUR / 6, HOUR / 6, HOUR / 4]
    assert [level.notify for level in levels] == [
        (Target(TargetKind.SCHEDULE, "primary"),),
        (Target(TargetKind.TEAM, "development"), Target(TargetKind.TEAM, "operations")),
        (Target(TargetKind.TEAM, "management"),),
    ]
    (rotation,) = setup.schedules["primary"].layers
    assert (rotation.every, rotation.unit, rotation.members) == (1, Unit.WEEKS, (("lin",), ("chen",)))
    assert (rotation.handoff_weekday, rotation.handoff_time) == (0, time(9))
    assert rotation.start == date(2026, 1, 12)


WAYS = [
    # metric, how its first level is reached at once, the action that may spare that, its scenario
    ("order_duplication_rate", ("slack", "phone", "sms", "email"), None, "duplicated-orders"),
    ("push_failure_rate", ("slack", "phone"), "restart-push-worker", "failing-pushes"),
    ("latency_p99", ("slack", "phone"), None, "high-latency"),
    ("error_rate", ("slack", "phone"), None, None),
    ("availability", ("slack", "phone"), None, None),
]


@pytest.mark.parametrize(("metric", "by", "action", "playbook"), WAYS)
def test_whoever_is_on_call_is_reached_as_the_plan_says(setup, orders, metric, by, action, playbook):
    policy = setup.policies[orders.metrics[metric].escalation]
    assert policy.levels[0].by == by
    assert set(by) <= {"slack", *setup.channels}
    assert policy.levels[1:] == setup.policies["default"].levels[1:]
    assert (policy.recover.action if policy.recover else None) == action
    assert policy.recover is None or policy.recover.within == HOUR / 12
    assert orders.metrics[metric].playbook == playbook


def test_playbooks_have_the_plans_priorities_and_deadlines(orders):
    def shape(playbook):
        rollback = playbook.rollback
        trends = [(str(each.course), each.metric, each.for_) for each in rollback.trends]
        return str(playbook.priority), rollback.after, trends, rollback.limit, len(playbook.items)

    quarter = HOUR / 4
    assert {key: shape(playbook) for key, playbook in orders.playbooks.items()} == {
        "duplicated-orders": ("critical", quarter, [], quarter, 4),
        "high-latency": ("high", None, [("worsening", "latency_p99", HOUR / 6)], quarter, 4),
        "failing-pushes": ("high", None, [("stuck", "push_failure_rate", HOUR / 3)], quarter, 5),
        "failed-gate": ("high", None, [], quarter, 0),
    }


def test_every_tier_1_metric_is_sampled_every_10_seconds(orders):
    check = orders.checks["tier-1"]
    assert (check.kind, check.every) == ("sql", timedelta(seconds=10))


def test_every_script_it_names_is_there_and_may_be_run(setup, orders):
    commands = [check.options for check in orders.checks.values() if check.kind == "command"]
    scripts = [Path(setup.folder) / options.run[0] for options in commands]
    assert len(scripts) == 9
    assert [script.name for script in scripts if not os.access(script, os.X_OK)] == []


CRITERIA = {
    "first-day": [
        # rule, what it is about, limit, the plan's line
        ("always", ("order_duplication_rate",), "= 0", "订单重复率 = 0% (全程保持)"),
        ("average", ("push_failure_rate",), "< 0.5", "推送失败率 < 0.5% (平均)"),
        ("percentile", ("latency_p99",), "< 5", "P99延迟 < 5s (稳定)"),
        ("average", ("retry_success_rate",), "> 95", "重试成功率 > 95%"),
        ("none_of", ("error_rate",), None, "无严重错误日志"),
        ("asked", (), None, "用户无反馈问题"),
        ("checks_passed", ("host",), ">= 95", "系统资源正常"),
        ("data_complete", "all", None, "所有告警规则生效"),
    ],
    "acceptance": [
        ("no_swings", ("latency_p50", "latency_p99", "throughput", "error_rate"), None, "7天无异常波动"),
        (
            "as_before",
            ("latency_p50", "latency_p99", "order_success_rate", "order_duplication_rate", "throughput"),
            None,
            "性能指标一致",
        ),
        ("count", (), "= 0", "0个严重事件"),
        ("asked", (), None, "用户体验正常"),
        ("asked", (), None, "成本在预期范围"),
        ("average", ("availability",), ">= 99.9", "性能符合SLA"),
        ("data_complete", "all", None, "监控数据完整"),
        ("asked", (), None, "团队信心充足"),
    ],
}


@pytest.mark.parametrize("key", CRITERIA)
def test_criteria_are_the_plans_line_by_line(orders, key):
    judged = tuple(
        name for name, metric in orders.metrics.items() if metric.target or metric.warning or metric.critical
    )
    assert [
        (each.rule, "all" if each.subjects == judged else each.subjects, each.limit and str(each.limit),
         each.label.zh)
        for each in orders.plan.criteria_of(key)
    ] == CRITERIA[key]  # fmt: skip


def test_the_baseline_is_of_a_day_with_the_usual_certainty(orders):
    assert (orders.tolerance.window, orders.tolerance.confidence, orders.tolerance.change) == (
        24 * HOUR,
        0.98,
        0.25,
    )
