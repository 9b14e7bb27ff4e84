"""`vigil watch`: start, list, pause, resume, extend, stop and intensify watches, as in Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.nearest import Nearest
from bot.cli.opening import deciding, looking
from bot.cli.options import Length, Words, as_option, config_option, instant_of, json_option, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.alerts.alert import Refusal
    from bot.domain.watches.watch import Watch, WatchChange
    from bot.engine.ledger import Ledger
    from bot.engine.people.told import WatchTold

    Decide = Callable[[Watch, str, datetime], WatchChange | Refusal]

_FIELDS = {"service": "SERVICE", "version": "--version", "deployed_at": "--deployed", "owner": "--owner"}
_Command = Callable[..., None]

_watch_argument = click.argument("watch_id", required=False, metavar="[WATCH]", type=Words(100))


@click.group(cls=Nearest)
def watch() -> None:
    """Start, list and steer watches. The running bot takes up every change by itself.

    WATCH is an ID that `vigil watch list` shows, or a version; it may be left out when one watch is open.
    """


def _changes(command: _Command) -> _Command:
    """The options that every change of a watch takes."""
    for option in (as_option, json_option, config_option, _watch_argument):
        command = option(command)
    return command


@watch.command()
@config_option
@json_option
@as_option
@click.argument("service", required=False)
@click.option("--version", required=True, help="The deployed version.")
@click.option(
    "--deployed",
    metavar="TIME",
    help="When it went live: ISO 8601, in the configured zone without an offset; default now.",
)
@click.option("--owner", metavar="PERSON", help="Whose watch it is: a key of `people`; default --as.")
def start(config: Path, as_json: bool, person: str | None, service: str | None, **given: str | None) -> None:
    """Start a watch of a deployment; SERVICE may be left out when one is configured."""
    from bot.config.errors import did_you_mean
    from bot.domain.text import say
    from bot.engine.people.told import tell_watch
    from bot.engine.watches.begin import Wanted, Wrong, begin

    deployed = given["deployed"]
    with deciding(config, person, "watch") as to:
        wanted = Wanted(
            version=given["version"] or "",
            by=to.by,
            service=service,
            deployed_at=instant_of(deployed, to.setup.zone, "--deployed") if deployed is not None else None,
            owner=given["owner"] or person,
        )
        begun = begin(to.ledger, to.setup, wanted, to.now)
        if isinstance(begun, Wrong):
            hint = did_you_mean(begun.word, begun.known)
            raise click.BadParameter(f"{begun.why}{hint}", param_hint=_FIELDS[begun.field])
        begins = say("The watch of {service} {version} begins", service=begun.service, version=begun.version)
        told = tell_watch(to.ledger, begun, to.say, to.now)
    _answer(as_json, told, f"{begun.id}  {to.say(begins)}")


@watch.command("list")
@config_option
@json_option
def list_open(config: Path, as_json: bool) -> None:
    """The watches that have not ended, with how far they are."""
    from bot.cli.printing import plain, print_json, print_tables
    from bot.cli.watch_table import watch_table
    from bot.domain.text import say
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


@watch.command()
@_changes
@click.option("--for", "length", type=Length(), metavar="LENGTH", help="How long; default 1h.")
def pause(watch_id: str | None, length: timedelta | None, **common: Any) -> None:
    """No rounds for a while; alerts and sampling go on."""
    from bot.domain.watches import watch_life
    from bot.engine.watches.steer import PAUSE

    span = PAUSE if length is None else length
    _change(watch_id, lambda each, by, now: watch_life.pause(each, by, now + span, now), **common)


@watch.command()
@_changes
def resume(watch_id: str | None, **common: Any) -> None:
    """End a pause."""
    from bot.domain.watches import watch_life

    _change(watch_id, watch_life.resume, **common)


@watch.command()
@_changes
@click.option("--days", required=True, type=int, help="How many days the plan goes on beyond its end.")
def extend(watch_id: str | None, days: int, **common: Any) -> None:
    """Let the plan go on for some days, like its last one."""
    from bot.domain.watches import watch_life

    _change(watch_id, lambda each, by, now: watch_life.extend(each, by, days, now), **common)


@watch.command()
@_changes
@click.option("--reason", default="", type=Words(1000), help="Why, for those who read it later.")
def stop(watch_id: str | None, reason: str, **common: Any) -> None:
    """End a watch."""
    from bot.domain.watches import watch_life

    _change(watch_id, lambda each, by, now: watch_life.stop(each, by, reason, now), **common)


@watch.command()
@_changes
@click.option("--every", type=Length(), metavar="LENGTH", help="Time between rounds; default 15m.")
@click.option("--for", "length", type=Length(), metavar="LENGTH", help="How long; default 12h.")
def intensify(watch_id: str | None, every: timedelta | None, length: timedelta | None, **common: Any) -> None:
    """More rounds for a while, and back to the plan's cadence by itself."""
    from bot.domain.watches import watch_life
    from bot.engine.watches.watch import DENSE_EVERY, DENSE_FOR

    cadence = DENSE_EVERY if every is None else every
    span = DENSE_FOR if length is None else length
    _change(
        watch_id,
        lambda each, by, now: watch_life.densify(each, by, cadence, now + span, now),
        **common,
    )


def _change(watch_id: str | None, decide: Decide, config: Path, as_json: bool, person: str | None) -> None:
    from bot.engine.people.told import tell_watch
    from bot.engine.watches.watch import record_change

    with deciding(config, person, "watch") as to:
        change = to.granted(decide(_chosen(to.ledger, watch_id), to.by, to.now))
        record_change(to.ledger, to.setup, change)
        told = tell_watch(to.ledger, change.watch, to.say, to.now)
    _answer(as_json, told, to.say(change.reason))


def _chosen(ledger: Ledger, watch_id: str | None) -> Watch:
    from bot.config.errors import did_you_mean
    from bot.domain.watches.watch import WatchState

    open_ones = ledger.watches.open_all()
    if watch_id is not None:
        named = ledger.watches.named(watch_id)
        if not named:
            hint = did_you_mean(watch_id, [each.id for each in open_ones])
            raise click.BadParameter(f"no watch has the ID or version {watch_id!r}{hint}", param_hint="WATCH")
        open_ones = tuple(each for each in named if each.state is not WatchState.ENDED) or named[:1]
    if len(open_ones) > 1:
        lines = "".join(f"\n  {each.id}  {each.service} {each.version}" for each in open_ones)
        raise click.UsageError(f"several watches are open; say which:{lines}")
    return open_ones[0] if open_ones else refuse("no watch is open; `vigil watch start` begins one")


def _answer(as_json: bool, told: WatchTold, sentence: str) -> None:
    from bot.cli.printing import plain, print_json

    if as_json:
        print_json(plain(told))
    else:
        click.echo(sentence)
