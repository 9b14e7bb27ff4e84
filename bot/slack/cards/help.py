"""The commands, and the nearest one to a word that is none."""

from __future__ import annotations

from bot.domain.card import HelpCard
from bot.domain.commands import TABLE
from bot.domain.text import say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen


def draw_help(card: HelpCard, pen: Pen) -> Drawn:
    title = pen.write(say("What you can ask for"))
    lines = [
        f"`/monitor {f'{definition.word} {definition.usage}'.strip()}` {pen.write(definition.summary)}"
        for definition in TABLE
    ]
    listing = kit.section(f"*{title}*\n{pen.fill(lines, 2900)}")
    if not card.unknown:
        return Drawn(pen.named(title, ", ".join(f"`{definition.word}`" for definition in TABLE)), [listing])
    unknown = pen.write(say("There is no command `{word}`", word=card.unknown[:80]))
    near = pen.write(say("Did you mean `/monitor {word}`?", word=card.nearest)) if card.nearest else ""
    answer = pen.speaker.sentences(unknown, near)
    return Drawn(answer, [kit.section(answer), listing])
