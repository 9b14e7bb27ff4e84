"""The command line as a person or a program meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from keeping import Kept

from bot.cli import main

Vigil = Callable[..., Result]

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
schedules:
  primary:
    rotation: {every: 1 week, handoff: "Mon 09:00", start: 2026-01-12, members: [lin, chen]}
  night:
    timezone: Europe/London
    rotation: {every: 1 day, handoff: "20:00", start: 2026-01-12, members: [chen]}
escalations:
  default: {levels: [{notify: [person:lin], wait: 10m}]}
metrics:
  duplicates: {tier: 1, unit: "%", target: "= 0", critical: "> 0.1", group: orders}
  wait: {tier: 2, unit: s, target: "< 1", label: {en: Waiting time, zh: 等待时间}}
checks:
  figures: {kind: command, run: [cat, figures.json], output: json, every: 10s, metrics: {delay: wait}}
  plugin: {kind: command, run: [cat, plugin.txt], output: nagios}
checklists:
  hourly: [figures]
  morning: [plugin]
plan:
  phases:
    - {name: Day 1, day: 1, every: 12h, checklist: hourly}
    - {name: Morning, day: 1, at: "12:00", checklist: morning}
  checkpoints:
    - {day: 1, at: "23:59", label: {en: Assessed, zh: 评估}}
  reports:
    - {report: daily, day: 2, at: "09:00"}
  milestones: [4h]
  gates:
    - {at: 24h, criteria: first-day}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with what its checks read: all is well."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "figures.json").write_text('{"duplicates": 0, "delay": 0.25}')
    (tmp_path / "plugin.txt").write_text("DISK OK - [b]free[/b] | /=2643MB;5948;5958;0;5968\n")
    return tmp_path


@pytest.fixture
def vigil(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Vigil:
    """Run `vigil …` on that configuration."""
    monkeypatch.setenv("VIGIL_CONFIG", str(folder / "config.yaml"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return run


@pytest.fixture
def answer(vigil: Vigil) -> Callable[..., Any]:
    """What `vigil … --json` prints."""

    def run(*arguments: str) -> Any:
        return json.loads(vigil(*arguments, "--json").stdout)

    return run


@pytest.fixture
def kept(folder: Path) -> Kept:
    """The rows of a bot that has just been started and ended."""
    return Kept(folder)
