"""`vigil token`: who may ask over HTTP."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from bot.cli.options import (
    Words,
    acting,
    as_option,
    changing,
    config_option,
    json_option,
    load_setup,
    refuse,
    rows_of,
)

_BYTES = 32


@click.group()
def token() -> None:
    """Tokens with which programs ask over HTTP: make one, list them, revoke one."""


@token.command()
@config_option
@as_option
@click.argument("name", type=Words(40))
def create(config: Path, person: str | None, name: str) -> None:
    """Make a token and print it, once: only its digest is kept.

    NAME says whose it is, such as `ci`: the audit and the rate limit know it by that.
    """
    from bot.clock import RealClock
    from bot.domain.audit import Deed
    from bot.domain.bearer import PREFIX, Bearer, digest, is_name
    from bot.domain.text import say
    from bot.locale import speaker_of

    if not is_name(name):
        raise click.BadParameter(
            "write lower case letters, digits, `.`, `_` and `-`, such as ci", param_hint="NAME"
        )
    setup = load_setup(config)
    speaker, by, now = speaker_of(setup), acting(setup, person, "token"), RealClock().now()
    made = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    text = say("A token was made for {name}", name=name)
    with changing(setup) as ledger:
        first = not ledger.bearers.all()
        if not ledger.bearers.keep(Bearer(name=name, digest=digest(made), made_at=now, made_by=by)):
            refuse(
                speaker.say(
                    say("{name} has a token already; revoke it first: `vigil token revoke {name}`", name=name)
                )
            )
        ledger.audit.write(
            Deed(at=now, person=by, name="token.created", service="", subject=name, reason=text)
        )
    click.echo(made)
    click.echo(speaker.say(say("It is shown this once. Send it as `Authorization: Bearer …`")), err=True)
    if first:
        click.echo(speaker.say(say("From now on everybody needs a token, on this machine too")), err=True)


@token.command("list")
@config_option
@json_option
def list_tokens(config: Path, as_json: bool) -> None:
    """Who has a token, since when, and who made it."""
    from bot.cli.printing import iso, moment, print_json, print_tables, table
    from bot.domain.text import say
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker = speaker_of(setup)
    with rows_of(setup) as ledger:
        found = ledger.bearers.all()
    if as_json:
        print_json(
            [
                {"name": each.name, "made_at": iso(each.made_at, speaker.zone), "made_by": each.made_by}
                for each in found
            ]
        )
    elif found:
        shown = table("", map(speaker.say, (say("Token"), say("Since"), say("By"))))
        for each in found:
            shown.add_row(each.name, moment(each.made_at, speaker), speaker.name(each.made_by))
        print_tables([shown])
    else:
        click.echo(speaker.say(say("No program has a token; make one with `vigil token create NAME`")))


@token.command()
@config_option
@as_option
@click.argument("name", type=Words(40))
def revoke(config: Path, person: str | None, name: str) -> None:
    """Let a token be good no more, from the next request on."""
    from bot.clock import RealClock
    from bot.config.errors import did_you_mean
    from bot.domain.audit import Deed
    from bot.domain.text import say
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker, by, now = speaker_of(setup), acting(setup, person, "token"), RealClock().now()
    text = say("The token of {name} was revoked", name=name)
    with changing(setup) as ledger:
        known = [each.name for each in ledger.bearers.all()]
        if not ledger.bearers.revoke(name):
            refuse(f"{speaker.say(say('{name} has no token', name=name))}{did_you_mean(name, known)}", 2)
        ledger.audit.write(
            Deed(at=now, person=by, name="token.revoked", service="", subject=name, reason=text)
        )
    click.echo(speaker.say(text))
