"""`vigil errors`: the types of errors that were seen in logs, as `/monitor errors` shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import looking
from bot.cli.frame.options import config_option, json_option
from bot.domain.commands import Command

if TYPE_CHECKING:
    from rich.table import Table

    from bot.domain.measures.errors import ErrorType
    from bot.locale import Speaker


@command("errors")
@config_option
@json_option
def errors(config: Path, as_json: bool, typed: Command) -> None:
    from bot.cli.frame.printing import print_json, print_tables
    from bot.domain.text import say

    with looking(config) as at:
        found = [each for each in at.ledger.errors.listed() if typed.arguments or not each.known]
    if as_json:
        print_json([_json(each, at.speaker) for each in found])
    elif found:
        print_tables([_table(found, at.speaker)])
    else:
        click.echo(at.say(say("Every type of error is known")))


def _json(error: ErrorType, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    return {
        "id": error.id,
        "service": error.service,
        "check": error.check,
        "severity": error.severity,
        "category": error.category,
        "template": error.template,
        "sample": error.sample,
        "count": error.count,
        "first_seen": iso(error.first_at, speaker.zone),
        "last_seen": iso(error.last_at, speaker.zone),
        "known": error.known,
        "known_by": error.known_by,
        "known_at": iso(error.known_at, speaker.zone),
    }


def _table(found: list[ErrorType], speaker: Speaker) -> Table:
    from bot.cli.frame.printing import moment, table
    from bot.domain.text import say

    headings = say("Type of error"), say("Severity"), say("Count"), say("First seen"), say("Last seen")
    shown = table("", map(speaker.say, headings))
    for error in found:
        shown.add_row(
            error.template,
            error.severity,
            str(error.count),
            moment(error.first_at, speaker),
            moment(error.last_at, speaker),
        )
    return shown
