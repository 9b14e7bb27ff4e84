"""A real bot process is killed as soon as it has acknowledged a command: the next one carries it out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from house import until

from bot.workspace import Member, Seed, Workspace

pytestmark = pytest.mark.crash

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CONFIG = """
service: orders
people: {lin: {name: Lin Wei, slack: U0LIN}}
checks: {figures: {kind: command, run: [echo, '{"load": 1}'], output: json}}
checklists: {all: [figures]}
"""


@contextmanager
def bot(folder: Path, workspace: Workspace) -> Iterator[str]:
    """A bot that Slack tells by HTTP, until it is killed: its URL."""
    slack = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_API_URL": f"{workspace.url}/api/"}
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "up", "--config", str(folder / "config.yaml"), "--port", "0"],
        cwd=REPOSITORY,
        env=os.environ | slack | {"SLACK_SIGNING_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=(folder / "bot.log").open("ab"),
        text=True,
    )
    assert running.stdout
    try:
        [health] = [line for _ in range(2) if "Health:" in (line := running.stdout.readline())]
        yield health.partition(": ")[2].removesuffix("/readyz\n")
    finally:
        running.kill()
        running.communicate()


def ask(url: str, document: object = None) -> Any:
    """What the workspace answers."""
    body = None if document is None else json.dumps(document).encode()
    with urllib.request.urlopen(url, body, timeout=10) as answer:
        return json.load(answer)


def test_what_was_acknowledged_is_carried_out_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    members = (Member("U0LIN", "lin", "Lin Wei"),)
    workspace = Workspace(Seed(team="Test", channels=("oncall",), members=members))
    workspace.start()
    command = {"user": "lin", "channel": "oncall", "text": "/monitor run"}

    def carried_out() -> bool:
        return any("Round of orders" in post["text"] for post in ask(f"{workspace.url}/local/posts"))

    try:
        with bot(tmp_path, workspace) as url:
            workspace.tell_by_http(f"{url}/slack/events", SECRET)
            assert ask(f"{workspace.url}/local/command", command) == {"ok": True}
        with bot(tmp_path, workspace):
            until(carried_out)
    finally:
        workspace.stop()
