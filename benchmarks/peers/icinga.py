"""Icinga 2, from Debian's icinga2-bin."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, found

_CONFIG = """
include <itl>
object CheckerComponent "checker" {{ concurrent_checks = 512 }}
object CheckCommand "ask" {{ command = {command} }}
object Host "target" {{ check_command = "ask"; enable_active_checks = false }}
for (n in range({checks})) {{
  object Service "check-" + n use (n) {{
    host_name = "target"
    check_command = "ask"
    vars.number = string(n)
    check_interval = {every_s}s
    retry_interval = {every_s}s
    max_check_attempts = 1
  }}
}}
"""

_FOLDERS = {"DataDir": "lib", "CacheDir": "cache", "InitRunDir": "run", "LogDir": "log", "SpoolDir": "spool"}
_FILES = {
    "PidPath": "run/pid",
    "StatePath": "lib/state",
    "ModAttrPath": "lib/modified",
    "ObjectsPath": "cache/objects",
    "VarsPath": "cache/vars",
}


@contextmanager
def icinga(folder: Path, command: str, checks: int, every_s: int) -> Iterator[Program]:
    """So many services that run `command` every so many seconds, their state kept. Raises Absent.

    `{number}` in the command stands for the service's own.
    """
    program = found("icinga2", "icinga2-bin icinga2-common")
    for name in _FOLDERS.values():
        (folder / name).mkdir()
    words = json.dumps(command.format(number="$service.vars.number$").split())
    config = _CONFIG.format(command=words, checks=checks, every_s=every_s)
    (folder / "icinga2.conf").write_text(config)
    user = getpass.getuser()
    defined = {"RunAsUser": user, "RunAsGroup": user, "ConfigDir": str(folder)}
    defined |= {name: str(folder / where) for name, where in {**_FOLDERS, **_FILES}.items()}
    arguments = [program, "daemon", "-c", str(folder / "icinga2.conf"), "-x", "critical"]
    for name, value in defined.items():
        arguments += ["-D", f"{name}={value}"]
    running = Program(arguments, folder)
    try:
        yield running
    finally:
        running.stop()
