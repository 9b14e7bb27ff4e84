"""How a replay is shown: events as JSON or in words, and two replays side by side."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from bot.cli.frame.printing import iso, moment, print_json, print_tables, table
from bot.domain.replay.compare import Difference, Episode, Kind, Tally, Woken, differences, woken
from bot.domain.replay.event import Event, Fact
from bot.domain.setup import Setup
from bot.domain.text import Span, Text, say
from bot.locale import Speaker, speaker_of


def as_line(setup: Setup) -> Callable[[Event], str]:
    """One JSON object a line."""
    speaker, zone = speaker_of(setup), ZoneInfo(setup.zone)
    escaped = "utf" not in (sys.stdout.encoding or "").lower()

    def shown(event: Event) -> str:
        facts: dict[str, Fact] = {"at": event.at.astimezone(zone).isoformat(), "event": event.name}
        facts |= {key: _local(fact, zone) for key, fact in event.facts} | _reason(event, speaker)
        return json.dumps(facts, ensure_ascii=escaped)

    return shown


def _local(fact: Fact, zone: ZoneInfo) -> Fact:
    return fact.astimezone(zone).isoformat() if isinstance(fact, datetime) else fact


def _reason(event: Event, speaker: Speaker) -> dict[str, str]:
    return {"reason": speaker.say(event.reason)} if event.reason else {}


def as_words(setup: Setup) -> Callable[[Event], str]:
    """A line a person reads."""
    speaker, zone = speaker_of(setup), ZoneInfo(setup.zone)

    def shown(event: Event) -> str:
        local = event.at.astimezone(zone)
        words = ["  ".join(filter(None, (_word(_local(fact, zone)) for _, fact in event.facts)))]
        words += _reason(event, speaker).values()
        return f"{local:%Y-%m-%d %H:%M:%S}  {event.name:<18}  {' – '.join(filter(None, words))}"

    return shown


def _word(fact: Fact) -> str:
    return ", ".join(fact) if isinstance(fact, tuple) else str(fact)


def print_compared(
    setup: Setup, tallies: tuple[Tally, Tally], files: tuple[str, str], *, as_json: bool
) -> None:
    """What the other of two configurations would have altered."""
    found = differences(*(each.episodes for each in tallies))
    if as_json:
        print_json(_compared(found, woken(*tallies), setup.zone))
        return
    speaker, names = speaker_of(setup), tuple(say("With {file}", file=file) for file in files)
    changed = [each for each in found if each.kind is not Kind.SAME]
    if changed:
        heads = say("Alert"), say("What changes"), *names
        alerts = table(speaker.say(say("Alerts")), [speaker.say(each) for each in heads])
        for each in changed:
            fired = (_fired(episode, speaker) for episode in (each.before, each.after))
            alerts.add_row(each.alert, _change(each, speaker), *fired)
        print_tables([alerts])
    counts = Counter(each.kind for each in found)
    click.echo(speaker.say(_summary(counts)))
    pages = woken(*tallies)
    if pages:
        heads = say("Person"), say("When"), *names
        told = table(speaker.say(say("Pages by person and night")), [speaker.say(each) for each in heads])
        for row in pages:
            night = speaker.say(_when(row))
            told.add_row(speaker.name(row.person), night, str(row.before), str(row.after))
        print_tables([told])


def _summary(counts: Counter[Kind]) -> Text:
    return say(
        "{gained} alerts gained, {lost} lost, {earlier} earlier, {later} later, {severity} of another "
        "severity, {same} the same",
        **{kind.value: counts[kind] for kind in Kind},
    )


def _when(row: Woken) -> Text:
    if row.night is None:
        return say("by day")
    return say("night of {date}", date=row.night.isoformat())


def _fired(episode: Episode | None, speaker: Speaker) -> str:
    if episode is None:
        return "–"
    return f"{moment(episode.since, speaker)} {episode.severity}"


def _change(each: Difference, speaker: Speaker) -> str:
    if each.before and each.after and each.kind in (Kind.EARLIER, Kind.LATER):
        span = Span.of(abs(each.after.since - each.before.since))
        key = (
            say("{span} earlier", span=span) if each.kind is Kind.EARLIER else say("{span} later", span=span)
        )
        return speaker.say(key)
    words = {Kind.GAINED: say("gained"), Kind.LOST: say("lost"), Kind.SEVERITY: say("another severity")}
    return speaker.say(words[each.kind])


def _compared(
    found: Iterable[Difference], pages: Iterable[Woken], zone: str
) -> dict[str, list[dict[str, object]]]:
    def fired(episode: Episode | None) -> dict[str, object] | None:
        if episode is None:
            return None
        return {
            "severity": episode.severity,
            "since": iso(episode.since, zone),
            "until": iso(episode.until, zone),
        }

    return {
        "alerts": [
            {
                "alert": each.alert,
                "change": each.kind.value,
                "before": fired(each.before),
                "after": fired(each.after),
            }
            for each in found
        ],
        "pages": [
            {
                "person": each.person,
                "night": each.night.isoformat() if each.night else None,
                "before": each.before,
                "after": each.after,
            }
            for each in pages
        ],
    }
