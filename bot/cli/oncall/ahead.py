"""What `vigil oncall` tells of a stretch to come: coverage, and shifts for calendar programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot.cli.frame.values import instant_of

if TYPE_CHECKING:
    from bot.domain.oncall.rotation import Schedule
    from bot.domain.setup import Setup

_MOST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, given: tuple[str | None, str | None], zone: str, now: datetime, days: int) -> Span:
        """As typed; so many days from now where nothing was. Raises click.BadParameter."""
        begins, ends = given
        since = instant_of(begins, zone, "--from") if begins else now
        until = instant_of(ends, zone, "--until") if ends else since + timedelta(days=days)
        if not since < until <= since + _MOST:
            raise click.BadParameter(
                f"must be later than the beginning, by {_MOST.days} days at most", param_hint="--until"
            )
        return cls(since, until)


def print_coverage(setup: Setup, span: Span, *, as_json: bool) -> None:
    """Exit 1 where there are times without anybody."""
    from bot.cli.frame.printing import iso, moment, print_json
    from bot.domain.oncall.coverage import coverage, in_words
    from bot.domain.text import say
    from bot.locale import speaker_of

    found = coverage(setup, span.since, span.until)
    speaker = speaker_of(setup)
    faults = [speaker.say(fault) for fault in found.faults]
    if as_json:
        gaps = [
            {
                "since": iso(gap.since, setup.zone),
                "until": iso(gap.until, setup.zone),
                "policy": gap.policy,
                "level": gap.level or None,
            }
            for gap in found.gaps
        ]
        stretch = {"since": iso(span.since, setup.zone), "until": iso(span.until, setup.zone)}
        print_json({**stretch, "gaps": gaps, "faults": faults})
    else:
        times = [(gap, moment(gap.since, speaker), moment(gap.until, speaker)) for gap in found.gaps]
        gone = [speaker.say(in_words(gap, since, until)) for gap, since, until in times]
        fine = [] if gone or faults else [speaker.say(say("somebody can be paged at any time"))]
        click.echo("\n".join([*gone, *faults, *fine]))
    if found.gaps:
        raise SystemExit(1)


def print_ical(setup: Setup, chosen: list[Schedule], span: Span, now: datetime) -> None:
    from bot.domain.oncall.rotation import shifts
    from bot.ical import write

    if len(chosen) != 1:
        known = ", ".join(setup.schedules) or "none"
        raise click.UsageError(f"--ical writes one schedule: name it; known: {known}")
    schedule = chosen[0]
    coming = shifts(schedule, span.since, span.until)
    click.echo(write(schedule, coming, setup.people, now, span.until), nl=False)
