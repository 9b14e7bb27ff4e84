"""`vigil watch`: start, list and steer watches, as in Slack. The running bot takes it up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command, group
from bot.cli.frame.names import names_of
from bot.cli.frame.opening import deciding, looking
from bot.cli.frame.options import as_option, config_option, json_option, refuse
from bot.cli.frame.pages import option
from bot.cli.frame.values import instant_of
from bot.cli.spoken import request_of, told_of
from bot.domain.commands import Command, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.engine.people.told import WatchTold

_FIELDS = {"service": "SERVICE", "version": "VERSION", "deployed_at": "--deployed", "owner": "--owner"}


@group("watch")
@config_option
@json_option
def watch(config: Path, as_json: bool) -> None:
    _list(config, as_json)


@command("watch list", watch)
@config_option
@json_option
def list_open(config: Path, as_json: bool) -> None:
    _list(config, as_json)


def _list(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import plain, print_json, print_tables
    from bot.cli.watches.table import watch_table
    from bot.engine.people.told import tell_watch

    with looking(config) as at:
        watches = at.ledger.watches.open_all()
        told = [tell_watch(at.ledger, each, at.say, at.now) for each in watches]
    if as_json:
        print_json([plain(each) for each in told])
    elif told:
        print_tables([watch_table(told, watches, at.speaker)])
    else:
        click.echo(at.say(say("No watch is running")))


@command("watch start", watch, examples=("watch start --version v1.4.2 --as lin --json",))
@config_option
@json_option
@as_option
@option(
    "--deployed",
    metavar="TIME",
    about=say("When it went live: ISO 8601, without an offset in the configured zone; left out: now"),
)
@option(
    "--owner",
    metavar="PERSON",
    shell_complete=names_of(Kind.PERSON),
    about=say("Whose watch it is: a key of `people`; left out: that of --as"),
)
def start(
    config: Path, as_json: bool, person: str | None, deployed: str | None, owner: str | None, typed: Command
) -> None:
    from bot.config.errors import did_you_mean
    from bot.engine.people.told import tell_watch
    from bot.engine.watches.begin import Wanted, Wrong, begin

    *services, version = typed.arguments[1:] or ("",)
    with deciding(config, person, "watch") as to:
        wanted = Wanted(
            version=version,
            by=to.by,
            service=services[0] if services else None,
            deployed_at=instant_of(deployed, to.setup.zone, "--deployed") if deployed is not None else None,
            owner=owner or person,
        )
        begun = begin(to.ledger, to.setup, wanted, to.now)
        if isinstance(begun, Wrong):
            hint = did_you_mean(begun.word, begun.known)
            raise click.BadParameter(f"{to.say(begun.why)}{hint}", param_hint=_FIELDS[begun.field])
        begins = say("The watch of {service} {version} begins", service=begun.service, version=begun.version)
        told = tell_watch(to.ledger, begun, to.say, to.now)
    _answer(as_json, told, f"{begun.id}  {to.say(begins)}")


def _steer(config: Path, as_json: bool, person: str | None, typed: Command) -> None:
    from bot.domain.watches.watch import WatchChange
    from bot.engine.people.told import tell_watch
    from bot.engine.watches.steer import course
    from bot.engine.watches.watch import record_change

    with deciding(config, person, "watch") as to:
        change = course(request_of(to, typed))
        if not isinstance(change, WatchChange):
            refuse(told_of(to, change))
        record_change(to.ledger, to.setup, change)
        told = tell_watch(to.ledger, change.watch, to.say, to.now)
    _answer(as_json, told, to.say(change.reason))


for _part in ("pause", "resume", "extend", "stop", "intensify"):

    @command(f"watch {_part}", watch)
    @config_option
    @json_option
    @as_option
    def steer(config: Path, as_json: bool, person: str | None, typed: Command) -> None:
        _steer(config, as_json, person, typed)


def _answer(as_json: bool, told: WatchTold, sentence: str) -> None:
    from bot.cli.frame.printing import plain, print_json

    if as_json:
        print_json(plain(told))
    else:
        click.echo(sentence)
