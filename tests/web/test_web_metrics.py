"""The bot's own figures, the rules and the dashboard that read them, and a real Prometheus."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from asking import ask
from house import until
from prometheus_client.parser import text_string_to_metric_families
from test_web_api import NOW, Bot

MONITORING = Path(__file__).resolve().parents[2] / "monitoring"
CONFIG = """
service: orders
people: {lin: {name: Lin Wei, slack: U0LIN}}
escalations: {default: {levels: [{notify: [person:lin], wait: 10m}]}}
metrics: {rate: {tier: 1, critical: "> 1"}}
checks:
  rate: {kind: command, run: [echo, "5"], output: value, metric: rate, every: 1m}
  blind: {kind: command, run: [./nothing], output: exit, every: 1m}
"""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"Debian's {name} must be installed where CI runs")
    return found or pytest.skip(f"Debian's {name} is not installed")


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path, "s3cret", CONFIG)
    built.program.settle()
    yield built
    built.close()


def figures(bot: Bot) -> dict[str, float]:
    """`name label value … → value`."""
    page = bot.asks("/metrics", Authorization="Bearer s3cret")
    assert page.status == 200
    return {
        " ".join(
            [sample.name, *(f"{key}={each}" for key, each in sorted(sample.labels.items()))]
        ): sample.value
        for family in text_string_to_metric_families(page.body)
        for sample in family.samples
    }


def test_the_figures_tell_what_was_checked_what_alerts_and_what_waits(bot: Bot) -> None:
    found = figures(bot)
    assert found["vigil_check_runs_total check=rate service=orders state=ok"] == 1
    assert found["vigil_check_runs_total check=blind service=orders state=unknown"] == 1
    assert found["vigil_check_duration_seconds_count kind=command"] == 2
    assert found["vigil_alerts service=orders severity=critical state=firing"] >= 1
    assert found["vigil_alerts_fired_total service=orders severity=critical"] >= 1
    assert found["vigil_database_up"] == 1
    # nobody answers where this bot's Slack should be
    assert found["vigil_slack_calls_total method=chat.postMessage outcome=unanswered"] >= 1
    assert found["vigil_pages_total outcome=later way=slack"] >= 1
    assert (found["vigil_slack_up"], found["vigil_ready"]) == (0, 0)
    assert (found["vigil_outbox_waiting lane=page"] > 0, found["vigil_outbox_waiting lane=file"]) == (True, 0)


def test_what_waits_grows_old(bot: Bot) -> None:
    bot.clock.move_to(NOW + timedelta(minutes=3))
    assert figures(bot)["vigil_outbox_oldest_seconds lane=page"] == 180


def test_a_database_that_is_gone_is_told_and_the_rest_is_told_still(bot: Bot) -> None:
    with bot.program._database._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alerts RENAME TO gone")
    found = figures(bot)
    assert found["vigil_database_up"] == 0
    assert found["vigil_check_runs_total check=rate service=orders state=ok"] == 1
    assert "vigil_outbox_waiting lane=page" not in found


def names(text: str) -> set[str]:
    return set(re.findall(r"\bvigil_[a-z_]+", text))


def test_rules_and_dashboard_read_figures_that_there_are(bot: Bot) -> None:
    bot.asks("/api/v1/watches", {"version": "v1"}, Authorization="Bearer s3cret")
    families = text_string_to_metric_families(bot.asks("/metrics", Authorization="Bearer s3cret").body)
    told = {sample.name for family in families for sample in family.samples}
    # those that nothing has happened of yet have a family, but no sample
    told |= {
        "vigil_config_rereads_total",
        "vigil_page_delay_seconds_bucket",
        "vigil_slack_round_trip_seconds",
    }
    dashboard = json.loads((MONITORING / "grafana.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert names((MONITORING / "vigil.rules.yml").read_text()) <= told
    assert names(" ".join(queries)) <= told
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


TRIALS = """
rule_files: [{rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: 'up{{job="vigil",instance="a"}}', values: "1 1 0 0 0 0"}}
      - {{series: 'vigil_ready{{instance="a"}}', values: "1 1 0 0 0 0"}}
      - {{series: 'vigil_outbox_oldest_seconds{{instance="a",lane="page"}}', values: "0 29 31 0 0 0"}}
      - {{series: 'vigil_outbox_oldest_seconds{{instance="a",lane="card"}}', values: "99x5"}}
      - {{series: 'vigil_check_runs_total{{service="o",check="blind",state="unknown"}}', values: "0+1x60"}}
      - {{series: 'vigil_check_runs_total{{service="o",check="blind",state="ok"}}', values: "0x60"}}
    alert_rule_test:
      - {{alertname: VigilDown, eval_time: 1m, exp_alerts: []}}
      - alertname: VigilDown
        eval_time: 4m
        exp_alerts: [{{exp_labels: {{severity: critical, job: vigil, instance: a}}}}]
      - alertname: VigilNotReady
        eval_time: 4m
        exp_alerts: [{{exp_labels: {{severity: critical, instance: a}}}}]
      - {{alertname: VigilPagesLate, eval_time: 1m, exp_alerts: []}}
      - alertname: VigilPagesLate
        eval_time: 2m
        exp_alerts: [{{exp_labels: {{severity: critical, instance: a}}}}]
      - {{alertname: VigilPagesLate, eval_time: 3m, exp_alerts: []}}
      - {{alertname: VigilChecksCannotMeasure, eval_time: 10m, exp_alerts: []}}
      - alertname: VigilChecksCannotMeasure
        eval_time: 40m
        exp_alerts: [{{exp_labels: {{severity: warning, service: o, check: blind}}}}]
"""


def test_the_rules_fire_when_they_should(tmp_path: Path) -> None:
    promtool = program("promtool")
    rules = MONITORING / "vigil.rules.yml"
    # What the annotations say is for people; what matters here is whether and for what.
    bare = re.sub(r"\n        annotations:(\n          .*)+", "", rules.read_text())
    (tmp_path / "bare.yml").write_text(bare)
    (tmp_path / "trials.yml").write_text(TRIALS.format(rules=tmp_path / "bare.yml"))
    for arguments in (
        ("check", "rules", str(rules)),
        ("test", "rules", str(tmp_path / "trials.yml")),
        ("check", "config", "--syntax-only", str(MONITORING / "prometheus.yml")),
    ):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_prometheus_reads_the_bot_and_its_rules_fire(bot: Bot, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = (MONITORING / "prometheus.yml").read_text()
    config = config.replace("127.0.0.1:8080", bot.web.url.removeprefix("http://")).replace("15s", "1s")
    (tmp_path / "prometheus.yml").write_text(f"global: {{evaluation_interval: 1s}}\n{config}")
    (tmp_path / "vigil.token").write_text("s3cret")
    rules = (MONITORING / "vigil.rules.yml").read_text().replace("for: 1m", "for: 0s")
    (tmp_path / "vigil.rules.yml").write_text(rules)
    command = [program("prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    running = subprocess.Popen(
        [*command, f"--web.listen-address=127.0.0.1:{port}"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def value(query: str) -> str:
        try:
            reply = ask(f"http://127.0.0.1:{port}/api/v1/query?query={quote(query)}").json
        except (OSError, ValueError):  # it is not up yet
            return ""
        return "".join(each["value"][1] for each in reply["data"]["result"])

    try:
        until(lambda: value('up{job="vigil"}') == "1")
        until(lambda: value('ALERTS{alertname="VigilNotReady"}') == "1")
        assert value('vigil_check_runs_total{check="rate"}') == "1"
    finally:
        running.kill()
        running.wait()
