"""A report as a message: as much of each section as fits, its signatures, and buttons to sign and correct."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blockkit.limits import TABLE_ROWS
from bot.blockkit.validation import text_length
from bot.domain.card import ReportCard
from bot.domain.text import say
from bot.locale import Speaker
from bot.render.words import WrittenRow, WrittenSection, write
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line

_ROOM = 7600
_LEAST = 260
"""However many sections there are, each may say so much."""


def draw_report(card: ReportCard, pen: Pen) -> Drawn:
    filed = card.filed
    written = write(filed, pen.speaker)
    title = line(written.title)
    sections = written.sections if card.signs else written.sections[:-1]
    blocks: list[Block] = [kit.header(f":page_facing_up: {kit.shorten(title, 120)}")]
    head = " · ".join(_row(row, pen.speaker) for row in written.head)
    blocks.append(kit.context(head, most=900))
    left = _ROOM
    for index, section in enumerate(sections):
        room = max(_LEAST, min(2900, left // (len(sections) - index)))
        drawn = _section(section, pen, room)
        left -= text_length(drawn)
        blocks += drawn
    if card.signs:
        blocks += _footer(card, pen)
    marks = [row for row in written.head if row.mark]
    marks += [row for each in sections for row in each.rows if row.word]
    first = _row(marks[0], pen.speaker) if marks else ""
    return Drawn(kit.shorten(pen.speaker.sentences(title, first), 1200), blocks)


def _section(section: WrittenSection, pen: Pen, room: int) -> list[Block]:
    """A heading with its rows, and the table of a section that has one: no report has two."""
    heading = f"*{line(pen.speaker.heading(section.title))}*"
    if not section.head:
        left = room - len(heading) - 1
        written = [_row(row, pen.speaker) for row in section.rows]
        if sum(map(len, written)) + len(written) > left:  # what is not well must not be what is left out
            bad_first = sorted(section.rows, key=lambda row: not row.word)
            written = [_row(row, pen.speaker) for row in bad_first]
        rows = pen.fill(written, left)
        return [kit.section(f"{heading}\n{rows}")]
    return [kit.section(heading), *table(section.head, section.cells, pen, room - len(heading))]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], pen: Pen, room: int) -> list[Block]:
    """As many rows as `room` characters hold, then "and 12 more"."""
    shown, left = [head], room - sum(map(len, head))
    for cells in rows[: TABLE_ROWS - 1]:
        left -= sum(map(len, cells))
        if left < 0:
            break
        shown.append(cells)
    drawn = [kit.table(shown)]
    if more := len(rows) + 1 - len(shown):
        drawn.append(kit.context(pen.write(say("and {count} more", count=more))))
    return drawn


def _row(row: WrittenRow, speaker: Speaker) -> str:
    value = f"*{line(row.value)}*" if row.name else line(row.value)
    if row.note:
        value = speaker.noted(value, line(row.note))
    said = speaker.named(line(row.name), value) if row.name else value
    return " ".join(part for part in (row.mark, f"*{line(row.word)}*" if row.word else "", said) if part)


def _footer(card: ReportCard, pen: Pen) -> list[Block]:
    filed = card.filed
    report_id = filed.report.id
    buttons = []
    if filed.unsigned() or not filed.signatures:
        sign = pen.write(say("Sign"))
        buttons.append(kit.button(sign, f"report.sign.{report_id}", f"sign:{report_id}", style="primary"))
    if filed.signatures:
        correct = pen.write(say("Correct…"))
        buttons.append(kit.button(correct, f"report.correct.{report_id}", f"correct:{report_id}"))
    version = pen.write(say("version {revision}", revision=filed.report.revision))
    evidence = pen.write(say("evidence {hash}", hash=filed.evidence[:12]))
    parts = [report_id, version, evidence, pen.zone()]
    if filed.report.corrects:
        parts.append(line(kit.shorten(filed.report.corrects, 200)))
    return [kit.actions(*buttons), kit.context(" · ".join(parts))]
