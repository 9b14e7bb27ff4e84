import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Vigil = Callable[..., Result]

HEAVY = [
    "pydantic",
    "rich",
    "yaml",
    "sqlalchemy",
    "slack_bolt",
    "slack_sdk",
    "requests",
    "starlette",
    "uvicorn",
]


def test_a_good_configuration_is_one_line_that_counts(vigil: Vigil, folder: Path) -> None:
    result = vigil("config", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "config.yaml: services 1, metrics 2, checks 2, checklists 2, people 2, schedules 2, "
        "escalations 1; no errors\n"
    )


def test_nothing_that_is_not_written_is_counted(vigil: Vigil, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\n")
    assert vigil("config", "check").stdout.endswith("people 0, schedules 0, escalations 0; no errors\n")


def test_every_mistake_goes_to_standard_error_with_its_line(vigil: Vigil, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\ntimezon: UTC\nlanguage: fr\n")
    result = vigil("config", "check")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("config.yaml:2: timezon: ")
    assert lines[1].startswith("config.yaml:3: language: ")


def test_a_file_that_is_not_there_is_an_error_without_a_traceback(vigil: Vigil, folder: Path) -> None:
    result = vigil("config", "check", "--config", str(folder / "no.yaml"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no.yaml" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_help_loads_nothing_heavy() -> None:
    loaded = "import sys, bot.cli; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", loaded, *HEAVY], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "\n"


def test_help_names_every_command(vigil: Vigil) -> None:
    said = vigil("--help").stdout
    for command in ("up", "status", "alerts", "plan", "oncall", "check", "config"):
        assert f"\n  {command} " in said


def test_a_channel_that_apprise_cannot_use_is_told_with_its_line(vigil: Vigil, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\nchannels:\n  phone: nosuch://hunter2@x\n")
    result = vigil("config", "check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("config.yaml:3: channels.phone: Apprise cannot use this URL (")
    assert "hunter2" not in result.stderr
