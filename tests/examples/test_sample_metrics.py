"""The fifteen metrics of the plan's tiers, measured on the running sample by `vigil check --json`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sample_program import Sample, wait_for

from bot.cli.running.sample import Sample as Beside
from bot.config import load

ROOT = Path(__file__).parents[2]

MEASURED = {
    # tier 1: order duplication, push failures, P99, errors, availability
    "order_duplication_rate": "%", "push_failure_rate": "%", "latency_p99": "s", "error_rate": "%",
    "availability": "%",
    # tier 2: retries that succeeded, mean latency, CPU, memory, disk
    "retry_success_rate": "%", "latency_mean": "ms", "cpu": "%", "memory": "%", "disk": "%",
    # tier 3: throughput, the distribution P50/P95/P99, the size of the logs
    "throughput": "/s", "latency_p50": "ms", "latency_p95": "ms", "log_size": "MB",
}  # fmt: skip


def asked(addresses: dict[str, str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bot", "check", "--json", "--config", str(ROOT / "config.yaml")]
    answer = subprocess.run(
        command, env=os.environ | addresses, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


def test_all_fifteen_metrics_of_the_plan_are_measured_on_the_running_sample(sample: Sample) -> None:
    port = int(sample.orders.rpartition(":")[2])
    addresses = Beside.addresses(port) | {"ORDERS_FOLDER": str(sample.folder)}
    sample.turn("errors", True)  # so that there is something to classify
    errors = sample.folder / "logs" / "error.log"
    wait_for("an error in the log", lambda: errors.exists() and errors.stat().st_size > 0)
    answers = {each["check"]: each for each in asked(addresses)}
    sample.turn("errors", False)
    values = {each["metric"]: each for answer in answers.values() for each in answer["measurements"]}
    assert {name: values.get(name, {}).get("unit") for name in MEASURED} == MEASURED
    assert all(isinstance(values[name]["value"], int | float) for name in MEASURED)
    # tier 3: the classes of errors, with how often each came
    types = answers["error-log"]["sightings"]
    assert types, answers["error-log"]
    assert all(each["template"] and each["severity"] in ("warning", "error", "critical") for each in types)


def test_the_users_feedback_is_asked_of_people() -> None:
    service = load(ROOT / "config.yaml", {}).services["orders"]
    questions = [item.ask.en for each in service.checklists.values() for item in each.items if item.ask]
    assert any("feedback" in question for question in questions)
