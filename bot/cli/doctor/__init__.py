"""`vigil doctor`: is everything there that a night on call relies on?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.names import names_of
from bot.cli.frame.options import config_option, json_option, require_known
from bot.cli.frame.pages import option
from bot.domain.commands import Definition, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.finding import Finding
    from bot.locale import Speaker


DOCTOR = Definition(
    word="doctor",
    summary=say("Examine everything Vigil relies on, and say how to mend what is broken"),
    details=(
        say(
            "Configuration, database, disk, ports, clock, each check once, Slack's tokens, permissions, "
            "channels, user groups and people, the other ways to reach people, and whether anybody would be "
            "paged. Nothing is changed"
        ),
        say("Exit 0: all is well; 1: something is doubtful; 2: something is broken"),
    ),
    examples=("doctor", "doctor --send lin", "doctor --json"),
)


@command(DOCTOR)
@config_option
@json_option
@option(
    "--send",
    "to",
    metavar="PERSON",
    shell_complete=names_of(Kind.PERSON),
    about=say(
        "Really send a test to this person by every channel, and write user groups that are kept in step "
        "as they are"
    ),
)
def doctor(config: Path, as_json: bool, to: str | None) -> None:
    from bot.config import ConfigError, load
    from bot.domain.finding import worst
    from bot.locale import Speaker

    try:
        setup = load(config, os.environ)
    except ConfigError as error:
        from bot.cli.doctor.local import of_config

        found, speaker = of_config(error), Speaker(language="en", zone="UTC", names={})
    else:
        from bot.cli.doctor.visit import visit
        from bot.locale import speaker_of

        if to is not None:
            require_known([to], setup.people, "person", "--send")
        found, speaker = visit(setup, config.name, to), speaker_of(setup)
    _show(found, speaker, as_json=as_json)
    raise SystemExit(int(worst(found)))


def _show(found: Sequence[Finding], speaker: Speaker, *, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json, print_tables, table, word
    from bot.domain.finding import Grade
    from bot.slack.cards.signs import WARNING, WELL, Sign

    if as_json:
        print_json([_json(each, speaker) for each in found])
        return
    signs = {Grade.OK: WELL, Grade.WARN: WARNING, Grade.FAIL: Sign("x", say("FAILED"), 4)}
    headings = say("State"), say("What"), say("Found")
    shown = table("", map(speaker.say, headings))
    for each in found:
        mend = [f"→ {speaker.say(each.mend)}"] if each.mend else []
        shown.add_row(
            word(signs[each.grade], speaker), each.subject, "\n".join([speaker.say(each.what), *mend])
        )
    print_tables([shown])
    count = {grade: sum(each.grade is grade for each in found) for grade in Grade}
    click.echo(
        speaker.say(
            say(
                "{well} well, {doubtful} doubtful, {broken} broken",
                well=count[Grade.OK],
                doubtful=count[Grade.WARN],
                broken=count[Grade.FAIL],
            )
        )
    )


def _json(finding: Finding, speaker: Speaker) -> dict[str, object]:
    return {
        "subject": finding.subject,
        "state": finding.grade.name.lower(),
        "what": speaker.say(finding.what),
        "mend": speaker.say(finding.mend) if finding.mend else None,
    }
