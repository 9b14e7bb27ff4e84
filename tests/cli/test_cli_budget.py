"""What the bot may cost: measured as its own processor time, so that a busy machine does not blame it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

QUIET = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN}
schedules:
  primary: {rotation: {every: 1 week, start: 2026-01-12T09:00, members: [lin]}}
escalations:
  default: {levels: [{notify: [schedule:primary], wait: 10m}]}
metrics:
  cpu: {tier: 2, unit: "%", warning: "> 101"}
checks:
  host: {kind: system, every: 1m}
plan:
  phases: [{name: Day 1, day: 1, every: 1h}]
"""


def spent(process: psutil.Process) -> float:
    """Seconds of processor time of this process alone."""
    times = process.cpu_times()
    return float(times.user + times.system)


def spent_by(*arguments: str) -> float:
    """Seconds of processor time from the start of a command to its end."""
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, check=True); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", measure, sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(answer.stdout)


@contextmanager
def up(folder: Path) -> Iterator[psutil.Process]:
    """`vigil up` with its local workspace, from the moment that it says it is ready."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "bot", "up", "--workspace", "local", "--port", "0"),
            *("--workspace-port", "0", "--config", str(folder / "config.yaml")),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline().startswith("Vigil is up.")
        assert bot.stdout.readline().startswith("Health: ")
        try:
            yield psutil.Process(bot.pid)
        finally:
            bot.kill()


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(QUIET)
    return tmp_path


def test_help_answers_in_less_than_four_tenths_of_a_second() -> None:
    assert min(spent_by("-m", "bot", "--help") for _ in range(3)) < 0.4


def test_the_bot_is_ready_within_three_seconds(quiet: Path) -> None:
    def to_ready() -> float:
        with up(quiet) as bot:
            return spent(bot)

    assert any(to_ready() < 3 for _ in range(3))


def test_what_a_configuration_has_no_use_for_is_not_loaded() -> None:
    unused = (
        *("alembic", "apprise", "dns", "duckdb", "icalendar", "jinja2", "procrastinate", "psycopg"),
        *("pycurl", "re2", "rich", "sqlalchemy.dialects.postgresql", "bot.cli.replay", "bot.store.scratch"),
    )
    program = (
        "import sys; import bot.cli.running.up, bot.config.load, bot.wiring.local; "
        f"print([each for each in {unused} if each in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_bot_with_nothing_to_do_costs_under_a_hundredth_of_a_core_and_100_megabytes(quiet: Path) -> None:
    window = 4.0

    def idles(bot: psutil.Process) -> float:
        before = spent(bot)
        threading.Event().wait(window)
        return (spent(bot) - before) / window

    with up(quiet) as bot:
        # The first windows still see the start.
        assert any(idles(bot) < 0.01 for _ in range(6))
        assert bot.memory_info().rss < 100 * 2**20
