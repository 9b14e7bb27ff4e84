"""The ready-made checks can be copied, and what they ask of PostgreSQL is answered by one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import load
from bot.wiring import asking
from checks.result import State

PAGE = (Path(__file__).parents[2] / "docs" / "dependencies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(checks:\n.*?)^```$", PAGE, re.M | re.S)
NEEDED = dict.fromkeys(re.findall(r"\$\{(\w+)\}", PAGE), "set-in-this-test")


def loaded(folder: Path, example: str):
    fed = {
        metric
        for pairs in re.findall(r"metrics: \{([^}]*)\}", example)
        for metric in re.findall(r": (\w+)", pairs)
    }
    metrics = "".join(f"  {name}: {{}}\n" for name in sorted(fed))
    config = folder / "config.yaml"
    config.write_text(f"service: orders\n{f'metrics:{chr(10)}{metrics}' if metrics else ''}{example}")
    return load(config, NEEDED)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[1].rstrip(":"))
def test_every_example_can_be_copied_as_it_is(tmp_path: Path, example: str) -> None:
    assert loaded(tmp_path, example).services["orders"].checks


def test_a_postgresql_tells_its_connections(tmp_path: Path, postgresql: str) -> None:
    (example,) = [text for text in EXAMPLES if "pg_stat_activity" in text]
    asked = re.sub(r'url: "[^"]*"', f'url: "{postgresql}"', example)
    setup = loaded(tmp_path, asked)
    check = setup.services["orders"].checks["postgresql"]
    result, _ = asking(setup)(check, datetime(2026, 1, 12, tzinfo=UTC), None)
    assert result.state is State.OK, result
    assert [each.metric for each in result.measurements] == [
        "database_connections",
        "slow_queries",
        "waiting_for_locks",
    ]
    assert 0 <= result.measurements[0].value < 100
