"""The sample order service beside the bot: started, or found running, and ended with the bot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

IDENTITY = "vigil sample orders"


class SampleError(Exception):
    """The sample service cannot run; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The running sample service."""

    pid: int
    switches_url: str

    @classmethod
    def start(
        cls, folder: Path, port: int, logs: Path | None = None, further: tuple[str, ...] = ()
    ) -> Sample:
        """Start it, or take over the one that an earlier, killed bot left running in this folder.

        Its orders are on `port`, its switches on the next one. It keeps its logs in `logs`, by default where
        the shipped configuration looks for them; `further` are options of its own.
        """
        url = f"http://127.0.0.1:{port + 1}/"
        logs = logs or folder / (os.environ.get("ORDERS_FOLDER") or ".vigil/orders")
        if pid := _running(url, logs):
            return cls(pid, url)
        program = folder / "examples" / "orders" / "service.py"
        if not program.exists():
            raise SampleError(
                f"{program} is not there; run `vigil up --sample` with the config.yaml of the repository"
            )
        child = subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                str(program),
                "--port",
                str(port),
                "--folder",
                str(logs),
                *further,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if further else None,
            start_new_session=True,
        )
        return cls(child.pid, url)

    @staticmethod
    def addresses(port: int) -> dict[str, str]:
        """The words of the environment by which config.yaml finds a sample service on other ports."""
        return {
            "ORDERS_URL": f"http://127.0.0.1:{port}",
            "API_ADDRESS": f"127.0.0.1:{port + 1}",
            "DNS_PORT": str(port + 2),
        }

    def stop(self) -> None:
        """Ask it to end; it does within two seconds."""
        try:
            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            return


def _running(url: str, logs: Path) -> int | None:
    """The process ID of the sample service that keeps its logs in `logs`; None when nothing answers."""
    try:
        with urlopen(f"{url}identity", timeout=1) as answer:  # noqa: S310 - a fixed loopback address
            identity = json.load(answer)
    except URLError as wrong:
        if isinstance(wrong.reason, ConnectionRefusedError):
            return None
        identity = None
    except (OSError, HTTPException, ValueError):
        identity = None
    remedy = "end it, or choose another port with --sample-port"
    match identity:
        case {"name": str(name), "pid": int(pid), "folder": str(found)} if name == IDENTITY:
            if Path(found) == logs.resolve():
                return pid
            raise SampleError(f"{url} is the sample service of {found} (process {pid}); {remedy}")
    raise SampleError(f"{url} is another program; {remedy}")
