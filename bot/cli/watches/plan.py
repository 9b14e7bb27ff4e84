"""`vigil plan`: the execution list of the running watch, or of one that would start at a given time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import watch_named
from bot.cli.frame.options import config_option, json_option, load_setup, rows_of
from bot.cli.frame.pages import option
from bot.cli.frame.values import instant_of
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from bot.domain.setup import Setup
    from bot.domain.text import Text
    from bot.domain.watches.plan import Entry
    from bot.locale import Speaker


ALL = "all"


@dataclass(frozen=True)
class Listed:
    """The entries of one watch that are shown; `zone` is its plan's."""

    service: str
    zone: str
    deployed_at: datetime
    entries: tuple[Entry, ...]


@command("plan", examples=("plan --start 2026-01-19T09:00 --json",))
@config_option
@json_option
@option(
    "--start",
    metavar="TIME",
    about=say("The whole list of a watch that starts then: ISO 8601, without an offset in the plan's zone"),
)
def plan(config: Path, as_json: bool, start: str | None, typed: Command) -> None:
    from bot.cli.frame.printing import print_json
    from bot.locale import speaker_of

    setup = load_setup(config)
    whole, named = ALL in typed.arguments, [word for word in typed.arguments if word != ALL]
    listed = _running(setup, named, whole=whole) if start is None else _imagined(setup, start)
    speaker = speaker_of(setup)
    if as_json:
        print_json([_json(each, entry, speaker) for each in listed for entry in each.entries])
    else:
        _show(listed, speaker, whole=whole or start is not None)


def _imagined(setup: Setup, start: str) -> list[Listed]:
    from bot.domain.watches.plan import calendar

    listed = []
    for service in setup.services.values():
        at = instant_of(start, service.plan.zone, "--start")
        listed.append(Listed(service.key, service.plan.zone, at, calendar(service.plan, at, at)))
    return listed


def _running(setup: Setup, named: list[str], *, whole: bool) -> list[Listed]:
    from zoneinfo import ZoneInfo

    from bot.clock import RealClock
    from bot.domain.localtime import local_day
    from bot.engine.people.show import execution_list

    now = RealClock().now()
    listed = []
    with rows_of(setup) as ledger:
        watches = [watch_named(ledger, name, (ALL,)) for name in named] or ledger.watches.open_all()
        for watch in watches:
            zone = ZoneInfo(watch.plan.zone)
            entries = tuple(
                entry
                for entry in execution_list(ledger, watch)
                if whole or local_day(zone, entry.at) == local_day(zone, now)
            )
            listed.append(Listed(watch.service, watch.plan.zone, watch.deployed_at, entries))
    return listed


def _json(listed: Listed, entry: Entry, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    optional = {
        "label": speaker.label(entry.label) if entry.label else "",
        "criteria": entry.criteria,
        "report": entry.report,
    }
    return {
        "at": iso(entry.at, listed.zone),
        "phase": _together(entry.phases),
        "kind": entry.kind.value,
        "checklist": _together(entry.checklists),
        "state": entry.state.value,
        "phases": list(entry.phases),
        "checklists": list(entry.checklists),
        "service": listed.service,
        **{name: said for name, said in optional.items() if said},
    }


def _together(names: Iterable[str]) -> str:
    return " + ".join(names)


def _show(listed: list[Listed], speaker: Speaker, *, whole: bool) -> None:
    from bot.cli.frame.printing import print_tables

    if not listed:
        click.echo(speaker.say(say("No watch is running, so nothing is planned")))
        click.echo(speaker.say(say("`vigil plan --start TIME` shows the plan of a watch that starts then")))
    for each in listed:
        if each.entries:
            continue
        if whole:
            click.echo(speaker.named(each.service, speaker.say(say("The plan has no entries"))))
        else:
            click.echo(speaker.named(each.service, speaker.say(say("Nothing is planned for today"))))
            click.echo(speaker.say(say("`vigil plan --all` shows every day")))
    print_tables([_table(each, speaker) for each in listed if each.entries])


def _table(listed: Listed, speaker: Speaker) -> Table:
    from dataclasses import replace

    from bot.cli.frame.printing import moment, table, word
    from bot.slack.cards.signs import ENTRIES

    local = replace(speaker, zone=listed.zone)
    headings = say("At"), say("Phase"), say("Kind"), say("What"), say("State")
    shown = table(listed.service, map(speaker.say, headings))
    for entry in listed.entries:
        shown.add_row(
            moment(entry.at, local),
            _together(entry.phases),
            speaker.say(_kind(entry)),
            _what(entry, listed, speaker),
            word(ENTRIES[entry.state], speaker),
        )
    return shown


def _kind(entry: Entry) -> Text:
    from bot.domain.watches.plan import EntryKind

    return {
        EntryKind.ROUND: say("round"),
        EntryKind.CHECKPOINT: say("checkpoint"),
        EntryKind.MILESTONE: say("milestone"),
        EntryKind.GATE: say("gate"),
        EntryKind.REPORT: say("report"),
    }[entry.kind]


def _what(entry: Entry, listed: Listed, speaker: Speaker) -> str:
    from bot.domain.text import say
    from bot.domain.watches.listing import since_deployment
    from bot.domain.watches.plan import EntryKind

    if entry.kind is EntryKind.MILESTONE:
        after = since_deployment(entry.at - listed.deployed_at)
        return speaker.say(say("{after} after the deployment", after=after))
    label = speaker.label(entry.label) if entry.label else ""
    return label or _together(entry.checklists) or entry.criteria or entry.report
