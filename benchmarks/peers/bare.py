"""The floor of a first word: programs that are asked, a row on disk, a call to Slack, and nothing else.

    python bare.py COMMAND CHECKS EVERY_S

Slack is where SLACK_API_URL says. All that a bot does to know what is due, to judge, to word, and to go on
where it was if it is killed is left out.
"""

from __future__ import annotations

import os
import select
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from slack_sdk import WebClient

from peers.program import Program, wait

_BAD = 2


@contextmanager
def bare(
    folder: Path, slack: Mapping[str, str], command: str, checks: int, every_s: float
) -> Iterator[Program]:
    """That program."""
    root = Path(__file__).parents[1]
    arguments = [sys.executable, str(Path(__file__)), command, str(checks), str(every_s)]
    running = Program(arguments, folder, os.environ | {"PYTHONPATH": str(root)} | dict(slack))
    try:
        yield running
    finally:
        running.stop()


def _tell(bad: SimpleQueue[int]) -> None:
    """Write down what is bad, and say it."""
    kept = sqlite3.connect("bare.db", isolation_level=None)
    for statement in ("journal_mode=WAL", "synchronous=FULL"):
        kept.execute(f"PRAGMA {statement}")
    kept.execute("CREATE TABLE alerts (number INTEGER, body TEXT)")
    client = WebClient("xoxb-local", base_url=os.environ["SLACK_API_URL"])
    for channel in client.conversations_list()["channels"]:
        client.conversations_join(channel=channel["id"])
    while True:
        number = bad.get()
        text = f"CRITICAL: C{number}: it is bad"
        kept.execute("BEGIN IMMEDIATE")
        kept.execute("INSERT INTO alerts VALUES (?, ?)", (number, text))
        kept.execute("COMMIT")
        client.chat_postMessage(channel="oncall", text=text)


class _Asked:
    """Programs that run, and what they were asked about."""

    def __init__(self, bad: SimpleQueue[int]) -> None:
        self._bad = bad
        self._poll = select.poll()
        self._told: set[int] = set()
        self.running: dict[int, tuple[int, subprocess.Popen[bytes]]] = {}

    def ask(self, number: int, command: str) -> None:
        child = subprocess.Popen(command.format(number=number).split())  # noqa: S603 - the benchmark's
        descriptor = os.pidfd_open(child.pid)
        self.running[descriptor] = number, child
        self._poll.register(descriptor, select.POLLIN)

    def hear(self, within_ms: float | None) -> None:
        for descriptor, _ in self._poll.poll(within_ms):
            number, child = self.running.pop(descriptor)
            self._poll.unregister(descriptor)
            os.close(descriptor)
            if child.wait() == _BAD and number not in self._told:
                self._told.add(number)
                self._bad.put(number)


def main(command: str, checks: int, every_s: float) -> None:
    bad: SimpleQueue[int] = SimpleQueue()
    Thread(target=_tell, args=(bad,), daemon=True).start()
    asked, beat = _Asked(bad), time.monotonic()
    while True:
        for number in range(checks):
            asked.ask(number, command)
            asked.hear(0)
        while asked.running:
            asked.hear(None)
        beat += every_s
        wait(max(0.0, beat - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
