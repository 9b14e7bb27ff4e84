"""Actions and playbooks as config.yaml has them: what is wrong is said, what is shipped is the plan's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.domain.incident.playbook import Course, Meaning, StepKind

ROOT = Path(__file__).parents[2]
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def orders():
    return load(ROOT / "config.yaml", {}).services["orders"]


def test_the_three_scenarios_of_the_plan_are_shipped_whole(orders):
    duplicated, latency, pushes, gate = orders.playbooks.values()
    assert [each.priority for each in orders.playbooks.values()] == ["critical", "high", "high", "high"]
    assert [each.zh for each in duplicated.items] == [
        "是否有P1修复失效迹象",
        "订单去重逻辑是否生效",
        "数据库状态是否正常",
        "是否有并发竞态条件",
    ]
    assert [len(each.items) for each in (latency, pushes)] == [4, 5]
    assert duplicated.steps[0].action == "stop-orders"
    assert (duplicated.rollback.after, duplicated.rollback.limit) == (15 * MINUTE, 15 * MINUTE)
    assert [each.course for each in latency.rollback.trends] == [Course.WORSENING]
    assert [each.course for each in pushes.rollback.trends] == [Course.STUCK]
    for playbook in orders.playbooks.values():
        assert playbook.steps[-1].kind is StepKind.VERIFY
        number = next(n for n, step in enumerate(playbook.steps) if step.kind is StepKind.DECISION)
        means = {option.means for option in playbook.steps[number].options}
        assert {Meaning.REPAIR, Meaning.ROLL_BACK, Meaning.ACCEPT} <= means
    assert {each.on_fail.playbook for each in orders.plan.gates} == {gate.key}


def test_metrics_open_their_playbooks(orders):
    named = {key: metric.playbook for key, metric in orders.metrics.items() if metric.playbook}
    assert named == {
        "order_duplication_rate": "duplicated-orders",
        "latency_p99": "high-latency",
        "push_failure_rate": "failing-pushes",
    }


def test_every_action_of_the_sample_is_there_and_can_be_run(orders):
    assert {"stop-orders", "reduce-traffic", "restart-push-worker", "rollback"} <= set(orders.actions)
    for action in orders.actions.values():
        assert (ROOT / action.run[0]).stat().st_mode & 0o111, action.key


GOOD = """service: orders
actions:
  go: {run: [./go.sh]}
metrics:
  rate: {critical: "> 1"}
  plain: {}
checks:
  figures: {kind: command, run: ["true"], output: exit}
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("playbooks: {p: {steps: [{action: gone}]}}", "there is no action `gone`; did you mean `go`?"),
        ("playbooks: {p: {steps: [{action: go, ask: x}]}}", "must have one of `action`, `checks`"),
        ("playbooks: {p: {steps: []}}", "playbooks.p.steps"),
        ("playbooks: {p: {steps: [{decide: a}, {decide: b}]}}", "more than one `decide`"),
        ("playbooks: {p: {steps: [{ask: a, options: [{means: repair}]}]}}", "`options` belong to `decide`"),
        ("playbooks: {p: {steps: [{decide: a, options: [{means: act}]}]}}", "`means: act` needs an `action`"),
        (
            "playbooks: {p: {steps: [{decide: a, options: [{means: roll-back}]}]}}",
            "say under `rollback` which action that is",
        ),
        ("playbooks: {p: {steps: [{ask: a}], rollback: {after: 1m}}}", "there is no action `rollback`"),
        (
            "playbooks: {p: {steps: [{ask: a}], rollback: {action: go, stuck: {metric: plain, for: 5m}}}}",
            "`plain` has neither `critical` nor `warning`",
        ),
        (
            "playbooks: {p: {steps: [{wait: {metric: rat, until: '< 1'}}]}}",
            "there is no metric `rat`; did you mean `rate`?",
        ),
        ("playbooks: {p: {steps: [{verify: [figurs]}]}}", "did you mean `figures`?"),
    ],
)
def test_what_is_wrong_with_a_playbook_is_said(tmp_path, more, said):
    file = tmp_path / "config.yaml"
    file.write_text(f"{GOOD}{more}\n")
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("{}", "must have either `run` or `webhook`"),
        ("{run: [a], webhook: 'http://x'}", "must have either `run` or `webhook`"),
        ("{webhook: 'ftp://x'}", "must be a URL"),
        ("{webhook: 'http://x', env: {A: b}}", "`env` belongs to `run`"),
        ("{run: [a], who: [team:opsy]}", "there is no team `opsy`"),
        ("{run: [a], retries: 99}", "actions.x.retries"),
        ("{run: rm -rf /}", "actions.x.run"),
    ],
)
def test_what_is_wrong_with_an_action_is_said(tmp_path, action, said):
    file = tmp_path / "config.yaml"
    file.write_text(f"service: orders\nactions:\n  x: {action}\n")
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert said in str(caught.value)


def test_what_came_from_the_environment_is_kept_secret(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(
        "service: orders\nactions:\n  x: {run: [./x.sh, '${HANDLE}'], env: {DEPLOY_TOKEN: written}}\n"
    )
    action = load(file, {"HANDLE": "from-outside"}).services["orders"].actions["x"]
    assert set(action.secrets) == {"from-outside", "written"}
