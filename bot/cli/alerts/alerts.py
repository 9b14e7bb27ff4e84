"""`vigil alerts`: the open alerts, as `/monitor alerts` shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, json_option, load_setup, rows_of

if TYPE_CHECKING:
    from rich.table import Table

    from bot.domain.alerts.alert import Alert
    from bot.domain.card import AlertCard
    from bot.locale import Speaker


@command("alerts", examples=("alerts --json",))
@config_option
@json_option
def alerts(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json, print_tables
    from bot.domain.text import say
    from bot.engine.people.show import alert_card
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker = speaker_of(setup)
    with rows_of(setup) as ledger:
        cards = [alert_card(ledger, setup, each) for each in ledger.alerts.open_all() if each.fired_at]
    if as_json:
        print_json([_json(each, speaker) for each in cards])
    elif cards:
        print_tables([_table(cards, speaker)])
    else:
        click.echo(speaker.say(say("No open alerts")))


def _json(card: AlertCard, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso
    from bot.domain.alerts.priority import priority

    alert, subject = card.alert, card.alert.subject
    return {
        "alert": subject.fingerprint,
        "id": alert.id,
        "service": subject.service,
        "kind": subject.kind.value,
        "labels": dict(subject.labels),
        "priority": priority(alert),
        "severity": alert.severity.value,
        "state": alert.state.value,
        "quiet": _quiet(alert, speaker),
        "value": card.value.value if card.value else None,
        "unit": card.value.unit if card.value else "",
        "reason": speaker.say(alert.reason),
        "fired_at": iso(alert.fired_at, speaker.zone),
        "level": alert.level,
        "levels": card.levels,
        "paged": list(alert.paged),
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_at": iso(alert.acknowledged_at, speaker.zone),
    }


def _quiet(alert: Alert, speaker: Speaker) -> dict[str, object] | None:
    """Why nobody hears of it now and until when; None when everybody does."""
    from bot.cli.frame.printing import iso

    if alert.quiet is None:
        return None
    return {
        "kind": alert.quiet.kind.value,
        "source": alert.quiet.source,
        "until": iso(alert.quiet.until, speaker.zone),
        "reason": speaker.say(alert.quiet.reason),
    }


def _table(cards: list[AlertCard], speaker: Speaker) -> Table:
    from bot.cli.frame.printing import moment, table, word
    from bot.domain.alerts.priority import priority
    from bot.domain.text import say
    from bot.slack.cards.signs import of_alert

    headings = (
        say("Priority"),
        say("State"),
        say("Alert"),
        say("Reason"),
        say("Since"),
        say("Level"),
        say("Taken by"),
    )
    shown = table("", map(speaker.say, headings))
    for card in cards:
        alert = card.alert
        shown.add_row(
            f"P{priority(alert)}",
            word(of_alert(alert), speaker),
            alert.subject.fingerprint,
            speaker.say(alert.reason),
            moment(alert.fired_at or alert.began_at, speaker),
            f"{alert.level}/{card.levels}" if alert.pages else "–",
            speaker.name(alert.acknowledged_by) if alert.acknowledged_by else "–",
        )
    return shown
