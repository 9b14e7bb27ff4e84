"""How `vigil watch list` shows the open watches to people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bot.cli.frame.printing import moment, table
from bot.domain.text import Instant, Name, Span, say
from bot.domain.watches.watch import Watch
from bot.engine.people.told import WatchTold
from bot.locale import Speaker


def watch_table(told: Sequence[WatchTold], watches: Sequence[Watch], speaker: Speaker) -> Table:
    headings = (
        say("Watch"),
        say("Service"),
        say("Version"),
        say("State"),
        say("Deployed"),
        say("Progress"),
        say("Owner"),
    )
    shown = table("", map(speaker.say, headings))
    for each, row in zip(watches, told, strict=True):
        done = speaker.say(say("{done} of {total} done", done=row.done, total=row.total))
        shown.add_row(
            row.id,
            row.service,
            row.version,
            _state(each, speaker),
            moment(row.deployed_at, speaker),
            f"{speaker.say(say('Day {day}', day=row.day))} · {done}",
            speaker.name(row.owner) if row.owner else "–",
        )
    return shown


def _state(watch: Watch, speaker: Speaker) -> str:
    lines = [speaker.say(say("running"))]
    if watch.paused_until:
        paused = say(
            "PAUSED until {at} by {person}",
            at=Instant(watch.paused_until),
            person=Name(watch.paused_by or ""),
        )
        lines = [speaker.say(paused)]
    if watch.denser:
        denser = say(
            "A round every {span} until {at}, asked for by {person}",
            span=Span.of(watch.denser.every),
            at=Instant(watch.denser.until),
            person=Name(watch.denser.by),
        )
        lines.append(speaker.say(denser))
    return "\n".join(lines)
