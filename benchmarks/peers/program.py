"""A program that runs beside the benchmark, and what its whole family costs."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Absent(Exception):  # noqa: N818 - a fact about this machine
    """A peer is not installed; the text says which package has it."""


def found(program: str, package: str) -> str:
    """The path of a program. Raises Absent."""
    path = shutil.which(program, path=_PATH)
    if path is None:
        raise Absent(f"{program} is not here: apt-get install {package}")
    return path


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def wait(seconds: float) -> None:
    """Let time pass."""
    threading.Event().wait(seconds)


def wait_for_port(port: int, seconds: float = 10.0) -> None:
    """Until somebody listens on a port of loopback, or so long."""
    for _ in range(int(seconds / 0.05)):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        wait(0.05)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a family of processes has used so far: processor seconds, and memory in use now (MiB)."""

    cpu_s: float
    memory_mib: float


def cost_of(pid: int) -> Cost:
    """Of a process and everything it started, those that have ended and were reaped included."""
    cpu = memory = 0.0
    for each in _family_of(pid):
        with contextlib.suppress(psutil.Error):
            times = each.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory += each.memory_info().rss / 2**20
    return Cost(cpu, memory)


def _family_of(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.Error:
        return []


class Program:
    """A program in a session of its own; its output goes to a file."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.output = folder / f"{Path(arguments[0]).name}.out"
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - its arguments are ours
                arguments,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def cost(self) -> Cost:
        """Of its whole family."""
        return cost_of(self._process.pid)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, seconds: float = 5.0) -> None:
        """Ask it to end; kill what is left of its family."""
        family = _family_of(self._process.pid)
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        for each in family:
            with contextlib.suppress(psutil.Error):
                each.kill()
        self._process.wait()


class Family:
    """Programs that do a work together, and cost together."""

    def __init__(self, *programs: Program) -> None:
        self._programs = programs
        self.output = programs[0].output

    def cost(self) -> Cost:
        """Of all of them."""
        costs = [program.cost() for program in self._programs]
        return Cost(sum(each.cpu_s for each in costs), sum(each.memory_mib for each in costs))

    @property
    def running(self) -> bool:
        return all(program.running for program in self._programs)
