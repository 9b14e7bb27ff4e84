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

_TELLING = """
object NotificationComponent "notification" {{ }}
object User "lin" {{ }}
object NotificationCommand "tell" {{ command = {command} }}
apply Notification "told" to Service {{
  command = "tell"
  users = [ "lin" ]
  interval = 0
  assign where true
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
def icinga(folder: Path, command: str, checks: int, every_s: int, tell: str = "") -> Iterator[Program]:
    """So many services that run `command` every so many seconds, their state kept. Raises Absent.

    `tell` is what it runs once when one fails. `{number}` in both stands for the service's own.
    """
    program = found("icinga2", "icinga2-bin icinga2-common")
    for name in _FOLDERS.values():
        (folder / name).mkdir()
    config = _CONFIG.format(command=_words(command), checks=checks, every_s=every_s)
    told = _TELLING.format(command=_words(tell)) if tell else ""
    (folder / "icinga2.conf").write_text(config + told)
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


def _words(command: str) -> str:
    """A command as Icinga has it."""
    return json.dumps(command.format(number="$service.vars.number$").split())
