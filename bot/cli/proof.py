"""`vigil audit escalations`: the proof that every due escalation ran."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from bot.cli.options import Length, config_option, json_option, load_setup, rows_of


@click.command()
@config_option
@json_option
@click.option(
    "--since",
    type=Length(),
    default=timedelta(days=7),
    show_default="7d",
    help="Alerts that were firing in this time.",
)
def escalations(config: Path, as_json: bool, since: timedelta) -> None:
    """Prove that every due escalation ran. Exit 0 if so, else 1 with what was late or is missing."""
    from bot.cli.printing import iso, print_json
    from bot.clock import RealClock
    from bot.domain.text import say
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
