"""How soon a slash command is acknowledged, on disk: by HTTP with signatures, and through Socket Mode.

    .venv/bin/python benchmarks/slash.py [--commands 400] [--checks 10000] [--alerts 1000]

The bot has so many open alerts and asks so many checks a minute meanwhile. The floor, in the same run: the
signature is checked, and Bolt dispatches to a listener that appends a row to an SQLite of its own, as safely,
in this process with nothing else to do. A command may take twice as long as the floor, or the milliseconds
that an idle machine is to need, whichever is more. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import http.client
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from peers.program import Absent, wait
from peers.sink import sink
from peers.slack import PEOPLE, Slack, slack
from peers.target import web_target
from peers.vigil import Vigil, vigil
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


def by_http(bot: Vigil, commands: int, answers: str) -> list[float]:
    """ms of each command over one kept connection."""
    parts = urlsplit(bot.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def ask(body: str, headers: dict[str, str]) -> None:
        connection.request("POST", "/slack/events", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"it answers {answer.status}")

    taken = []
    for number in range(commands):
        body = urlencode(payload(number, answers))
        headers = signed(body)
        taken.append(timed(partial(ask, body, headers)))
        wait(APART_S)
    connection.close()
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


@contextmanager
def busy(there: Slack, by: dict[str, str], checks: int, alerts: int) -> Iterator[Vigil]:
    """A bot that has its hands full. Raises Absent."""
    with ExitStack() as stack:
        target = stack.enter_context(web_target(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        part = config(partial(http_check, target.port), checks, "1m") if checks else ""
        bot = stack.enter_context(vigil(folder, PEOPLE + part, there.environment | by))
        bot.wait_until_ready()
        send_json(f"{bot.url}/api/v1/webhooks/alertmanager", storm(alerts))
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commands", type=int, default=400)
    parser.add_argument("--checks", type=int, default=10_000)
    parser.add_argument("--alerts", type=int, default=1000)
    chosen = parser.parse_args()
    least = Spread.of(floor(chosen.commands))
    say("floor: signature, dispatch, a row on disk", f"{least.p50:.2f} ms", f"p99 {least.p99:.2f} ms")
    kept = []
    ways = {"by HTTP": {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET}, "by Socket Mode": {}}
    try:
        for way, by in ways.items():
            with slack() as there, sink() as answers, busy(there, by, chosen.checks, chosen.alerts) as bot:
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
