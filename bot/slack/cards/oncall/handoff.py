"""A hand-off with its digest, and what is missing in the on-call to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.card import CoverageCard, HandoffCard
from bot.domain.oncall.coverage import in_words
from bot.domain.text import Text, say
from bot.domain.watches.plan import Entry
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import reason
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen
from bot.slack.cards.signs import of_alert
from bot.slack.cards.watches.entries import what

_ROOM = 1500


def draw_handoff(card: HandoffCard, pen: Pen) -> Drawn:
    """Who takes over from whom, and what they must know. Nobody is notified by it."""
    shift = card.shift
    head = pen.write(say("Hand-off of {schedule}", schedule=kit.shorten(shift.schedule, 80)))
    who = pen.write(_who(card, pen))
    sign = ":pager:" if shift.on_call else ":warning:"
    words = f"{sign} *{who}*"
    if shift.until:
        words += f" · {pen.write(say('until {at}', at=_day(shift.until, pen)))}"
    blocks: list[Block] = [kit.header(f"{head}"), kit.section(words)]
    blocks.append(kit.context(kit.shorten(pen.write(shift.why), 300)))
    for title, lines in (
        (say("Still open"), [_alert(each, pen) for each in card.open]),
        (say("Fired in the last shift"), [_alert(each, pen) for each in card.fired]),
        (say("Silenced"), [pen.write(each) for each in card.silenced]),
        (say("Not done"), [pen.write(each) for each in card.undone]),
        (say("Comes next"), [_entry(each, pen) for each in card.ahead]),
    ):
        blocks += _part(title, lines, pen)
    quiet = say("Nothing fired, nothing is open, nothing is left undone")
    calm = len(blocks) <= 3
    blocks.append(kit.context(" · ".join([*([pen.write(quiet)] if calm else []), pen.zone()])))
    said = pen.speaker.sentences(f"{sign} {pen.named(head, who)}", _counts(card, pen))
    return Drawn(kit.shorten(said, 900), blocks)


def _who(card: HandoffCard, pen: Pen) -> Text:
    before = _names(card.before, pen)
    if not card.shift.on_call:
        return say("Nobody takes over from {before}", before=before)
    return say("{people} takes over from {before}", people=_names(card.shift.on_call, pen), before=before)


def _names(people: Sequence[str], pen: Pen) -> str:
    """Not escaped yet: it is a part of a sentence."""
    return pen.speaker.join(map(pen.speaker.name, people[:10])) or pen.speaker.say(say("nobody"))


def _part(title: Text, lines: Sequence[str], pen: Pen) -> list[Block]:
    return [kit.section(f"*{pen.write(title)}*\n{pen.fill(lines, _ROOM)}")] if lines else []


def _alert(alert: Alert, pen: Pen) -> str:
    sign = of_alert(alert)
    return f":{sign.emoji}: *{pen.write(sign.word)}* {kit.shorten(reason(alert, pen), 200)}"


def _entry(entry: Entry, pen: Pen) -> str:
    return f"{_day(entry.at, pen)} {what(entry, pen)}"


def _counts(card: HandoffCard, pen: Pen) -> str:
    counts = {"open": len(card.open), "fired": len(card.fired), "undone": len(card.undone)}
    return pen.write(say("{open} open, {fired} fired, {undone} not done", **counts))


def draw_coverage(card: CoverageCard, pen: Pen) -> Drawn:
    """What is missing between now and then, the times without anybody first."""
    coverage = card.coverage
    stretch = say("{since} to {until}", since=_day(coverage.since, pen), until=_day(coverage.until, pen))
    gaps = [
        f":warning: {pen.write(in_words(gap, _day(gap.since, pen), _day(gap.until, pen)))}"
        for gap in coverage.gaps
    ]
    faults = [f"• {pen.write(fault)}" for fault in (*coverage.faults, *card.facts)]
    title = pen.named(say("On-call coverage"), pen.write(stretch))
    lines = [*gaps, *faults] or [f":white_check_mark: {pen.write(say('somebody can be paged at any time'))}"]
    blocks = [kit.section(f"*{title}*\n{pen.fill(lines, 2800)}"), kit.context(pen.zone())]
    first = gaps[0] if gaps else lines[0]
    return Drawn(kit.shorten(pen.speaker.sentences(title, first), 900), blocks)


def _day(at: datetime, pen: Pen) -> str:
    """`Thu 22 Jan 03:00`."""
    return f"{pen.speaker.day(at)} {pen.speaker.time_of_day(at)}"
