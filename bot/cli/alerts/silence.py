"""`vigil silence` and `vigil silences`: let alerts be quiet, as in Slack, and list what is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import deciding, looking
from bot.cli.frame.options import as_option, config_option, json_option, refuse, sure_option
from bot.cli.spoken import request_of, told_of
from bot.domain.commands import Command

if TYPE_CHECKING:
    from bot.domain.card import SilenceList
    from bot.locale import Speaker


@command("silence", examples=("silence severity=warning 'host=~db-.*' 2h new disks --as lin",))
@config_option
@as_option
@sure_option
def silence(config: Path, person: str | None, sure: bool, typed: Command) -> None:
    from bot.domain.alerts.quiet.silence import Everything, Wish
    from bot.engine.alerts.silence import start_silence, wished

    with deciding(config, person, "silence") as to:
        wish = wished(request_of(to, typed))
        if not isinstance(wish, Wish):
            refuse(told_of(to, wish))
        outcome = start_silence(to.ledger, to.setup, replace(wish, sure=sure), to.by, to.now)
        if isinstance(outcome, Everything):
            refuse(f"{to.say(outcome.reason)}; add --yes if that is meant")
        begun, told = to.granted(outcome)
    click.echo(f"{begun.id}  {to.say(told)}")


@command("silences")
@config_option
@json_option
def silences(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json
    from bot.domain.text import say
    from bot.engine.alerts.silence import quiet_now

    with looking(config) as at:
        found = quiet_now(at.ledger, at.setup, at.now)
    if as_json:
        print_json(_json(found, at.speaker))
    elif found.silences or found.windows:
        _print(found, at.speaker)
    else:
        click.echo(at.say(say("Nothing is silenced")))


def _json(found: SilenceList, speaker: Speaker) -> list[dict[str, object]]:
    from bot.cli.frame.printing import iso

    silences: list[dict[str, object]] = [
        {
            "silence": each.id,
            "matchers": list(map(str, each.matchers)),
            "by": each.by,
            "reason": each.reason,
            "since": iso(each.since, speaker.zone),
            "until": iso(each.until, speaker.zone),
            "quiet": count,
        }
        for each, count in found.silences
    ]
    return silences + [
        {
            "maintenance": name,
            "matchers": matchers,
            "until": iso(until, speaker.zone),
            "next": iso(following, speaker.zone),
        }
        for name, matchers, until, following in found.windows
    ]


def _print(found: SilenceList, speaker: Speaker) -> None:
    from bot.cli.frame.printing import moment, print_tables, table
    from bot.domain.text import say

    headings = say("Silence"), say("What"), say("Until"), say("By"), say("Why")
    silences = table("", map(speaker.say, headings))
    for each, _ in found.silences:
        by = speaker.name(each.by)
        silences.add_row(each.id, each.matching, moment(each.until, speaker), by, each.reason)
    names = say("Maintenance"), say("What"), say("Until"), say("Next")
    windows = table("", map(speaker.say, names))
    for name, matchers, *times in found.windows:
        windows.add_row(name, matchers, *(moment(at, speaker) if at else "–" for at in times))
    print_tables([each for each in (silences, windows) if each.row_count])
