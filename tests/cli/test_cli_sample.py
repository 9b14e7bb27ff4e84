"""The sample service beside `vigil up`: whose it is, and what it inherits."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from test_cli_up import up

from bot.cli.running.sample import Sample, SampleError
from bot.cli.running.up import SECRETS
from bot.config import load

SERVICE = Path(__file__).parents[2] / "examples" / "orders" / "service.py"


@contextmanager
def service_of(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A sample service with its logs where a bot of this folder has them; the port before its switches'."""
    command = [
        sys.executable,
        SERVICE,
        "--port",
        "0",
        "--rate",
        "0",
        "--folder",
        folder / ".vigil" / "orders",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        switches = service.stdout.readline().split()[-1]
        try:
            yield int(switches.rstrip("/").rpartition(":")[2]) - 1, service
        finally:
            service.kill()


def test_the_sample_that_an_earlier_bot_left_is_taken_over_and_ended(tmp_path: Path) -> None:
    with service_of(tmp_path) as (port, service):
        sample = Sample.start(tmp_path, port)
        assert sample.pid == service.pid
        sample.stop()
        assert service.wait(timeout=5) == 0


def test_the_sample_keeps_its_logs_where_the_environment_lets_the_configuration_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_FOLDER", str(tmp_path / ".vigil" / "orders"))
    with service_of(tmp_path) as (port, service):
        assert Sample.start(tmp_path / "elsewhere", port).pid == service.pid


def test_the_shipped_configuration_finds_the_sample_on_whatever_ports_it_has() -> None:
    where = Path(__file__).parents[2] / "config.yaml"
    checks = load(where, Sample.addresses(18190)).services["orders"].checks
    options = {key: checks[key].options.model_dump(mode="json") for key in ("health", "network", "names")}
    assert options["health"]["url"] == "http://127.0.0.1:18190/healthz"
    assert options["network"]["address"] == "127.0.0.1:18191"
    assert options["names"]["port"] == 18192


def test_the_sample_of_another_folder_is_left_alone_and_named(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    with service_of(elsewhere) as (port, service):
        with pytest.raises(SampleError) as refusal:
            Sample.start(tmp_path, port)
        assert str(refusal.value) == (
            f"http://127.0.0.1:{port + 1}/ is the sample service of {elsewhere}/.vigil/orders "
            f"(process {service.pid}); end it, or choose another port with --sample-port"
        )
        assert service.poll() is None


@pytest.mark.parametrize("said", ['{"name": "vigil sample orders"}', "[]", "hello"])
def test_another_program_on_the_port_is_not_taken_for_the_sample(tmp_path: Path, said: str) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(f"HTTP/1.0 200 OK\r\n\r\n{said}".encode())

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        answering = threading.Thread(target=other.handle_request)
        answering.start()
        with pytest.raises(SampleError, match="is another program; end it, or choose another port"):
            Sample.start(tmp_path, other.server_port - 1)
        answering.join()


PRINT_ENVIRONMENT = "import json, os; open({file!r}, 'w').write(json.dumps(dict(os.environ)) + '\\n')"


def test_neither_checks_nor_the_sample_inherit_secrets(folder: Path) -> None:
    seen = {name: folder / f"{name}.json" for name in ("check", "sample")}
    service = folder / "examples" / "orders" / "service.py"
    service.parent.mkdir(parents=True)
    service.write_text(PRINT_ENVIRONMENT.format(file=str(seen["sample"])))
    (folder / "print.py").write_text(PRINT_ENVIRONMENT.format(file=str(seen["check"])))
    config = (
        (folder / "config.yaml").read_text().replace("[cat, figures.json]", f"[{sys.executable}, print.py]")
    )
    (folder / "config.yaml").write_text(f"{config}channels: {{pager: '${{PAGER_URL}}'}}\n")
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        sample_port = free.server_port - 1
    secrets = {name: f"secret {name}" for name in SECRETS} | {"DATABASE_URL": f"sqlite:///{folder}/it.db"}
    secrets["PAGER_URL"] = "json://:password@127.0.0.1:9/"
    ports = ("--port", "0", "--workspace-port", "0", "--sample-port", str(sample_port))
    with up(folder, "--workspace", "local", "--sample", *ports, INHERITED="yes", **secrets) as bot:
        deadline, pause = time.monotonic() + 30, threading.Event()
        while not all(file.exists() and file.read_text().endswith("\n") for file in seen.values()):
            assert time.monotonic() < deadline, "neither ran"
            pause.wait(0.1)
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(10) == 0
    for file in seen.values():
        environment = json.loads(file.read_text())
        assert environment["INHERITED"] == "yes"
        assert [name for name in secrets if name in environment] == []
