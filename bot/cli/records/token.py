"""`vigil token`: who may ask over HTTP."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from bot.cli.frame.command import command, commands_of
from bot.cli.frame.opening import deciding, looking
from bot.cli.frame.options import as_option, config_option, json_option, refuse
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

_BYTES = 32


TOKEN = Definition(
    word="token", summary=say("Tokens with which programs ask over HTTP: make one, list them, revoke one")
)
CREATE = Definition(
    word="create",
    summary=say("Make a token and print it, once: only its digest is kept"),
    arguments=(
        Argument(
            name="NAME",
            kind=Kind.WORD,
            about=say("Whose it is, such as `ci`: the audit and the rate limit know it by that"),
            required=True,
        ),
    ),
    examples=("token create ci --as lin",),
)
LIST = Definition(
    word="list", summary=say("Who has a token, since when, and who made it"), examples=("token list",)
)
REVOKE = Definition(
    word="revoke",
    summary=say("Let a token be good no more, from the next request on"),
    arguments=(Argument(name="NAME", kind=Kind.TOKEN, about=say("Whose it is"), required=True),),
    examples=("token revoke ci --as lin",),
)

token = commands_of(TOKEN)


@command(CREATE, token)
@config_option
@as_option
def create(config: Path, person: str | None, typed: Command) -> None:
    from bot.domain.audit import Deed
    from bot.domain.bearer import PREFIX, Bearer, digest, is_name

    name = typed.arguments[-1]
    if not is_name(name):
        raise click.BadParameter(
            "write lower case letters, digits, `.`, `_` and `-`, such as ci", param_hint="NAME"
        )
    made = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    text = say("A token was made for {name}", name=name)
    with deciding(config, person, "token") as to:
        first = not to.ledger.bearers.all()
        bearer = Bearer(name=name, digest=digest(made), made_at=to.now, made_by=to.by)
        if not to.ledger.bearers.keep(bearer):
            refuse(
                to.say(
                    say("{name} has a token already; revoke it first: `vigil token revoke {name}`", name=name)
                )
            )
        to.ledger.audit.write(
            Deed(at=to.now, person=to.by, name="token.created", service="", subject=name, reason=text)
        )
    click.echo(made)
    click.echo(to.say(say("It is shown this once. Send it as `Authorization: Bearer …`")), err=True)
    if first:
        click.echo(to.say(say("From now on everybody needs a token, on this machine too")), err=True)


@command(LIST, token)
@config_option
@json_option
def list_tokens(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import iso, moment, print_json, print_tables, table

    with looking(config) as at:
        found, speaker = at.ledger.bearers.all(), at.speaker
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


@command(REVOKE, token)
@config_option
@as_option
def revoke(config: Path, person: str | None, typed: Command) -> None:
    from bot.config.errors import did_you_mean
    from bot.domain.audit import Deed

    name = typed.arguments[-1]
    text = say("The token of {name} was revoked", name=name)
    with deciding(config, person, "token") as to:
        known = [each.name for each in to.ledger.bearers.all()]
        if not to.ledger.bearers.revoke(name):
            refuse(f"{to.say(say('{name} has no token', name=name))}{did_you_mean(name, known)}", 2)
        to.ledger.audit.write(
            Deed(at=to.now, person=to.by, name="token.revoked", service="", subject=name, reason=text)
        )
    click.echo(to.say(text))
