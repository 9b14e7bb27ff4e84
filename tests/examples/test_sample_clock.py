"""The sample on a clock of its own: it goes on as far as it is told, at once, and then stands still."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SERVICE = Path(__file__).parents[2] / "examples" / "orders" / "service.py"
BEGIN = 1_768_780_800


def ask(url: str, **body: object) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture
def switches(tmp_path: Path) -> Iterator[str]:
    """The address of the switches of a sample that stands still at BEGIN."""
    arguments = ["--port", "0", "--folder", str(tmp_path), "--rate", "20", "--held", str(BEGIN)]
    with subprocess.Popen([sys.executable, SERVICE, *arguments], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        yield child.stdout.readline().split()[-1].rstrip("/")
        child.terminate()


def test_a_minute_of_orders_takes_no_minute_and_bears_the_times_of_its_clock(
    switches: str, tmp_path: Path
) -> None:
    assert ask(f"{switches}/figures")["requests"] == 0
    ask(f"{switches}/clock", until=BEGIN + 62)
    figures = ask(f"{switches}/figures")
    assert 1100 < figures["requests"] < 1300
    assert 40 < figures["p50"] < 80  # milliseconds: the pushes take their time on this clock
    times = [
        json.loads(line)["time"] for line in (tmp_path / "logs" / "orders.jsonl").read_text().splitlines()
    ]
    assert BEGIN <= min(times) < BEGIN + 2
    assert BEGIN + 60 < max(times) <= BEGIN + 62
    # Then it stands still.
    assert ask(f"{switches}/figures") == figures


def test_faults_show_on_its_clock_too(switches: str) -> None:
    ask(f"{switches}/clock", until=BEGIN + 5)
    ask(f"{switches}/faults/slow", on=True)
    ask(f"{switches}/clock", until=BEGIN + 66)
    assert ask(f"{switches}/figures")["p99"] > 10_000
