"""`vigil audit escalations`: proved, or what was late and what is missing, with its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from click.testing import Result
from keeping import Kept

Vigil = Callable[..., Result]


def test_a_chain_that_kept_its_time_is_proved(vigil: Vigil, folder: Path) -> None:
    kept = Kept(folder)
    kept.measures('{"duplicates": 0.4, "delay": 0.25}')
    result = vigil("audit", "escalations")
    assert (result.exit_code, result.stdout) == (0, "1 alerts: every due escalation has run\n")
    assert json.loads(vigil("audit", "escalations", "--json").stdout) == []


def test_a_level_that_came_late_is_told_with_when_it_was_due(vigil: Vigil, folder: Path) -> None:
    kept = Kept(folder, ago=timedelta(hours=1))
    kept.measures('{"duplicates": 0.4, "delay": 0.25}')
    kept.wakes(kept.now + timedelta(minutes=40))
    result = vigil("audit", "escalations")
    assert result.exit_code == 1
    assert "orders/duplicates: a step was due at" in result.stdout
    assert "30m late" in result.stdout
    (found,) = json.loads(vigil("audit", "escalations", "--json").stdout)
    assert (found["alert"], found["after"], found["lost"]) == ("orders/duplicates", "alert.escalated", False)
    assert json.loads(vigil("audit", "escalations", "--since", "1s", "--json").stdout) != []


def test_what_has_not_run_at_all_is_missing(vigil: Vigil, folder: Path) -> None:
    kept = Kept(folder, ago=timedelta(hours=1))
    kept.measures('{"duplicates": 0.4, "delay": 0.25}')
    (found,) = json.loads(vigil("audit", "escalations", "--json").stdout)
    assert found["came_at"] is None
    assert "has not run" in vigil("audit", "escalations").stdout
