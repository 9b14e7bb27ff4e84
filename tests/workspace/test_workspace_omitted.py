"""The bot needs nothing of the local workspace: without its folder it still speaks in the real Slack."""

import subprocess
import sys
from pathlib import Path

BOT = Path(__file__).parents[2] / "bot"
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "bot.workspace" or name.startswith("bot.workspace."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from bot.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`vigil` on a Python that has no `bot.workspace`."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(BOT.parent), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_bot_speaks_to_slack_without_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("service: orders\nslack: {channel: oncall}\n")
    doctor = run(
        tmp_path,
        "doctor",
        SLACK_BOT_TOKEN="xoxb-x",
        SLACK_APP_TOKEN="xapp-x",
        SLACK_API_URL="http://127.0.0.1:9/",
    )
    assert "Traceback" not in doctor.stderr
    assert "could not be reached" in doctor.stdout + doctor.stderr


def test_asked_for_the_workspace_that_is_not_installed_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("service: orders\n")
    up = run(tmp_path, "up", "--workspace", "local", "--port", "0")
    assert up.returncode == 2
    assert "the local workspace is not installed" in up.stderr
