"""A real bot process is killed in the middle of a rollback: nothing is run twice, nothing is forgotten."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from house import until

from bot.workspace import Member, Seed, Workspace

pytestmark = pytest.mark.crash

REPOSITORY = Path(__file__).resolve().parents[2]

CONFIG = """
service: orders
people: {a: {name: Ann, slack: U0A}}
escalations: {default: {levels: [{notify: [person:a], wait: 1h}]}}
metrics:
  failures: {tier: 1, target: "< 1", critical: "> 1", playbook: failing}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1s}
actions:
  stop: {run: [./act.sh, stop]}
  rollback: {run: [./act.sh, rollback]}
playbooks:
  failing:
    steps:
      - {action: stop}
      - {checks: [figures]}
      - decide: Roll back?
      - {verify: [figures], within: 1m}
    rollback: {after: 2s, automatic: true}
"""

ACT = """#!/bin/sh
echo "$1" >>deeds
if [ -e "kill-in-$1" ]; then rm "kill-in-$1"; kill -9 "$PPID"; sleep 0.3; fi
if [ "$1" = rollback ]; then echo '{"failures": 0}' >values.json; fi
echo "$1 is done"
"""


@dataclass
class Killed:
    """One bot over one workspace; its rollback kills it and goes on by itself."""

    folder: Path
    bot: subprocess.Popen[bytes] | None = None

    def run(self) -> list[dict[str, Any]]:
        """Every post there ever was, once the playbook is over or waits for a person."""
        (self.folder / "config.yaml").write_text(CONFIG)
        (self.folder / "values.json").write_text('{"failures": 9}')
        (self.folder / "act.sh").write_text(ACT)
        (self.folder / "act.sh").chmod(0o755)
        (self.folder / "kill-in-rollback").touch()
        workspace = Workspace(Seed(team="Test", channels=("oncall",), members=(Member("U0A", "a", "Ann"),)))
        workspace.start()
        try:
            self.bot = self._start(workspace)
            until(self._gone)
            self.bot = self._start(workspace)
            until(self._at_rest)
            with urllib.request.urlopen(f"{workspace.url}/local/posts", timeout=10) as answer:
                found: list[dict[str, Any]] = json.load(answer)
            return found
        finally:
            if self.bot:
                self.bot.kill()
                self.bot.wait()
            workspace.stop()

    def deeds(self) -> list[str]:
        return (self.folder / "deeds").read_text().split()

    def _gone(self) -> bool:
        return self.bot is not None and self.bot.poll() is not None

    def _at_rest(self) -> bool:
        with closing(sqlite3.connect(self.folder / "vigil.db")) as database:
            ended = "SELECT count(*) FROM incidents WHERE NOT open"
            failed = "SELECT count(*) FROM incident_events WHERE event = 'step.failed'"
            waiting = "SELECT count(*) FROM outbox WHERE fate = 'waiting' AND NOT redraw"
            over, stuck, left = (database.execute(each).fetchone()[0] for each in (ended, failed, waiting))
        return bool(over or stuck) and not left

    def _start(self, workspace: Workspace) -> subprocess.Popen[bytes]:
        tokens = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "up", "--config", str(self.folder / "config.yaml"), "--port", "0"],
            cwd=REPOSITORY,
            env=os.environ | tokens | {"SLACK_API_URL": f"{workspace.url}/api/"},
            stderr=(self.folder / "bot.log").open("ab"),
        )


def test_killed_in_the_middle_of_the_rollback_it_says_so_and_waits_for_a_person(tmp_path: Path) -> None:
    run = Killed(tmp_path)
    posted = run.run()
    words = [post["text"] or "" for post in posted]
    assert any("interrupted, its outcome is unknown; run it again or verify" in each for each in words)
    assert run.deeds() == ["stop", "rollback"]
    operations = Counter(post["metadata"]["event_payload"]["operation"] for post in posted)
    assert set(operations.values()) == {1}
    assert sum(each.startswith("i") and each.endswith("/card") for each in operations) == 1
