"""How a rehearsal is shown: what happens as it happens, and the report of the game day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.frame.printing import iso, print_tables, table
from bot.domain.rehearsal.gameday import Found, GameDay, Moment, limit, name_of, took, verdict
from bot.domain.text import Span, Text, say
from bot.locale import Speaker
from bot.render.markdown import safe

_HEADS = (say("What"), say("Came"), say("Limit"), say("Verdict"))


def line(moment: Moment, began: datetime, speaker: Speaker) -> str:
    """`02:05:10  +5:10  Lin Wei: types …`."""
    seconds = int((moment.at - began).total_seconds())
    local = moment.at.astimezone(ZoneInfo(speaker.zone))
    return f"{local:%H:%M:%S}  +{seconds // 60}:{seconds % 60:02}  {_words(moment, speaker)}"


def _words(moment: Moment, speaker: Speaker) -> str:
    what = speaker.say(moment.what)
    return speaker.named(speaker.name(moment.who), what) if moment.who else what


def print_report(day: GameDay, speaker: Speaker) -> None:
    """The table of a game day, and what it comes to."""
    shown = table(speaker.label(day.scenario.label), [speaker.say(each) for each in _HEADS])
    for found in day.found:
        shown.add_row(*_cells(found, speaker))
    print_tables([shown])


def summary(day: GameDay) -> Text:
    """What it comes to."""
    missed = sum(not each.kept for each in day.found)
    if missed:
        return say("{count} limits were missed", count=missed)
    return say("All limits were kept")


def _cells(found: Found, speaker: Speaker) -> tuple[str, ...]:
    told = name_of(found.measure), took(found), limit(found), verdict(found)
    return tuple(speaker.say(each) for each in told)


def markdown(day: GameDay, speaker: Speaker) -> str:
    """The report as a page: the table, then everything that happened."""
    return "\n".join(_lines(day, speaker)) + "\n"


def _lines(day: GameDay, speaker: Speaker) -> Iterator[str]:
    scenario = day.scenario
    title = say("Game day: {what}", what=scenario.label)
    yield f"# {safe(speaker.say(title))}"
    yield ""
    yield safe(
        speaker.say(
            say(
                "Broken at {at}; {length} in all, at most {speed} times as fast as real time. {verdict}.",
                at=_at(scenario.broken_at, speaker),
                length=Span.of(scenario.length),
                speed=f"{scenario.speed:g}",
                verdict=summary(day),
            )
        )
    )
    yield ""
    yield f"| {' | '.join(speaker.say(each) for each in _HEADS)} |"
    yield f"|{'---|' * len(_HEADS)}"
    for found in day.found:
        yield f"| {' | '.join(safe(each) for each in _cells(found, speaker))} |"
    yield ""
    yield f"## {safe(speaker.say(say('What happened')))}"
    yield ""
    for moment in day.moments:
        yield f"- {_at(moment.at, speaker)} {safe(_words(moment, speaker))}"


def _at(at: datetime, speaker: Speaker) -> str:
    return f"{at.astimezone(ZoneInfo(speaker.zone)):%H:%M:%S}"


def as_json(day: GameDay, speaker: Speaker) -> dict[str, object]:
    """The same for programs; lengths of time in seconds."""
    return {
        "scenario": speaker.label(day.scenario.label),
        "broken_at": iso(day.scenario.broken_at, speaker.zone),
        "kept": day.kept,
        "measures": [
            {
                "measure": each.measure.value,
                "after_s": each.took.total_seconds() if each.took is not None else None,
                "limit_s": each.limit.total_seconds() if each.limit is not None else None,
                "expected": "never" if each.wanted and each.limit is None else each.wanted,
                "kept": each.kept,
            }
            for each in day.found
        ],
        "timeline": [
            {"at": iso(each.at, speaker.zone), "by": each.who or None, "what": speaker.say(each.what)}
            for each in day.moments
        ],
    }
