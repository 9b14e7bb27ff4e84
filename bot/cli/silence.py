"""`vigil silence`: silence alerts, list what is quiet, end a silence, as in Slack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.nearest import Nearest
from bot.cli.opening import deciding, looking
from bot.cli.options import Length, Words, as_option, config_option, json_option, refuse

if TYPE_CHECKING:
    from bot.domain.alerts.quiet.matcher import Matcher
    from bot.domain.card import SilenceList
    from bot.locale import Speaker


@click.group(cls=Nearest)
def silence() -> None:
    """Silence alerts for a while, list what is quiet, end a silence."""


@silence.command()
@config_option
@as_option
@click.argument("matchers", nargs=-1, required=True, type=Words(600))
@click.option("--for", "length", type=Length(), required=True, metavar="LENGTH", help="How long, such as 2h.")
@click.option("--reason", default="", type=Words(500), help="Why, for those who read it later.")
@click.option("--yes", "sure", is_flag=True, help="Also where the matchers fit everything.")
def add(
    config: Path, person: str | None, matchers: tuple[str, ...], length: timedelta, reason: str, sure: bool
) -> None:
    """Silence what fits every matcher: severity=warning, 'host=~db-.*'."""
    from bot.domain.alerts.quiet.silence import Everything, Wish
    from bot.engine.alerts.silence import start_silence

    wish = Wish(matchers=_understood(matchers), length=length, reason=reason, sure=sure)
    with deciding(config, person, "silence") as to:
        outcome = start_silence(to.ledger, to.setup, wish, to.by, to.now)
        if isinstance(outcome, Everything):
            refuse(f"{to.say(outcome.reason)}; add --yes if that is meant")
        begun, told = to.granted(outcome)
    click.echo(f"{begun.id}  {to.say(told)}")


@silence.command("list")
@config_option
@json_option
def list_quiet(config: Path, as_json: bool) -> None:
    """What is silenced, and the maintenance windows."""
    from bot.cli.printing import print_json
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


@silence.command()
@config_option
@as_option
@click.argument("silence_id", metavar="SILENCE", type=Words(32))
def end(config: Path, person: str | None, silence_id: str) -> None:
    """End a silence before its time; what still fires is heard at once."""
    from bot.engine.alerts.silence import stop_silence

    with deciding(config, person, "unsilence") as to:
        told = to.granted(stop_silence(to.ledger, to.setup, silence_id, to.by, to.now))
    click.echo(to.say(told))


def _understood(written: tuple[str, ...]) -> tuple[Matcher, ...]:
    from bot.domain.alerts.quiet.matcher import parse_matcher

    try:
        return tuple(map(parse_matcher, written))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="MATCHERS") from None


def _json(found: SilenceList, speaker: Speaker) -> list[dict[str, object]]:
    from bot.cli.printing import iso

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
    from bot.cli.printing import moment, print_tables, table
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
