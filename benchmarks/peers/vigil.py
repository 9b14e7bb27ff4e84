"""Vigil itself, as anybody runs it: `vigil up` with its local workspace and SQLite on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, free_port


@contextmanager
def vigil(folder: Path, checks: str) -> Iterator[Program]:
    """A bot over this part of a config.yaml: `metrics:` and `checks:`."""
    (folder / "config.yaml").write_text(f"service: orders\nstorage: sqlite:///vigil.db\n{checks}")
    arguments = [sys.executable, "-m", "bot", "up", "--config", str(folder / "config.yaml")]
    arguments += ["--workspace", "local", "--workspace-port", str(free_port()), "--port", str(free_port())]
    unwanted = ("SLACK_", "DATABASE_URL", "VIGIL_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    root = str(Path(__file__).parents[2])
    running = Program(arguments, folder, environment | {"PYTHONPATH": root})
    try:
        yield running
    finally:
        running.stop()
