"""What can be done to the sample really changes it: versions, traffic, orders, the push worker."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sample_program import ORDERS, Sample, wait_for

ACTIONS = ORDERS / "actions"


@pytest.fixture(scope="module")
def acted_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    running = Sample.begin(tmp_path_factory.mktemp("acted-on"))
    yield running
    running.end()


def act(sample: Sample, script: str, **facts: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ORDERS_FOLDER": str(sample.folder), **facts}
    return subprocess.run(
        [ACTIONS / script], env=environment, capture_output=True, text=True, timeout=20, check=False
    )


def release(sample: Sample) -> dict[str, Any]:
    return json.loads(sample.ask(f"{sample.switches}/release")[1])


def order(sample: Sample) -> int:
    body = {"item": "tea", "quantity": 1}
    return sample.ask(f"{sample.orders}/orders", body, Idempotency_Key=os.urandom(6).hex())[0]


def test_orders_are_stopped_and_taken_again(acted_on: Sample) -> None:
    assert act(acted_on, "stop_orders.sh").returncode == 0
    assert (release(acted_on)["accepting"], order(acted_on)) == (False, 429)
    assert act(acted_on, "resume_orders.sh").stdout == "new orders are taken again\n"
    assert order(acted_on) == 201


def test_a_restarted_push_worker_pushes_again(acted_on: Sample) -> None:
    acted_on.turn("stuck-push-worker", True)
    wait_for("pushes fail", lambda: acted_on.tier1().get("push_failure_rate", 0) == 100)
    assert act(acted_on, "restart_push_worker.sh").returncode == 0
    wait_for("pushes arrive", lambda: acted_on.tier1().get("push_failure_rate", 100) < 2)


def test_less_traffic_leaves_the_fault_to_a_tenth(acted_on: Sample) -> None:
    acted_on.turn("errors", True)
    wait_for("errors show", lambda: acted_on.tier1(3).get("error_rate", 0) > 2)
    assert (
        "serves 10 % of the requests, resilience-v0.9 the others" in act(acted_on, "reduce_traffic.sh").stdout
    )
    wait_for("hardly any errors", lambda: acted_on.tier1(3).get("error_rate", 9) < 1.5)
    assert act(acted_on, "restore_traffic.sh").returncode == 0


def test_the_deployment_log_says_complete_once(acted_on: Sample) -> None:
    for _ in range(2):
        assert act(acted_on, "mark_complete.sh", VIGIL_VERSION="resilience-v1.0").returncode == 0
    (line,) = (acted_on.folder / "deployments.log").read_text().splitlines()
    assert line.endswith("Z resilience-v1.0 COMPLETE")


def test_rolling_back_restores_the_previous_version_without_the_faults_and_once(acted_on: Sample) -> None:
    acted_on.turn("duplicate-orders", True)
    wait_for("duplicates show", lambda: acted_on.tier1(3).get("order_duplication_rate", 0) > 0.1)
    # another version is watched than the one that runs: nothing may happen
    assert "nothing to do" in act(acted_on, "rollback.sh", VIGIL_VERSION="v7").stdout
    done = act(acted_on, "rollback.sh", VIGIL_VERSION="resilience-v1.0")
    assert "resilience-v0.9 serves all requests again" in done.stdout
    wait_for("no duplicates", lambda: acted_on.tier1(1).get("order_duplication_rate", 9) == 0)
    # a second time changes nothing more
    assert "nothing to do" in act(acted_on, "rollback.sh", VIGIL_VERSION="resilience-v1.0").stdout
    assert (release(acted_on)["version"], order(acted_on)) == ("resilience-v0.9", 201)
    refused = act(acted_on, "rollback.sh", VIGIL_VERSION="")
    assert (refused.returncode, "there is no version before resilience-v0.9" in refused.stderr) == (1, True)


def test_without_a_sample_the_reason_is_said(tmp_path: Path) -> None:
    script = ACTIONS / "rollback.sh"
    environment = {**os.environ, "ORDERS_FOLDER": str(tmp_path)}
    done = subprocess.run([script], env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "start it with: vigil up --sample" in done.stderr) == (1, True)
