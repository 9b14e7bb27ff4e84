"""Vigil itself, as anybody runs it: `vigil up` with SQLite on disk, in its local workspace or in ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, free_port, wait
from peers.web import send

_STARTS_WITHIN_S = 60


class Vigil(Program):
    """A bot; `url` is its own HTTP."""

    url = ""

    def wait_until_ready(self) -> None:
        """Until it can do everything, Slack included."""
        for _ in range(_STARTS_WITHIN_S * 10):
            try:
                send(f"{self.url}/readyz")
            except OSError:
                wait(0.1)
            else:
                return
        raise SystemExit(f"it is not ready after {_STARTS_WITHIN_S} s:\n{self.output.read_text()[-2000:]}")


def configured(folder: Path, parts: str) -> Path:
    """A config.yaml of these parts, with SQLite beside it."""
    file = folder / "config.yaml"
    file.write_text(f"service: orders\nstorage: sqlite:///vigil.db\n{parts}")
    return file


@contextmanager
def vigil(folder: Path, parts: str, slack: Mapping[str, str] | None = None) -> Iterator[Vigil]:
    """A bot over these parts of a config.yaml: `metrics:`, `checks:`, …

    `slack` are the variables of the environment that lead to a Slack; without them it speaks in a local
    workspace in its own process.
    """
    port = free_port()
    arguments = [sys.executable, "-m", "bot", "up", "--config", str(configured(folder, parts))]
    arguments += ["--workspace", "slack" if slack else "local", "--workspace-port", "0", "--port", str(port)]
    unwanted = ("SLACK_", "DATABASE_URL", "VIGIL_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    root = str(Path(__file__).parents[2])
    running = Vigil(arguments, folder, environment | {"PYTHONPATH": root} | dict(slack or {}))
    running.url = f"http://127.0.0.1:{port}"
    try:
        yield running
    finally:
        running.stop()
