"""Every kind of check, by its name in the configuration: those of the house, and those that are installed."""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import cast

from checks.base import Kind, Options

KINDS = {
    "command": "checks.kinds.command:Command",
    "dns": "checks.kinds.dns:Dns",
    "heartbeat": "checks.kinds.heartbeat:Heartbeat",
    "http": "checks.kinds.http:Http",
    "log": "checks.kinds.log:Log",
    "prometheus": "checks.kinds.prometheus:Prometheus",
    "sql": "checks.kinds.sql:Sql",
    "system": "checks.kinds.system:System",
    "tcp": "checks.kinds.tcp:Tcp",
    "tls": "checks.kinds.tls:Tls",
}
"""Where each kind stands. It is imported when it is first named, with the libraries that it alone needs."""

GROUP = "vigil.checks"
"""The entry point under which other packages make their kinds known."""


def find_kind(name: str) -> type[Kind]:
    """The class of a kind; `.options_model` reads its options, calling it with them builds it.

    Raises ValueError naming the nearest kinds, or what is wrong with an installed one.
    """
    if name in KINDS:
        return cast(type[Kind], resolve_name(KINDS[name]))
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
