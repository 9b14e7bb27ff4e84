"""Every kind of check, by its name in the configuration."""

from __future__ import annotations

import difflib

from checks.base import Kind
from checks.kinds.command import Command
from checks.kinds.dns import Dns
from checks.kinds.heartbeat import Heartbeat
from checks.kinds.http import Http
from checks.kinds.log import Log
from checks.kinds.prometheus import Prometheus
from checks.kinds.sql import Sql
from checks.kinds.system import System
from checks.kinds.tcp import Tcp
from checks.kinds.tls import Tls

KINDS: dict[str, type[Kind]] = {
    "command": Command,
    "dns": Dns,
    "heartbeat": Heartbeat,
    "http": Http,
    "log": Log,
    "prometheus": Prometheus,
    "sql": Sql,
    "system": System,
    "tcp": Tcp,
    "tls": Tls,
}


def find_kind(name: str) -> type[Kind]:
    """The class of a kind; `.options_model` reads its options, calling it with them builds it.

    Raises ValueError naming the nearest kinds.
    """
    if name in KINDS:
        return KINDS[name]
    near = difflib.get_close_matches(name, KINDS, n=2)
    guess = f"did you mean {' or '.join(near)}? " if near else ""
    raise ValueError(f"there is no kind of check {name!r}; {guess}write one of {', '.join(sorted(KINDS))}")
