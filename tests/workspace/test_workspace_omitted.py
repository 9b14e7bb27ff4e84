"""The bot needs nothing of the local workspace: without its folder it still speaks in the real Slack."""

import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from standin import SEED, Local

from bot.slack.manifest import EVENTS, SCOPES
from bot.workspace import Workspace

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


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel installs, but for the local workspace."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=BOT.parent, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert any(name.startswith("bot/workspace/") for name in names)
        archive.extractall(folder / "site", [name for name in names if not name.startswith("bot/workspace/")])
    return folder / "site"


@contextmanager
def up(site: Path, folder: Path, api_url: str) -> Iterator[None]:
    """A bot of what is installed there, from when it is connected until it is told to end."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(site),
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_APP_TOKEN": "xapp-local",
        "SLACK_API_URL": api_url,
    }
    program = "from bot.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-P", "-c", program, "up", "--port", "0"]
    bot = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        bot.terminate()
        assert bot.wait(timeout=20) == 0


def test_the_wheel_without_its_files_serves_a_team_in_slack(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("service: orders\nslack: {channel: oncall}\n")
    slack = Workspace(replace(SEED, scopes=tuple(SCOPES), events=EVENTS))
    slack.start()
    local = Local(slack.url)
    try:
        with up(installed, tmp_path, f"{slack.url}/api/"):
            for _ in range(600):
                if local.get("state")["bot"]["connected"]:
                    break
                threading.Event().wait(0.05)
            said = {"user": "lin", "channel": "oncall", "text": "/monitor help"}
            assert local.post("command", **said) == {"ok": True}
            for _ in range(200):
                if local.get("messages", channel="oncall", user="lin"):
                    break
                threading.Event().wait(0.05)
            assert "/monitor" in str(local.get("messages", channel="oncall", user="lin"))
    finally:
        slack.stop()
