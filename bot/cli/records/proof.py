"""`vigil audit escalations`: the proof that every due escalation ran."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, json_option, load_setup, rows_of
from bot.cli.frame.pages import option
from bot.cli.frame.values import Length
from bot.cli.records.audit import audit
from bot.domain.commands import Definition
from bot.domain.text import say

ESCALATIONS = Definition(
    word="escalations",
    summary=say("Prove that every due escalation ran"),
    details=(say("Exit 0 if so, else 1 with what was late or is missing"),),
    examples=("audit escalations", "audit escalations --since 30d --json"),
)


@command(ESCALATIONS, audit)
@config_option
@json_option
@option(
    "--since",
    type=Length(),
    default=timedelta(days=7),
    show_default="7d",
    metavar="7d",
    about=say("Of alerts that were firing in this time"),
)
def escalations(config: Path, as_json: bool, since: timedelta) -> None:
    from bot.cli.frame.printing import iso, print_json
    from bot.clock import RealClock
    from bot.engine.oncall.auditor import audited, in_words
    from bot.locale import speaker_of

    setup, now = load_setup(config), RealClock().now()
    with rows_of(setup) as ledger:
        alerts = [
            alert for key in setup.services for alert in ledger.alerts.fired_between(key, now - since, now)
        ]
        found = list(audited(ledger, alerts, now))
    if as_json:
        print_json(
            [
                {
                    "alert": each.alert.subject.fingerprint,
                    "id": each.alert.id,
                    "due_at": iso(each.late.due_at, setup.zone),
                    "came_at": iso(each.late.came_at, setup.zone),
                    "after": each.late.after,
                    "lost": each.late.lost,
                }
                for each in found
            ]
        )
    else:
        speaker = speaker_of(setup)
        for each in found:
            click.echo(speaker.say(in_words(each)))
        if not found:
            click.echo(speaker.say(say("{count} alerts: every due escalation has run", count=len(alerts))))
    if found:
        raise SystemExit(1)
