"""One sentence: a note in a thread, an announcement, a short answer."""

from __future__ import annotations

from bot.blockkit import limits
from bot.domain.card import Line, Listing
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen


def draw_line(card: Line | Listing, pen: Pen) -> Drawn:
    if isinstance(card, Listing):
        return _listing(card, pen)
    words = pen.write(card.text) or "–"
    if card.at:
        words = f"{pen.instant(card.at)} · {words}"
    words = kit.shorten(words, limits.SECTION_TEXT)
    return Drawn(words, [kit.section(words)])


def _listing(card: Listing, pen: Pen) -> Drawn:
    told = kit.shorten(pen.write(card.text), limits.SECTION_TEXT // 2)
    lines = pen.fill([f"• {pen.write(each)}" for each in card.lines], limits.SECTION_TEXT - len(told) - 10)
    return Drawn(told, [kit.section(f"{told}\n{lines}" if lines else told)])
