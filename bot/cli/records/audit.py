"""`vigil audit`: who did what, when, from where, and what it changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import group
from bot.cli.frame.names import names_of
from bot.cli.frame.options import config_option, json_option, load_setup, rows_of, service_option
from bot.cli.frame.pages import option
from bot.cli.frame.values import Length, instant_of
from bot.domain.commands import Definition, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from rich.table import Table

    from bot.domain.audit import Audited
    from bot.locale import Speaker

DAY = timedelta(days=1)


AUDIT = Definition(
    word="audit",
    summary=say("What people decided and what was done to services, in order; nothing in it can be changed"),
    examples=("audit", "audit --for 7d --person lin --json"),
)


@group(AUDIT)
@config_option
@json_option
@option("--since", metavar="TIME", about=say("From this time on: ISO 8601; left out: a day ago"))
@option("--for", "length", type=Length(), metavar="7d", about=say("Instead of that: so long until now"))
@option(
    "--person",
    "of",
    metavar="PERSON",
    shell_complete=names_of(Kind.PERSON),
    about=say("Of this person alone: a key of `people`, or @NAME"),
)
@service_option
def audit(
    config: Path,
    as_json: bool,
    since: str | None,
    length: timedelta | None,
    of: str | None,
    service: str | None,
) -> None:
    from bot.cli.frame.printing import print_json, print_tables
    from bot.clock import RealClock
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker, now = speaker_of(setup), RealClock().now()
    begins = instant_of(since, setup.zone, "--since") if since else now - (length or DAY)
    with rows_of(setup) as ledger:
        found = ledger.audit.read(begins, now + DAY, of, service)
    if as_json:
        print_json([_json(each, speaker) for each in found])
    elif found:
        print_tables([_table(found, speaker)])
    else:
        click.echo(speaker.say(say("Nothing was done since {at}", at=_moment(begins, speaker))))


def _moment(at: datetime, speaker: Speaker) -> str:
    from bot.cli.frame.printing import moment

    return moment(at, speaker)


def _json(audited: Audited, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

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
    from bot.cli.frame.printing import table

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
