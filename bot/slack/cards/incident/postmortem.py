"""A post-mortem in Slack: as much of each part as fits; the whole is a file in the thread of the incident."""

from __future__ import annotations

from bot.domain.card import PostMortemCard
from bot.domain.text import say
from bot.locale import Speaker
from bot.render.postmortem import Item, Part, write_post_mortem
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.watches.report import table

_PART = 900
"""Characters of one part, and of its table: those of all are less than a message may have."""

_OUTPUT = 200


def draw_post_mortem(card: PostMortemCard, pen: Pen) -> Drawn:
    document = write_post_mortem(card.post_mortem, pen.speaker)
    title = line(document.title)
    whole = say("The whole is put as a file into the thread of `{id}`", id=card.post_mortem.incident.id)
    blocks = [kit.header(title)]
    blocks += [block for part in document.parts for block in _part(part, pen)]
    blocks.append(kit.context(pen.write(whole), pen.zone()))
    return Drawn(title, blocks)


def _part(part: Part, pen: Pen) -> list[Block]:
    """A heading with its items, and the table that only one part has."""
    heading = f"*{line(pen.speaker.heading(part.title))}*"
    items = pen.fill([_item(item, pen.speaker) for item in part.items], _PART - len(heading) - 1)
    drawn = [kit.section(f"{heading}\n{items}")]
    if part.cells:
        drawn += table(part.head, part.cells, pen, _PART)
    return drawn


def _item(item: Item, speaker: Speaker) -> str:
    bullet = "•" if item.done is None else ":ballot_box_with_check:" if item.done else ":white_large_square:"
    name = f"*{line(item.name)}*" if item.name else ""
    said = speaker.named(name, line(item.value)) if name and item.value else name or line(item.value)
    lines = [" ".join(part for part in (bullet, item.at, said) if part)]
    lines += [f"    ◦ {line(each)}" for each in item.under]
    if item.output:
        last = item.output.replace("```", "‘‘‘").splitlines()[-1]
        lines.append(f"    `{kit.shorten(line(last).replace('`', '‘'), _OUTPUT)}`")
    return "\n".join(lines)
