"""`vigil action` and `vigil rollback`: act on a service by hand, as in Slack."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import Opened, deciding
from bot.cli.frame.options import (
    as_option,
    config_option,
    database_of,
    json_option,
    load_setup,
    refuse,
    sure_option,
)
from bot.cli.frame.pages import option
from bot.cli.frame.values import Words
from bot.cli.spoken import request_of, told_of
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.action import Action, ActionRun
    from bot.domain.setup import Service, Setup

_LOOK_S = 0.25
_TAKEN_UP = timedelta(seconds=15)
"""A running bot begins within a second, unless another action of the service runs."""


@command("action", examples=("action resume-orders --as lin --wait",))
@config_option
@json_option
@as_option
@sure_option
@option("--wait", "waits", is_flag=True, about=say("Wait for its end; exit 1 unless it succeeds"))
def action(config: Path, as_json: bool, person: str | None, sure: bool, waits: bool, typed: Command) -> None:
    if not typed.arguments:
        _list(config, as_json)
        return
    asked = _run(config, person, typed, sure=sure)
    if asked and waits:
        _follow(*asked)


def _list(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json, print_tables, table
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


def _run(config: Path, person: str | None, typed: Command, *, sure: bool) -> tuple[Setup, ActionRun] | None:
    """Let the running bot run it, after asking; None for a dry run, which is told."""
    from bot.engine.acting.actions import Wanted, ask, not_allowed, try_dry

    dry = len(typed.arguments) > 1
    with deciding(config, person, "action") as to:
        service, meant = _meant(to, typed)
        to.permitted(not_allowed(to.ledger, to.setup, to.by, meant, to.now))
        if dry:
            told = to.granted(try_dry(to.ledger, to.setup, (service, meant), to.by, to.now))
    if dry:
        click.echo(to.say(told))
        return None
    if meant.confirm and not sure:
        click.confirm(f"{to.speaker.label(meant.label)} – {service.key}?", abort=True, err=True)
    with deciding(config, person, "action") as to:
        key = f"cli/{to.by}/{service.key}/{meant.key}/{to.now.isoformat()}"
        wanted = Wanted(service=service.key, action=meant.key, key=key, by=to.by)
        asked = to.granted(ask(to.ledger, to.setup, wanted, to.now))
    begins = say("{action} begins; the channel is told how it ends", action=meant.label)
    click.echo(f"{asked.id}  {to.say(begins)}")
    return to.setup, asked


@command("rollback", examples=("rollback --reason 'orders are duplicated' --as lin",))
@config_option
@as_option
@sure_option
@option("--reason", default="", type=Words(500), about=say("Why, for those who read it later"))
def rollback(config: Path, person: str | None, sure: bool, reason: str, typed: Command) -> None:
    from bot.domain.card import Choice
    from bot.engine.acting.actions import facts, try_dry
    from bot.engine.incident.rollback import (
        ACTION,
        BEGINS,
        DRY,
        may_not_roll_back,
        meant_by,
        roll_back_now,
    )

    dry = DRY in typed.arguments
    with deciding(config, person, "rollback") as to:
        meant = meant_by(request_of(to, typed))
        if isinstance(meant, Choice):
            refuse(told_of(to, meant))
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


def _meant(to: Opened, typed: Command) -> tuple[Service, Action]:
    from bot.engine.acting.operate import meant_by

    meant = meant_by(request_of(to, typed))
    return meant if isinstance(meant, tuple) else refuse(told_of(to, meant))


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
