"""Nagios Core 4, from Debian's nagios4-core."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, found

_MAIN = """
log_file={folder}/nagios.log
cfg_file={folder}/objects.cfg
object_cache_file={folder}/objects.cache
status_file={folder}/status.dat
status_update_interval=10
state_retention_file={folder}/retention.dat
retain_state_information=1
retention_update_interval=1
check_result_path={folder}
temp_path={folder}
temp_file={folder}/nagios.tmp
lock_file={folder}/nagios.lock
command_file={folder}/nagios.cmd
query_socket={folder}/nagios.qh
nagios_user={user}
nagios_group={user}
interval_length=1
use_syslog=0
execute_host_checks=0
check_for_updates=0
max_concurrent_checks=0
"""

_OBJECTS = """
define command {{
  command_name ask
  command_line {command}
}}
define command {{
  command_name tell
  command_line {tell}
}}
define timeperiod {{
  timeperiod_name always
  alias always
{days}
}}
define contact {{
  contact_name nobody
  host_notifications_enabled 0
  service_notifications_enabled 1
  service_notification_options c
  host_notification_period always
  service_notification_period always
  host_notification_commands tell
  service_notification_commands tell
}}
define host {{
  host_name target
  address 127.0.0.1
  max_check_attempts 1
  check_period always
  contacts nobody
  active_checks_enabled 0
}}
define service {{
  name each
  register 0
  host_name target
  notification_interval 0
  notifications_enabled {notifies}
  check_interval {every_s}
  retry_interval {every_s}
  max_check_attempts 1
  check_period always
  contacts nobody
}}
"""

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


@contextmanager
def nagios(folder: Path, command: str, checks: int, every_s: int, tell: str = "") -> Iterator[Program]:
    """So many services that run `command` every so many seconds, their state kept. Raises Absent.

    `tell` is what it runs once when one fails. `{number}` in both stands for the service's own.
    """
    program = found("nagios4", "nagios4-core")
    (folder / "nagios.cfg").write_text(_MAIN.format(folder=folder, user=getpass.getuser()))
    days = "\n".join(f"  {day} 00:00-24:00" for day in _DAYS)
    services = "\n".join(
        f"define service {{\n  use each\n  service_description check-{n}\n  check_command ask!{n}\n"
        f"  _NUMBER {n}\n}}"
        for n in range(checks)
    )
    objects = _OBJECTS.format(
        command=command.format(number="$ARG1$"),
        tell=tell.format(number="$_SERVICENUMBER$") or "/bin/true",
        notifies=int(bool(tell)),
        every_s=every_s,
        days=days,
    )
    (folder / "objects.cfg").write_text(objects + services)
    running = Program([program, str(folder / "nagios.cfg")], folder)
    try:
        yield running
    finally:
        running.stop()
