"""What people added to an entry, and the button to add more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.text import Instant, Name, say
from bot.domain.watches.listing import Remark
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block
from bot.slack.cards.pen import Pen, line

_NEWEST = 5


def remark_blocks(
    entry_id: str, remarks: Sequence[Remark], pen: Pen, beside: Sequence[Block] = ()
) -> list[Block]:
    """The newest remarks, oldest first, and a button for another, after those `beside` it."""
    blocks = []
    if remarks:
        blocks.append(kit.section(pen.fill([_line(remark, pen) for remark in remarks[-_NEWEST:]], 1200)))
    add = kit.button(pen.write(say("Add a remark…")), f"entry.remark.{entry_id}", f"remark:{entry_id}")
    return [*blocks, kit.actions(*beside, add)]


def _line(remark: Remark, pen: Pen) -> str:
    who = pen.write(say("{person}, {at}", person=Name(remark.by), at=Instant(remark.at)))
    return f":speech_balloon: {kit.shorten(line(remark.text), 200)} · {kit.shorten(who, 120)}"
