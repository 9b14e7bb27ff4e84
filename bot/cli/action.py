"""`vigil action` and `vigil rollback`: act on a service by hand, as in Slack."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.nearest import Nearest
from bot.cli.opening import Opened, deciding
from bot.cli.options import (
    Words,
    as_option,
    config_option,
    database_of,
    json_option,
    load_setup,
    refuse,
)

if TYPE_CHECKING:
    from bot.domain.action import Action, ActionRun
    from bot.domain.setup import Service, Setup

_LOOK_S = 0.25
_TAKEN_UP = timedelta(seconds=15)
"""A running bot begins within a second, unless another action of the service runs."""

_dry_option = click.option("--dry-run", "dry", is_flag=True, help="Only say what would be called.")
_sure_option = click.option("--yes", "sure", is_flag=True, help="Do not ask whether it is meant.")


@click.group(cls=Nearest)
def action() -> None:
    """List the actions of a service, try one dry, run one. The running bot runs it."""


@action.command("list")
@config_option
@json_option
def list_actions(config: Path, as_json: bool) -> None:
    """Every action, and who may run it."""
    from bot.cli.printing import print_json, print_tables, table
    from bot.domain.text import say
    from bot.engine.acting.operate import offers
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker, found = speaker_of(setup), offers(setup)
    if as_json:
        print_json([{"service": each.service, "action": each.action, "who": each.who} for each in found])
        return
    if not found:
        click.echo(speaker.say(say("No action is configured: see `actions` in config.yaml")))
        return
    shown = table("", map(speaker.say, (say("Service"), say("Action"), say("What"), say("Who"))))
    for each in found:
        who = ", ".join(each.who) or speaker.say(say("for everybody"))
        shown.add_row(each.service, each.action, speaker.label(each.label), who)
    print_tables([shown])


@action.command()
@config_option
@as_option
@_dry_option
@_sure_option
@click.option("--wait", "waits", is_flag=True, help="Wait for its end; exit 1 unless it succeeds.")
@click.argument("name", metavar="[SERVICE/]ACTION", type=Words(200))
def run(config: Path, person: str | None, dry: bool, sure: bool, waits: bool, name: str) -> None:
    """Run an action, or say with --dry-run what it would call."""
    from bot.domain.text import say
    from bot.engine.acting.actions import Wanted, ask, not_allowed, try_dry

    with deciding(config, person, "action") as to:
        service, meant = _meant(to, name)
        to.permitted(not_allowed(to.ledger, to.setup, to.by, meant, to.now))
        if dry:
            told = to.granted(try_dry(to.ledger, to.setup, (service, meant), to.by, to.now))
    if dry:
        click.echo(to.say(told))
        return
    if meant.confirm and not sure:
        click.confirm(f"{to.speaker.label(meant.label)} – {service.key}?", abort=True, err=True)
    with deciding(config, person, "action") as to:
        key = f"cli/{to.by}/{service.key}/{meant.key}/{to.now.isoformat()}"
        wanted = Wanted(service=service.key, action=meant.key, key=key, by=to.by)
        asked = to.granted(ask(to.ledger, to.setup, wanted, to.now))
    begins = say("{action} begins; the channel is told how it ends", action=meant.label)
    click.echo(f"{asked.id}  {to.say(begins)}")
    if waits:
        _follow(to.setup, asked)


@click.command()
@config_option
@as_option
@_dry_option
@_sure_option
@click.option("--reason", default="", type=Words(500), help="Why, for those who read it later.")
@click.argument("service", required=False, type=Words(200))
def rollback(
    config: Path, person: str | None, dry: bool, sure: bool, reason: str, service: str | None
) -> None:
    """Roll a service back as a decision: the action runs, the checks verify it, the watch ends.

    SERVICE may be left out when one can be rolled back.
    """
    from bot.engine.acting.actions import facts, try_dry
    from bot.engine.incident.rollback import (
        ACTION,
        BEGINS,
        may_not_roll_back,
        roll_back_now,
        service_to_roll_back,
    )

    with deciding(config, person, "rollback") as to:
        meant = to.granted(service_to_roll_back(to.setup, service))
        to.permitted(may_not_roll_back(to.ledger, to.setup, meant, to.by, to.now))
        version = facts(to.ledger, meant).version
        if dry:
            chosen = meant, meant.actions[ACTION]
            told = to.granted(try_dry(to.ledger, to.setup, chosen, to.by, to.now))
    if dry:
        click.echo(to.say(told))
        return
    if not sure:
        label = to.speaker.label(meant.actions[ACTION].label)
        click.confirm(f"{label} – {meant.key} {version}?", abort=True, err=True)
    with deciding(config, person, "rollback") as to:
        incident = to.granted(roll_back_now(to.ledger, to.setup, meant, (to.by, reason), to.now))
    click.echo(f"{incident.id}  {to.say(BEGINS)}")


def _meant(to: Opened, word: str) -> tuple[Service, Action]:
    from bot.config.errors import did_you_mean
    from bot.engine.acting.operate import named, offers

    found = named(to.setup, word)
    if len(found) > 1:
        which = ", ".join(f"{service.key}/{each.key}" for service, each in found)
        raise click.UsageError(f"several services have it; say which: {which}")
    if not found:
        known = [each.action for each in offers(to.setup)]
        hint = did_you_mean(word, known) or "; config.yaml has none under `actions`"
        raise click.BadParameter(f"no action is called {word!r}{hint}", param_hint="ACTION")
    return found[0]


def _follow(setup: Setup, asked: ActionRun) -> None:
    """Wait until it has ended, say how, and exit 1 unless it succeeded."""
    from bot.clock import RealClock
    from bot.domain.action import RunState, told
    from bot.locale import speaker_of

    run, pause = asked, threading.Event()
    with database_of(setup) as database:
        while not run.ended:
            pause.wait(_LOOK_S)
            with database.reading() as ledger:
                run = ledger.actions.get(asked.id) or asked
            if run.state is RunState.ASKED and RealClock().now() - run.asked_at > _TAKEN_UP:
                refuse("nobody begins it: another action runs, or no bot does; a bot that starts will run it")
    click.echo(speaker_of(setup).say(told(run)))
    if run.output.strip():
        click.echo(run.output.rstrip())
    raise SystemExit(0 if run.state is RunState.SUCCEEDED else 1)
