"""The chapter on game days knows the whole vocabulary, and shows a scenario that is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config.scenario import DeedWords, ExpectWords, FaultWords, ScenarioWords

ROOT = Path(__file__).parents[2]
CHAPTER = (ROOT / "docs" / "rehearsal.md").read_text(encoding="utf-8")
SCENARIOS = ROOT / "examples" / "orders" / "scenarios"


@pytest.mark.parametrize("model", [ScenarioWords, FaultWords, DeedWords, ExpectWords])
def test_every_key_of_a_scenario_is_told(model: type) -> None:
    assert [
        key for key in model.model_fields if f"`{key}`" not in CHAPTER and f"`{key}:" not in CHAPTER
    ] == []


def test_the_scenario_it_shows_is_the_shipped_one() -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", CHAPTER, re.M | re.S)
    assert shown == (SCENARIOS / "duplicated-orders.yaml").read_text(encoding="utf-8")


def test_every_shipped_scenario_is_told() -> None:
    assert [file.name for file in SCENARIOS.glob("*.yaml") if f"`{file.name}`" not in CHAPTER] == []
