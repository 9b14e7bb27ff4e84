"""A storm: many distinct alerts at once, by webhook, against the local workspace and SQLite on disk.

    python benchmarks/storm.py [COUNT]

Prints, and judges, how long it takes until all are on disk, when the first critical page has arrived in
Slack, how often each person was woken, how many calls Slack got, and how much memory was used.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.store import Database
from bot.wiring import Program
from bot.workspace import Member, Seed, Workspace

CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
escalations:
  default:
    levels:
      - {notify: [person:lin], wait: 10m}
      - {notify: [person:chen], wait: 10m}
"""
A_BODY = 500
WATCHED_S = 30.0


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its limit."""

    name: str
    value: float
    limit: float
    unit: str = ""

    def __str__(self) -> str:
        verdict = "ok  " if self.value <= self.limit else "MISS"
        return f"{verdict} {self.name:<42} {self.value:>10.1f} {self.unit:<3} (at most {self.limit:g})"


class Storm:
    """A bot with its threads, its workspace, and whoever sends it alerts."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.setup = load(folder / "config.yaml", {})
        members = (Member("U0LIN", "lin", "Lin Wei"), Member("U0CHEN", "chen", "Chen Jie"))
        self.workspace = Workspace(Seed(team="Storm", channels=("oncall",), members=members))
        self.workspace.start()
        access = SlackAccess("xoxb-local", "xapp-local", api_url=f"{self.workspace.url}/api/")
        self.program = Program(self.setup, access, RealClock())
        self.program.start()
        self.web = self.program.serve_web("127.0.0.1", 0)
        self.first_page_s = float("inf")

    def close(self) -> None:
        self.web.stop()
        self.program.stop()
        self.workspace.stop()

    def sends(self, count: int) -> float:
        """All of them, in bodies of A_BODY; seconds until the last is on disk."""
        began = time.monotonic()
        watching = threading.Thread(target=self._see_first_page, args=(began,))
        watching.start()
        for first in range(0, count, A_BODY):
            alerts = [_alert(number) for number in range(first, min(first + A_BODY, count))]
            body = json.dumps({"version": "4", "status": "firing", "alerts": alerts}).encode()
            self._post(f"{self.web.url}/api/v1/webhooks/alertmanager", body)
        on_disk = time.monotonic() - began
        watching.join()
        return on_disk

    def _post(self, url: str, body: bytes) -> None:
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            answer.read()

    def _see_first_page(self, began: float) -> None:
        waiting = threading.Event()
        while time.monotonic() - began < WATCHED_S:
            if self.pages():
                self.first_page_s = time.monotonic() - began
                return
            waiting.wait(0.05)

    def posts(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.workspace.url}/local/posts", timeout=30) as answer:  # noqa: S310
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def pages(self) -> list[str]:
        return [each["text"] for each in self.posts() if "<@U0" in (each["text"] or "")]

    def kept(self) -> int:
        database = Database(self.setup.storage)
        with database.reading() as ledger:
            kept = len(ledger.alerts.open_all())
        database.close()
        return kept


def _alert(number: int) -> dict[str, object]:
    labels = {"alertname": f"Alert{number % 100}", "instance": f"host-{number}", "severity": "critical"}
    return {"status": "firing", "labels": labels, "annotations": {"summary": f"host-{number} is in trouble"}}


def run(count: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        storm = Storm(Path(folder))
        try:
            on_disk = storm.sends(count)
            threading.Event().wait(WATCHED_S)
            kept, posts = storm.kept(), storm.posts()
            woken = Counter(name for text in storm.pages() for name in ("U0LIN", "U0CHEN") if name in text)
        finally:
            storm.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure("alerts that are not on disk", count - kept, 0),
        Figure("until all are on disk", on_disk, 10, "s"),
        Figure("until the first critical page has arrived", storm.first_page_s, 2, "s"),
        Figure("pages to one person, at most", max(woken.values(), default=99), 1),
        Figure("messages posted in Slack", len(posts), on_disk + WATCHED_S + 20),
        Figure("memory, the workspace included", memory, 400, "MB"),
    ]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    figures = run(count)
    print(f"A storm of {count} alerts")  # noqa: T201
    for figure in figures:
        print(figure)  # noqa: T201
    raise SystemExit(any(figure.value > figure.limit for figure in figures))


if __name__ == "__main__":
    main()
