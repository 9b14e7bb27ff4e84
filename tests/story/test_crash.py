"""A real bot process is killed at every step of an escalation; each page arrives exactly once."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from house import until

from bot.workspace import Member, Seed, Workspace

pytestmark = pytest.mark.crash

REPOSITORY = Path(__file__).resolve().parents[2]

CONFIG = """
service: orders
people:
  a: {name: Ann, slack: U0A}
  b: {name: Bob, slack: U0B}
  c: {name: Cat, slack: U0C}
  d: {name: Dan, slack: U0D}
  e: {name: Eve, slack: U0E}
escalations:
  default:
    levels:
      - {notify: [person:a], wait: 1s}
      - {notify: [person:b], wait: 1s}
      - {notify: [person:c], wait: 1s}
      - {notify: [person:d], wait: 1s}
      - {notify: [person:e], wait: 1s}
metrics:
  failures: {tier: 1, critical: "> 1"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1s}
"""


@dataclass
class Killed:
    """One bot over one workspace; the bot dies at its `at`-th writing call, with or without the effect."""

    folder: Path
    at: int
    effect: bool
    calls: int = 0
    died: threading.Event = field(default_factory=threading.Event)
    bot: subprocess.Popen[bytes] | None = None

    def run(self) -> list[dict[str, Any]]:
        """Every post the workspace ever accepted, once the chain has come to its end."""
        (self.folder / "config.yaml").write_text(CONFIG)
        (self.folder / "values.json").write_text('{"failures": 9}')
        members = tuple(Member(f"U0{name.upper()}", name, name) for name in "abcde")
        workspace = Workspace(Seed(team="Test", channels=("oncall",), members=members))
        workspace.on_api_call = self._on_call
        workspace.start()
        try:
            self.bot = self._start(workspace)
            until(self.died.is_set)
            self.bot.wait()
            self.bot = self._start(workspace)
            until(self._at_rest)
            return posts(workspace)
        finally:
            if self.bot:
                self.bot.kill()
                self.bot.wait()
            workspace.stop()

    def _at_rest(self) -> bool:
        """The chain is exhausted and nothing waits to be posted; redraws go on while it burns."""
        with closing(sqlite3.connect(self.folder / "vigil.db")) as database:
            (ended,) = database.execute(
                "SELECT count(*) FROM transitions WHERE event = 'alert.exhausted'"
            ).fetchone()
            (waiting,) = database.execute(
                "SELECT count(*) FROM outbox WHERE fate = 'waiting' AND NOT redraw"
            ).fetchone()
        return bool(ended) and not waiting

    def _start(self, workspace: Workspace) -> subprocess.Popen[bytes]:
        tokens = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "up", "--config", str(self.folder / "config.yaml"), "--port", "0"],
            cwd=REPOSITORY,
            env=os.environ | tokens | {"SLACK_API_URL": f"{workspace.url}/api/"},
            stderr=(self.folder / "bot.log").open("ab"),
        )

    def _on_call(self, method: str, form: dict[str, Any]) -> None:
        if not method.startswith("chat."):
            return
        self.calls += 1
        if self.calls == self.at and self.bot:
            os.kill(self.bot.pid, signal.SIGKILL)
            self.died.set()
            if not self.effect:
                raise ConnectionAbortedError("the call is lost with the bot that made it")


def posts(workspace: Workspace) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{workspace.url}/local/posts", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)
        return found


POINTS = [(at, effect) for at in range(1, 11) for effect in (True, False)]


def test_killed_at_twenty_points_of_an_escalation_every_page_arrives_exactly_once(tmp_path: Path) -> None:
    runs = []
    for at, effect in POINTS:
        folder = tmp_path / f"{at}-{effect}"
        folder.mkdir()
        runs.append(Killed(folder, at, effect))
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(Killed.run, runs))
    for run, posted in zip(runs, outcomes, strict=True):
        where = f"killed at call {run.at}, {'with' if run.effect else 'without'} its effect"
        pages = [who for post in posted for who in re.findall(r"<@(\w+)>", post["text"])]
        # A page whose sender died is looked up first, so a later level may overtake it.
        assert sorted(pages) == ["U0A", "U0B", "U0C", "U0D", "U0E"], where
        operations = Counter(post["metadata"]["event_payload"]["operation"] for post in posted)
        assert set(operations.values()) == {1}, where
        assert sum("CRITICAL" in post["text"] and "<@" not in post["text"] for post in posted) == 1, where
