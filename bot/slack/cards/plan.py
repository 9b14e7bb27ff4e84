"""The execution list of a watch: every round, milestone and gate with its time and state."""

from __future__ import annotations

from itertools import groupby

from bot.blockkit import limits
from bot.domain.card import PlanList
from bot.domain.plan import Entry, EntryState
from bot.domain.text import Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.entries import watch_title, what
from bot.slack.cards.pen import Pen
from bot.slack.cards.signs import ENTRIES

_ROOM = 7500
_DAYS = 40


def draw_plan(card: PlanList, pen: Pen) -> Drawn:
    if card.watch is None:
        nothing = pen.write(say("No watch is running, so nothing is planned"))
        return Drawn(nothing, [kit.section(nothing)])
    title = watch_title(card.watch, pen)
    blocks = [kit.header(title), *_days(card, pen)]
    if not card.entries:
        blocks.append(kit.section(pen.write(say("Nothing is planned for today"))))
    if not card.whole:
        blocks.append(kit.context(pen.write(say("`/monitor plan all` shows every day"))))
    return Drawn(kit.shorten(pen.speaker.sentences(title, pen.write(_sentence(card))), 600), blocks)


def _days(card: PlanList, pen: Pen) -> list[Block]:
    blocks: list[Block] = []
    left = _ROOM
    days = [
        (day, list(entries)) for day, entries in groupby(card.entries, key=lambda e: pen.speaker.day(e.at))
    ]
    for index, (day, entries) in enumerate(days[:_DAYS]):
        share = min(left // (min(len(days), _DAYS) - index), limits.SECTION_TEXT) - len(day) - 3
        text = f"*{day}*\n{pen.fill([_line(entry, card, pen) for entry in entries], share)}"
        left -= len(text)
        blocks.append(kit.section(text))
    if len(days) > _DAYS:
        blocks.append(kit.context(pen.write(say("and {count} more days", count=len(days) - _DAYS))))
    return blocks


def _line(entry: Entry, card: PlanList, pen: Pen) -> str:
    sign = ENTRIES[entry.state]
    due = pen.speaker.time_of_day(entry.at)
    return f":{sign.emoji}: {due} {what(entry, card.watch, pen)} · {pen.write(sign.word)}"


def _sentence(card: PlanList) -> Text:
    passed, failed, missed = (
        sum(entry.state is state for entry in card.entries)
        for state in (EntryState.PASSED, EntryState.FAILED, EntryState.MISSED)
    )
    return say(
        "Of {count} entries: passed {passed}, failed {failed}, missed {missed}",
        count=len(card.entries),
        passed=passed,
        failed=failed,
        missed=missed,
    )
