"""What a shell may complete an argument with: choices, and names of the configuration and of the rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.domain.commands import WORDS, Argument, Kind

if TYPE_CHECKING:
    from bot.domain.setup import Setup
    from bot.engine.ledger import Ledger

Completing = Callable[[click.Context, click.Parameter, str], list[str]]


def completing(argument: Argument) -> Completing | None:
    """Of an argument; None leaves it to its type."""
    if argument.kind in (Kind.FILE, Kind.NEW_FILE):
        return None
    return names_of(argument.kind, argument.choices)


def names_of(kind: Kind, choices: tuple[str, ...] = ()) -> Completing:
    """The choices, or what there is of this kind."""

    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
        names = choices or _names(context, kind)
        return [name for name in dict.fromkeys(names) if name.startswith(begun)]

    return complete


def _names(context: click.Context, kind: Kind) -> Iterable[str]:
    if kind is Kind.COMMAND:
        return WORDS
    if kind not in _CONFIGURED and kind not in _KEPT:
        return ()
    from bot.config import ConfigError, load

    given = context.params.get("config") or os.environ.get("VIGIL_CONFIG") or "config.yaml"
    try:
        setup = load(Path(given), os.environ)
    except ConfigError:  # a key that is pressed in a shell is no place to tell of it
        return ()
    return _CONFIGURED[kind](setup) if kind in _CONFIGURED else _kept(setup, kind)


def _kept(setup: Setup, kind: Kind) -> Iterable[str]:
    """Of the rows of a SQLite that is there: a database far away would let the shell wait."""
    from bot.cli.frame.options import database_file, rows_of
    from bot.clock import RealClock

    if not Path(database_file(setup)).is_file():
        return ()
    with rows_of(setup) as ledger:
        return list(_KEPT[kind](ledger, RealClock().now()))


_CONFIGURED: dict[Kind, Callable[[Setup], Iterable[str]]] = {
    Kind.PERSON: lambda setup: setup.people,
    Kind.SCHEDULE: lambda setup: setup.schedules,
    Kind.SERVICE: lambda setup: setup.services,
    Kind.CHECK: lambda setup: (key for each in setup.services.values() for key in each.checks),
    Kind.CHECKLIST: lambda setup: (key for each in setup.services.values() for key in each.checklists),
    Kind.ACTION: lambda setup: (key for each in setup.services.values() for key in each.actions),
    Kind.PLAYBOOK: lambda setup: (key for each in setup.services.values() for key in each.playbooks),
}

_KEPT: dict[Kind, Callable[[Ledger, datetime], Iterable[str]]] = {
    Kind.ALERT: lambda rows, now: (
        each.subject.fingerprint for each in rows.alerts.open_all() if each.fired_at
    ),
    Kind.SILENCE: lambda rows, now: (each.id for each in rows.silences.active(now)),
    Kind.WATCH: lambda rows, now: (
        name for each in rows.watches.open_all() for name in (each.version, each.id)
    ),
    Kind.INCIDENT: lambda rows, now: (each.id for each in rows.incidents.open_all()),
    Kind.TOKEN: lambda rows, now: (each.name for each in rows.bearers.all()),
}
