"""How soon a slash command is acknowledged, on disk: by HTTP with signatures, and through Socket Mode.

    .venv/bin/python benchmarks/slash.py [--commands 400] [--checks 10000] [--alerts 1000]

The bot has so many open alerts and asks so many checks a minute meanwhile. The floor, in the same run: the
signature is checked, and Bolt dispatches to a listener that appends a row to an SQLite of its own, as safely,
in this process with nothing else to do; and once more beside the same bot with the same work in this process.
A command may take twice as long as the lower floor, or the milliseconds that an idle machine is to need,
whichever is more. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from peers.inside import vigil_inside
from peers.program import Absent, wait
from peers.sink import sink
from peers.slack import PEOPLE, Slack, slack
from peers.target import web_target
from peers.vigil import vigil
from peers.web import send_json
from printing import Spread, say, within
from throughput import config, http_check

from bot.clock import RealClock
from bot.domain.events import Inbound
from bot.slack.access import SlackAccess
from bot.slack.http_mode import events_by_http
from bot.slack.listeners import build_app

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's own example
MOST_P50_MS, MOST_P99_MS, MOST_TIMES_THE_FLOOR = 1.1, 25.0, 2.0
APART_S = 0.03

Payload = dict[str, str]


def payload(number: int, answers: str) -> Payload:
    """What Slack sends of `/monitor help`."""
    return {
        "token": "local",
        "team_id": "T0LOCAL01",
        "team_domain": "benchmark",
        "channel_id": "C0ONCALL",
        "channel_name": "oncall",
        "user_id": "U0LIN",
        "user_name": "lin",
        "command": "/monitor",
        "text": "help",
        "api_app_id": "A0LOCAL01",
        "is_enterprise_install": "false",
        "response_url": answers,
        "trigger_id": f"{number}.{time.monotonic_ns()}",
    }


def signed(body: str) -> dict[str, str]:
    """The headers that Slack sends with it."""
    at = str(int(time.time()))  # noqa: TID251 - Slack's clock
    proof = hmac.new(SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={proof}"}
    return headers | {"content-type": "application/x-www-form-urlencoded"}


def timed(act: Callable[[], object]) -> float:
    """How long it took, ms."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


class _Rows:
    """Keeps a row of each, and nothing else."""

    def __init__(self, file: Path) -> None:
        self._rows = sqlite3.connect(file, isolation_level=None)
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE kept (body TEXT)"):
            self._rows.execute(line)

    def take(self, inbound: Inbound) -> bool:
        self._rows.execute("INSERT INTO kept VALUES (?)", (repr(inbound),))
        return True


def floor(commands: int) -> list[float]:
    """ms of each command whose signature is checked, and that is dispatched to a listener."""

    def one(number: int) -> float:
        body = urlencode(payload(number, "https://hooks.slack.com/x"))
        headers = signed(body)
        taken = timed(lambda: answer(body.encode(), headers))
        wait(APART_S)
        return taken

    with tempfile.TemporaryDirectory() as folder:
        access = SlackAccess("xoxb-local", "", SECRET)
        app = build_app(access, _Rows(Path(folder) / "rows.db"), RealClock().now)
        answer = events_by_http(app, SECRET)
        return [one(number) for number in range(commands)]


def by_http(bot: str, commands: int, answers: str) -> list[float]:
    """ms of each command over one kept connection, from its first byte to the answer's."""
    parts = urlsplit(bot)
    taken = []
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:

        def ask(request: bytes) -> None:
            line.sendall(request)
            answer = line.recv(64 * 1024)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"it answers {answer!r}")

        for number in range(commands):
            body = urlencode(payload(number, answers))
            headers = {"host": parts.netloc, "content-length": str(len(body)), **signed(body)}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            request = f"POST /slack/events HTTP/1.1\r\n{head}\r\n{body}".encode()
            taken.append(timed(partial(ask, request)))
            wait(APART_S)
    return taken


def by_socket(there: Slack, commands: int, answers: str) -> list[float]:
    """ms of each command from the envelope that is sent to the one that acknowledges it."""
    server = there.workspace._server
    assert server is not None and server._loop is not None  # noqa: S101, PT018 - it runs

    async def ask(number: int) -> float:
        began = time.perf_counter()
        await server.state.line.ask("slash_commands", payload(number, answers))
        return (time.perf_counter() - began) * 1000

    taken = []
    for number in range(commands):
        taken.append(asyncio.run_coroutine_threadsafe(ask(number), server._loop).result())
        wait(APART_S)
    return taken


Start = Callable[[Path, str], AbstractContextManager[str]]
"""Starts a bot in a folder with these parts of a configuration, and yields its URL."""


@contextmanager
def apart(environment: dict[str, str], folder: Path, parts: str) -> Iterator[str]:
    """A bot as anybody runs it."""
    with vigil(folder, parts, environment) as bot:
        bot.wait_until_ready()
        yield bot.url


@contextmanager
def busy(there: Slack, start: Start, checks: int, alerts: int) -> Iterator[str]:
    """A bot that has its hands full: its URL. Raises Absent."""
    with ExitStack() as stack:
        target = stack.enter_context(web_target(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        part = config(partial(http_check, target.port), checks, "1m") if checks else ""
        bot = stack.enter_context(start(folder, PEOPLE + part))
        send_json(f"{bot}/api/v1/webhooks/alertmanager", storm(alerts))
        before = -1
        while target.asked() < checks or before != len(there.calls):
            before = len(there.calls)
            wait(2)
        yield bot


def storm(alerts: int) -> dict[str, object]:
    labels = ({"alertname": f"Alert{number}", "severity": "warning"} for number in range(alerts))
    return {"version": "4", "alerts": [{"status": "firing", "labels": each} for each in labels]}


def judged(what: str, found: Spread, least: Spread) -> bool:
    """Whether the limits are kept."""
    most = Spread(
        max(MOST_P50_MS, MOST_TIMES_THE_FLOOR * least.p50), max(MOST_P99_MS, MOST_TIMES_THE_FLOOR * least.p99)
    )
    half = within(f"{what}, p50", found.p50, most.p50, "ms")
    return within(f"{what}, p99", found.p99, most.p99, "ms") and half


def tell(what: str, found: Spread) -> None:
    say(what, f"{found.p50:.2f} ms", f"p99 {found.p99:.2f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commands", type=int, default=400)
    parser.add_argument("--checks", type=int, default=10_000)
    parser.add_argument("--alerts", type=int, default=1000)
    chosen = parser.parse_args()
    alone = Spread.of(floor(chosen.commands))
    tell("floor: signature, dispatch, a row on disk", alone)
    kept = []
    ways = {"by HTTP": {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET}, "by Socket Mode": {}}
    try:
        with slack() as there:
            inside = partial(vigil_inside, slack=there.environment)
            with busy(there, inside, chosen.checks, chosen.alerts):
                beside = Spread.of(floor(chosen.commands))
            tell("the same beside a bot at work in its process", beside)
        least = Spread(min(alone.p50, beside.p50), min(alone.p99, beside.p99))
        for way, by in ways.items():
            with slack() as there, sink() as answers:
                start = partial(apart, there.environment | by)
                with busy(there, start, chosen.checks, chosen.alerts) as bot:
                    if by:
                        taken = by_http(bot, chosen.commands, answers.url)
                    else:
                        taken = by_socket(there, chosen.commands, answers.url)
            kept.append(judged(f"slash command {way}", Spread.of(taken), least))
    except Absent as absent:
        say(str(absent), "")
        return 1
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
