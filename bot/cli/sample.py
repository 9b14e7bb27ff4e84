"""The sample order service beside the bot: started, or found running, and ended with the bot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PORT = 8090
IDENTITY = "vigil sample orders"


class SampleError(Exception):
    """The sample service cannot run; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The running sample service."""

    pid: int
    switches_url: str

    @classmethod
    def start(cls, folder: Path) -> Sample:
        """Start it, or take over the one that an earlier, killed bot left running."""
        url = f"http://127.0.0.1:{PORT + 1}/"
        if pid := _running(url):
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
                str(PORT),
                "--folder",
                str(folder / ".vigil" / "orders"),
            ],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        return cls(child.pid, url)

    def stop(self) -> None:
        """Ask it to end; it does within two seconds."""
        try:
            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            return


def _running(url: str) -> int | None:
    try:
        with urlopen(f"{url}identity", timeout=1) as answer:  # noqa: S310 - a fixed loopback address
            identity = json.load(answer)
    except (URLError, OSError, ValueError):
        return None
    if not isinstance(identity, dict) or identity.get("name") != IDENTITY:
        raise SampleError(f"port {PORT + 1} is taken by another program; end it to run the sample service")
    return int(identity["pid"])
