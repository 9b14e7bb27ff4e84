"""The import rules name every room: a new one cannot be forgotten."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]

HOMES = {
    "Slack's SDK": {"bot.slack"},
    "SQLAlchemy": {"bot.store", "checks"},
    "Apprise": {"bot.channels"},
    "APScheduler": {"bot.scheduler", "bot.actions", "checks"},
}
"""By the beginning of a rule's name: the rooms that it lets pass."""


def rooms() -> set[str]:
    found = {path.stem for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    found |= {path.stem for path in (ROOT / "bot").glob("*.py") if not path.stem.startswith("__")}
    return {f"bot.{name}" for name in found} | {"checks"}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_forbidden_everywhere_but_at_home(library: str) -> None:
    [rule] = [each for each in CONTRACTS if each["name"].startswith(library)]
    assert set(rule["source_modules"]) == rooms() - HOMES[library]


def test_no_room_but_those_that_begin_it_knows_the_local_workspace() -> None:
    [rule] = [
        each for each in CONTRACTS if each["name"].startswith("The bot runs without the local workspace")
    ]
    begins = {"bot.cli", "bot.wiring", "bot.workspace"}
    assert set(rule["source_modules"]) - {"bot.wiring.program"} == rooms() - begins


def test_the_tree_is_exhaustive_and_domain_and_engine_do_no_io() -> None:
    [tree] = [each for each in CONTRACTS if each["type"] == "layers"]
    assert tree["exhaustive"]
    [pure] = [each for each in CONTRACTS if each["name"].startswith("Domain")]
    assert {"bot.domain", "bot.engine", "bot.slack.cards"} <= set(pure["source_modules"])
