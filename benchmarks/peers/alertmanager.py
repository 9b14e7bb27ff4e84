"""Prometheus's Alertmanager, from Debian's prometheus-alertmanager."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, found, free_port, wait_for_port

_CONFIG = """
route: {{receiver: told, group_by: [{group_by}], group_wait: {group_wait}, group_interval: 5m}}
receivers: [{{name: told, webhook_configs: [{{url: "{told}"}}]}}]
"""


class Alertmanager(Program):
    """`url` is its API."""

    url = ""


@contextmanager
def alertmanager(folder: Path, told: str, group_by: str, group_wait: str) -> Iterator[Alertmanager]:
    """It gathers alerts of one label's value for so long, and posts them to `told`. Raises Absent."""
    program, port = found("prometheus-alertmanager", "prometheus-alertmanager"), free_port()
    config = folder / "alertmanager.yml"
    config.write_text(_CONFIG.format(group_by=group_by, group_wait=group_wait, told=told))
    arguments = [program, f"--config.file={config}", f"--storage.path={folder}/kept"]
    arguments += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    running = Alertmanager(arguments, folder)
    running.url = f"http://127.0.0.1:{port}"
    try:
        wait_for_port(port)
        yield running
    finally:
        running.stop()
