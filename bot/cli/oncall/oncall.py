"""`vigil oncall`: who carries the pager at an instant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, json_option, load_setup, require_known, standing_of
from bot.cli.frame.pages import option
from bot.cli.frame.values import instant_of
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.oncall.rotation import Schedule, Shift
    from bot.domain.setup import Setup


@command("oncall", examples=("oncall --at 2026-01-19T03:00 --json", "oncall --coverage"))
@config_option
@json_option
@option(
    "--at",
    "times",
    multiple=True,
    metavar="TIME",
    about=say("When: ISO 8601, without an offset in the schedule's zone; left out: now. May be repeated"),
)
@option("--coverage", "asks_coverage", is_flag=True, about=say("When nobody would be paged; exit 1 if ever"))
@option("--ical", "as_ical", is_flag=True, about=say("The shifts of SCHEDULE as an iCalendar file"))
@option("--from", "begins", metavar="TIME", about=say("For these two: from then on; left out: now"))
@option("--until", metavar="TIME", about=say("For these two: until then; left out: 7 days, or 90"))
def oncall(
    config: Path,
    as_json: bool,
    times: tuple[str, ...],
    asks_coverage: bool,
    as_ical: bool,
    begins: str | None,
    until: str | None,
    typed: Command,
) -> None:
    from bot.cli.frame.printing import print_json
    from bot.cli.oncall.ahead import Span, print_coverage, print_ical
    from bot.clock import RealClock

    given = load_setup(config)
    require_known(typed.arguments, given.schedules, "schedule", "SCHEDULE")
    now = RealClock().now().replace(microsecond=0)
    setup = standing_of(given, now)
    chosen = [each for key, each in setup.schedules.items() if key in (typed.arguments or (key,))]
    span = Span.of((begins, until), setup.zone, now, days=90 if as_ical else 7)
    if asks_coverage:
        print_coverage(setup, span, as_json=as_json)
        return
    if as_ical:
        print_ical(setup, chosen, span, now)
        return
    found = _shifts(chosen, times, now)
    if not as_json:
        _show(setup, found)
        return
    answers = [_json(each, shift) for each, shift in found]
    single = len(times) <= 1 and len(answers) == 1
    print_json(answers[0] if single else answers)


def _shifts(schedules: list[Schedule], times: tuple[str, ...], now: datetime) -> list[tuple[Schedule, Shift]]:
    from bot.domain.oncall.rotation import on_call

    if not times:
        return [(each, on_call(each, now)) for each in schedules]
    return [
        (each, on_call(each, instant_of(text, each.zone, "--at"))) for text in times for each in schedules
    ]


def _json(schedule: Schedule, shift: Shift) -> dict[str, object]:
    from bot.cli.frame.printing import iso
    from bot.locale import Speaker

    return {
        "schedule": schedule.key,
        "at": iso(shift.at, schedule.zone),
        "on_call": list(shift.on_call),
        "since": iso(shift.since, schedule.zone),
        "until": iso(shift.until, schedule.zone),
        "next": list(shift.next),
        "why": Speaker("en", schedule.zone).say(shift.why),
    }


def _show(setup: Setup, found: list[tuple[Schedule, Shift]]) -> None:
    from dataclasses import replace

    from bot.cli.frame.printing import moment, print_tables, table
    from bot.locale import speaker_of

    speaker = speaker_of(setup)
    if not found:
        click.echo(speaker.say(say("There is no schedule: config.yaml names none")))
        return
    headings = (
        say("Schedule"),
        say("At"),
        say("On call"),
        say("Since"),
        say("Until"),
        say("Followed by"),
        say("Why"),
    )
    shown = table("", map(speaker.say, headings))
    nobody = speaker.say(say("nobody"))
    for schedule, shift in found:
        local = replace(speaker, zone=schedule.zone)
        shown.add_row(
            schedule.key,
            moment(shift.at, local),
            speaker.join(map(speaker.name, shift.on_call)) or nobody,
            moment(shift.since, local) if shift.since else "–",
            moment(shift.until, local) if shift.until else "–",
            (speaker.join(map(speaker.name, shift.next)) or nobody) if shift.until else "–",
            local.say(shift.why),
        )
    print_tables([shown])
