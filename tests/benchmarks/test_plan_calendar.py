"""The benchmark of the plan's calendar runs, and its promise holds."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "plan_calendar.py"


def test_a_whole_calendar_is_computed_within_its_promise_in_every_zone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(PROGRAM)])
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    assert runpy.run_path(str(PROGRAM))["main"]() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Asia/Shanghai",
        "America/New_York",
        "Australia/Lord_Howe",
    ]
    assert all(" entries " in line and ", ratio " in line for line in lines)
