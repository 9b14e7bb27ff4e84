"""`vigil audit`: who did what, when, from where, and what it changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.nearest import Nearest
from bot.cli.options import Length, config_option, instant_of, json_option, load_setup, rows_of
from bot.cli.proof import escalations

if TYPE_CHECKING:
    from rich.table import Table

    from bot.domain.audit import Audited
    from bot.locale import Speaker

DAY = timedelta(days=1)


@click.group(cls=Nearest, invoke_without_command=True)
@click.pass_context
@config_option
@json_option
@click.option("--since", metavar="TIME", help="From this time on: ISO 8601; default a day ago.")
@click.option(
    "--for", "length", type=Length(), metavar="LENGTH", help="Instead: so long until now, such as 7d."
)
@click.option("--person", metavar="PERSON", help="Of this person alone: a key of `people`, or @NAME.")
@click.option("--service", help="Of this service alone.")
def audit(
    context: click.Context,
    config: Path,
    as_json: bool,
    since: str | None,
    length: timedelta | None,
    person: str | None,
    service: str | None,
) -> None:
    """What people decided and what was done to services, in order; nothing in it can be changed."""
    if context.invoked_subcommand:
        return
    from bot.cli.printing import print_json, print_tables
    from bot.clock import RealClock
    from bot.domain.text import say
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker, now = speaker_of(setup), RealClock().now()
    begins = instant_of(since, setup.zone, "--since") if since else now - (length or DAY)
    with rows_of(setup) as ledger:
        found = ledger.audit.read(begins, now + DAY, person, service)
    if as_json:
        print_json([_json(each, speaker) for each in found])
    elif found:
        print_tables([_table(found, speaker)])
    else:
        click.echo(speaker.say(say("Nothing was done since {at}", at=_moment(begins, speaker))))


audit.add_command(escalations)


def _moment(at: datetime, speaker: Speaker) -> str:
    from bot.cli.printing import moment

    return moment(at, speaker)


def _json(audited: Audited, speaker: Speaker) -> dict[str, object]:
    from bot.cli.printing import iso

    deed = audited.deed
    return {
        "seq": audited.seq,
        "at": iso(deed.at, speaker.zone),
        "person": deed.person or None,
        "source": audited.source.value,
        "deed": deed.name,
        "service": deed.service,
        "subject": deed.subject,
        "before": deed.before,
        "after": deed.after,
        "reason": speaker.say(deed.reason),
    }


def _table(found: tuple[Audited, ...], speaker: Speaker) -> Table:
    from bot.cli.printing import table
    from bot.domain.text import say

    headings = (
        say("At"),
        say("Who"),
        say("From"),
        say("What"),
        say("Subject"),
        say("Before → after"),
        say("Reason"),
    )
    shown = table("", map(speaker.say, headings))
    for each in found:
        deed = each.deed
        shown.add_row(
            _moment(deed.at, speaker),
            speaker.name(deed.person) if deed.person else speaker.say(say("the bot")),
            each.source.value,
            deed.name,
            deed.subject,
            f"{deed.before or '–'} → {deed.after or '–'}",
            speaker.say(deed.reason),
        )
    return shown
