"""`vigil status`: every value beside its target, as `/monitor status` shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, json_option, load_setup, rows_of

if TYPE_CHECKING:
    from rich.table import Table

    from bot.domain.panel import Panel, PanelRow
    from bot.locale import Speaker


@command("status", examples=("status --json",))
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json, print_tables
    from bot.clock import RealClock
    from bot.domain.text import say
    from bot.engine.people.overview import panel
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker = speaker_of(setup)
    with rows_of(setup) as ledger:
        now = RealClock().now()
        panels = [panel(ledger, setup, service, now) for service in setup.services.values()]
    if as_json:
        print_json([_json(each, speaker) for each in panels])
        return
    print_tables([_table(each, speaker) for each in panels if each.groups])
    for each in panels:
        counts = say(
            "Open alerts: critical {critical}, warning {warning}",
            critical=each.critical,
            warning=each.warning,
        )
        click.echo(speaker.named(each.service, speaker.say(counts)))
        for line in each.system:
            click.echo(f"  {speaker.named(speaker.say(line.label), speaker.say(line.detail, each.at))}")


def _json(panel: Panel, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    return {
        "service": panel.service,
        "at": iso(panel.at, speaker.zone),
        "alerts": {"critical": panel.critical, "warning": panel.warning},
        "metrics": [
            {"group": group.key, **_row(row, speaker)} for group in panel.groups for row in group.rows
        ],
        "system": [
            {
                "label": speaker.say(line.label),
                "state": line.standing.value,
                "detail": speaker.say(line.detail, panel.at),
            }
            for line in panel.system
        ],
    }


def _row(row: PanelRow, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    return {
        "metric": row.metric,
        "label": speaker.label(row.label),
        "state": row.standing.value,
        "value": row.value.value if row.value else None,
        "unit": row.value.unit if row.value else row.unit,
        "target": str(row.target) if row.target else None,
        "measured_at": iso(row.measured_at, speaker.zone),
    }


def _table(panel: Panel, speaker: Speaker) -> Table:
    from bot.cli.frame.printing import table, target_of, value_of, word
    from bot.domain.text import Span, say
    from bot.slack.cards.signs import STANDINGS
    from bot.slack.cards.watches.panel import GROUPS

    headings = say("Group"), say("Metric"), say("State"), say("Value"), say("Target"), say("Age")
    shown = table(panel.service, map(speaker.say, headings))
    for group in panel.groups:
        heading = speaker.say(GROUPS[group.key]) if group.key in GROUPS else group.key
        for row in group.rows:
            age = Span.of(panel.at - row.measured_at) if row.measured_at else None
            shown.add_row(
                heading,
                speaker.label(row.label),
                word(STANDINGS[row.standing], speaker),
                value_of(row, speaker),
                target_of(row, speaker),
                speaker.span(age) if age else "–",
            )
            heading = ""
        shown.add_section()
    return shown
