"""Starts the sample order service and asks it and its scripts."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
SCRIPTS = ORDERS / "scripts"


def wait_for(what: str, holds: Callable[[], bool], seconds: float = 8) -> None:
    """Poll until `holds`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        pause.wait(0.1)


def run_script(name: str, folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one check script on the logs in `folder`."""
    environment = {**os.environ, "ORDERS_FOLDER": str(folder), **settings}
    return subprocess.run(
        [SCRIPTS / name, *arguments], env=environment, capture_output=True, text=True, timeout=10, check=False
    )


def start(folder: Path, port: int = 0, rate: int = 115) -> subprocess.Popen[str]:
    """Start the sample service from another working directory."""
    command = [
        sys.executable,
        ORDERS / "service.py",
        "--port",
        str(port),
        "--folder",
        folder,
        "--rate",
        str(rate),
    ]
    return subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@dataclass
class Sample:
    """A running sample service."""

    program: subprocess.Popen[str]
    folder: Path
    orders: str
    switches: str

    @classmethod
    def begin(cls, folder: Path, port: int = 0, rate: int = 115) -> "Sample":
        program = start(folder, port, rate)
        assert program.stdout is not None
        _, orders, _, switches = program.stdout.readline().split()
        return cls(program, folder, orders, switches.rstrip("/"))

    def ask(self, url: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Return the status and text of an answer; a body makes it a POST."""
        sent = None if body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, sent, names), timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def turn(self, fault: str, on: bool) -> None:
        status, text = self.ask(f"{self.switches}/faults/{fault}", {"on": on})
        assert status == 200, text

    def log(self) -> list[dict[str, Any]]:
        """Return the whole of orders.jsonl."""
        return [json.loads(line) for line in (self.folder / "logs" / "orders.jsonl").read_text().splitlines()]

    def tier1(self, window: int = 1) -> dict[str, float]:
        """Return the tier-1 figures of the last `window` seconds; none while nothing was measured."""
        answer = run_script("check_tier1.sh", self.folder, ORDERS_WINDOW=str(window))
        return json.loads(answer.stdout) if answer.returncode == 0 else {}

    def end(self) -> int:
        """Ask the program to end and return its exit status."""
        self.program.send_signal(signal.SIGTERM)
        status = self.program.wait(timeout=2)
        for pipe in (self.program.stdout, self.program.stderr):
            if pipe is not None:
                pipe.close()
        return status
