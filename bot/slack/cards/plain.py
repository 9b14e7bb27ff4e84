"""One sentence: a note in a thread, an announcement, a short answer."""

from __future__ import annotations

from bot.blockkit import limits
from bot.domain.card import Line
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen


def draw_line(card: Line, pen: Pen) -> Drawn:
    words = pen.write(card.text) or "–"
    if card.at:
        words = f"{pen.instant(card.at)} · {words}"
    words = kit.shorten(words, limits.SECTION_TEXT)
    return Drawn(words, [kit.section(words)])
