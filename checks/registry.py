"""Every kind of check, by its name in the configuration: those of the house, and those that are installed."""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from checks.base import Kind, Options
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


GROUP = "vigil.checks"
"""The entry point under which other packages make their kinds known."""


def find_kind(name: str) -> type[Kind]:
    """The class of a kind; `.options_model` reads its options, calling it with them builds it.

    Raises ValueError naming the nearest kinds, or what is wrong with an installed one.
    """
    if name in KINDS:
        return KINDS[name]
    installed = {point.name: point for point in entry_points(group=GROUP)}
    if name in installed:
        return _loaded(installed[name])
    known = sorted({*KINDS, *installed})
    near = difflib.get_close_matches(name, known, n=2)
    guess = f"did you mean {' or '.join(near)}? " if near else ""
    raise ValueError(f"there is no kind of check {name!r}; {guess}write one of {', '.join(known)}")


def _loaded(point: EntryPoint) -> type[Kind]:
    where = f"the kind {point.name!r} of the package {point.dist.name if point.dist else point.value}"
    try:
        kind = point.load()
    except Exception as error:
        raise ValueError(f"{where} cannot be loaded: {type(error).__name__}: {error}") from error
    model = getattr(kind, "options_model", None)
    if not (
        isinstance(model, type) and issubclass(model, Options) and callable(getattr(kind, "probe", None))
    ):
        raise ValueError(f"{where} is none: it needs an `options_model` derived from Options, and a `probe`")
    return cast(type[Kind], kind)
