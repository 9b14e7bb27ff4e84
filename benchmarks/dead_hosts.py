"""When a page leaves while checks hang on dead hosts: one told by webhook, one that a check has found.

    .venv/bin/python benchmarks/dead_hosts.py [--dead 128 700] [--pages 6]

Every kind of check that waits for others hangs for its full timeout, again and again: on a server that lets
in and never speaks, on one that lets nobody in, on a silent name server, on a program that does not end. Half
are programs, which share a thread; half are the others, which have threads: of 350 each more than 300 hang at
any time, more than there are places. What finds something is a program, and by turns a log, on a thread.
The floor is the same bot without dead hosts, in the same run. Exit 1 when a page leaves later than a second
after its alert was sent, or after its check was due.
"""

from __future__ import annotations

import argparse
import socket
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import wait
from peers.slack import EACH_ALONE, PEOPLE, Slack, slack
from peers.vigil import Vigil, vigil
from peers.web import send_json
from printing import say, within

MOST_S = 1.0
TIMEOUT_S = 10
PATIENCE_S = 45.0


@contextmanager
def silent() -> Iterator[int]:
    """A port that lets in and hears (TCP, UDP), and never says a word."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as server:
        port = int(server.getsockname()[1])

        def let_in() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
            names.bind(("127.0.0.1", port))
            threading.Thread(target=let_in, daemon=True).start()
            yield port


@contextmanager
def blackholed() -> Iterator[int]:
    """A port whose callers are not even refused: its queue is full, as if packets went nowhere."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        callers = [socket.socket() for _ in range(8)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        yield int(server.getsockname()[1])
        for caller in callers:
            caller.close()


def hanging(silent_port: int, hole: int) -> list[str]:
    """A line of configuration for each way to hang."""
    here, there = f"127.0.0.1:{silent_port}", f"127.0.0.1:{hole}"
    others = [
        f'kind: http, url: "http://{here}/"',
        f'kind: http, url: "http://{there}/"',
        f'kind: tcp, address: "{here}", expect: hello',
        f'kind: tcp, address: "{there}"',
        f'kind: tls, address: "{here}"',
        f'kind: dns, domain: example.com, servers: ["127.0.0.1"], port: {silent_port}',
        f'kind: prometheus, url: "http://{here}", query: up',
        f'kind: sql, url: "postgresql+psycopg://a@{here}/b", query: SELECT 1',
    ]
    program = "kind: command, run: [sleep, 1000], output: exit"
    return [way for other in others for way in (other, program)]


def config(dead: int, ways: list[str], pages: int) -> str:
    """So many checks that hang and wake nobody, and a few that fail as soon as their file is there."""
    lines = ["metrics:", *(f'  m{n}: {{tier: 1, critical: "> 0"}}' for n in range(pages)), "checks:"]
    lines += [
        f"  dead-{n}: {{{ways[n % len(ways)]}, timeout: {TIMEOUT_S}s, every: 1s, max_attempts: 20}}"
        for n in range(dead)
    ]
    lines += [
        f"  good-{n}: {{kind: log, path: broken-{n}, missing: ok, count: {{m{n}: broken}}, every: 1s}}"
        if n % 2
        else f"  good-{n}: {{kind: command, run: [sh, -c, 'ls | grep -c broken-{n} || true'], "
        f"metric: m{n}, every: 1s}}"
        for n in range(pages)
    ]
    return PEOPLE + EACH_ALONE + "\n".join(lines) + "\n"


def by_webhook(bot: Vigil, there: Slack, number: int) -> float:
    """Seconds from an alert that is sent to its page."""
    labels = {"alertname": f"sent-{number}", "severity": "critical"}
    alert = {"status": "firing", "labels": labels, "annotations": {"summary": f"sent-{number} is bad"}}
    began = time.time()  # noqa: TID251 - as Slack's stand-in
    send_json(f"{bot.url}/api/v1/webhooks/alertmanager", {"version": "4", "alerts": [alert]})
    page = there.page(f"sent-{number}", PATIENCE_S)
    return page.at - began if page else PATIENCE_S


def by_check(folder: Path, there: Slack, number: int) -> float:
    """Seconds from the first time a check is due after its target broke to its page."""
    with sqlite3.connect(folder / "vigil.db") as rows:
        question = 'SELECT next_at FROM schedule WHERE "check" = ?'
        beat = rows.execute(question, (f"good-{number}",)).fetchone()[0] / 1e6 % 1
    (folder / f"broken-{number}").write_text("broken\n")
    broken = time.time()  # noqa: TID251 - as Slack's stand-in
    due = broken + (beat - broken) % 1
    page = there.page(f"m{number} ", PATIENCE_S)
    return page.at - due if page else PATIENCE_S


def lateness(dead: int, pages: int) -> tuple[list[float], list[float]]:
    """Of pages told by webhook and of those found by checks, s, with so many dead hosts."""
    with tempfile.TemporaryDirectory() as name, slack() as there, silent() as port, blackholed() as hole:
        folder = Path(name)
        parts = config(dead, hanging(port, hole), pages)
        with vigil(folder, parts, there.environment) as bot:
            bot.wait_until_ready()
            wait(2.5 * TIMEOUT_S if dead else 3)
            sent, found = [], []
            for number in range(pages):
                sent.append(by_webhook(bot, there, number))
                found.append(by_check(folder, there, number))
                wait(TIMEOUT_S / pages)
    return sent, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dead", type=int, nargs="*", default=[128, 700])
    parser.add_argument("--pages", type=int, default=6)
    chosen = parser.parse_args()
    kept = True
    for dead in (0, *chosen.dead):
        beside = f"{dead} checks hang on dead hosts" if dead else "floor: no dead hosts"
        for what, late in zip(
            ("told by webhook", "found by a check"), lateness(dead, chosen.pages), strict=True
        ):
            say(f"{beside}, {what}, median", f"{statistics.median(late):.2f} s")
            if dead:
                kept &= within(f"{beside}, {what}, worst", max(late), MOST_S, "s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
