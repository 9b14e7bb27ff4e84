"""A post-mortem in Slack: the beginning of it; the whole is a file in the thread of the incident."""

from __future__ import annotations

from bot.domain.card import PostMortemCard
from bot.domain.text import say
from bot.render.postmortem import post_mortem_markdown
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn, escape
from bot.slack.cards.pen import Pen

_PIECE = 2500
_PIECES = 2


def draw_post_mortem(card: PostMortemCard, pen: Pen) -> Drawn:
    incident = card.post_mortem.incident
    title = pen.write(say("Post-mortem of {playbook}", playbook=incident.playbook.label))
    pieces = _pieces(post_mortem_markdown(card.post_mortem, pen.speaker))
    blocks = [kit.section(f"*{title}*")]
    blocks += [kit.section(f"```{piece}```") for piece in pieces[:_PIECES]]
    whole = say("The whole is put as a file into the thread of `{id}`", id=incident.id)
    blocks.append(kit.context(pen.write(whole)))
    return Drawn(title, blocks)


def _pieces(markdown: str) -> list[str]:
    """Whole lines, each piece at most _PIECE characters once escaped; a fence would end the code block."""
    pieces, piece = [], ""
    for line in markdown.splitlines():
        shown = kit.shorten(escape(line.replace("```", "~~~")), _PIECE)
        if len(piece) + len(shown) + 1 > _PIECE:
            pieces.append(piece)
            piece = ""
        piece = f"{piece}{shown}\n"
    return [*pieces, piece] if piece.strip() else pieces
