"""Monit, from Debian's monit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, found

_CONFIG = """
set daemon {every_s}
set logfile {folder}/monit.log
set pidfile {folder}/monit.pid
set idfile {folder}/monit.id
set statefile {folder}/monit.state
"""
_WEB = (
    "check host web-{number} with address 127.0.0.1 "
    'if failed port {port} protocol http request "/{number}" then alert'
)
_PROGRAM = "check program program-{number} with path {programs}/true-{number} if status != 0 then alert"


@contextmanager
def monit(folder: Path, check: str, checks: int, every_s: int) -> Iterator[Program]:
    """So many checks, `{number}` in each standing for its own, one after the other. Raises Absent."""
    program = found("monit", "monit")
    lines = [_CONFIG.format(every_s=every_s, folder=folder), *(check.format(number=n) for n in range(checks))]
    config = folder / "monitrc"
    config.write_text("\n".join(lines) + "\n")
    config.chmod(0o600)
    running = Program([program, "-I", "-c", str(config)], folder)
    try:
        yield running
    finally:
        running.stop()


def web_check(port: int) -> str:
    """The line that asks a web address."""
    return _WEB.replace("{port}", str(port))


def program_check(programs: Path) -> str:
    """The line that runs a program."""
    return _PROGRAM.replace("{programs}", str(programs))
