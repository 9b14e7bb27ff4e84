"""Which process this is, and whether another one of this host is still there."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path


def presence() -> str:
    """The name of this process, which no other one has: its host, its number, and when it began."""
    return f"{socket.gethostname()}/{os.getpid()}/{_began(os.getpid())}"


def gone(name: str) -> bool:
    """Whether the process of this name is known to be gone. Of other hosts nothing is known."""
    host, number, began = name.rsplit("/", 2)
    return host == socket.gethostname() and _began(int(number)) != began


def _began(number: int) -> str:
    """In ticks since the machine started; "" where there is no such process.

    Where the system does not tell, every process that is there has begun at the same time.
    """
    if not Path("/proc/self/stat").exists():
        with suppress(OSError):
            os.kill(number, 0)
            return "once"
        return ""
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[19]
    return ""
