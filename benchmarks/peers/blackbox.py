"""Prometheus's blackbox_exporter, from Debian's prometheus-blackbox-exporter, and who has it probe."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Family, Program, found, free_port, wait_for_port

_MODULES = """
modules:
  http_2xx: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4}}
"""

_SCRAPES = """
global: {{scrape_interval: {every_s}s, scrape_timeout: {every_s}s}}
scrape_configs:
  - job_name: blackbox
    metrics_path: /probe
    params: {{module: [http_2xx]}}
    file_sd_configs: [{{files: [targets.json]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: "127.0.0.1:{exporter}"}}
"""
_CALLERS = 4


@contextmanager
def _exporter(folder: Path, port: int) -> Iterator[Program]:
    program = found("prometheus-blackbox-exporter", "prometheus-blackbox-exporter")
    (folder / "blackbox.yml").write_text(_MODULES)
    listen = f"--web.listen-address=127.0.0.1:{port}"
    running = Program([program, f"--config.file={folder / 'blackbox.yml'}", listen], folder)
    try:
        wait_for_port(port)
        yield running
    finally:
        running.stop()


@contextmanager
def blackbox(folder: Path, target: int, checks: int) -> Iterator[Program]:
    """The exporter, asked as fast as it answers, over kept connections. Raises Absent.

    What asking costs is not its own: whoever has it probe pays for that.
    """
    port, leaving = free_port(), threading.Event()

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        number = first
        while not leaving.is_set():
            path = f"/probe?module=http_2xx&target=http://127.0.0.1:{target}/{number}"
            connection.request("GET", path)
            connection.getresponse().read()
            number = (number + _CALLERS) % checks
        connection.close()

    with _exporter(folder, port) as running:
        callers = [threading.Thread(target=ask, args=(first,), daemon=True) for first in range(_CALLERS)]
        for caller in callers:
            caller.start()
        try:
            yield running
        finally:
            leaving.set()
            for caller in callers:
                caller.join()


@contextmanager
def blackbox_scraped(folder: Path, target: int, checks: int, every_s: int) -> Iterator[Family]:
    """The exporter and a Prometheus that has it probe and keeps what it tells. Raises Absent."""
    program, port = found("prometheus", "prometheus"), free_port()
    addresses = ",".join(f'"http://127.0.0.1:{target}/{number}"' for number in range(checks))
    (folder / "targets.json").write_text(f'[{{"targets": [{addresses}]}}]')
    (folder / "prometheus.yml").write_text(_SCRAPES.format(every_s=every_s, exporter=port))
    arguments = [program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder}/tsdb"]
    with _exporter(folder, port) as exporter:
        prometheus = Program([*arguments, f"--web.listen-address=127.0.0.1:{free_port()}"], folder)
        try:
            yield Family(exporter, prometheus)
        finally:
            prometheus.stop()
