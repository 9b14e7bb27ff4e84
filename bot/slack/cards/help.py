"""The commands, the nearest one to a word that is none, and which of several was meant."""

from __future__ import annotations

from bot.blockkit import limits
from bot.domain.card import Choice, HelpCard
from bot.domain.commands import SECTIONS, TABLE, Definition, Section, definition_of
from bot.domain.text import say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line

_ROOM = 2900
_SHOWN = 10


def draw_help(card: HelpCard, pen: Pen) -> Drawn:
    definition = definition_of(card.about)
    if definition:
        return _about(definition, card.allowed, pen)
    title = pen.write(say("What you can ask for"))
    listing = [kit.section(part) for section in SECTIONS for part in _parts(_listed(section, pen))]
    if not card.unknown:
        words = ", ".join(f"`{definition.word}`" for definition in TABLE)
        return Drawn(pen.named(title, words), listing)
    unknown = pen.write(say("There is no command `{word}`", word=card.unknown[:80]))
    near = pen.write(say("Did you mean `/monitor {word}`?", word=card.nearest)) if card.nearest else ""
    answer = pen.speaker.sentences(unknown, near)
    offered = [kit.actions(_button(card.instead, 0))] if card.instead else []
    return Drawn(answer, [kit.section(answer), *offered, *listing])


def draw_choice(card: Choice, pen: Pen) -> Drawn:
    text = kit.shorten(pen.write(card.text), limits.SECTION_TEXT)
    buttons = [_button(each, number) for number, each in enumerate(card.commands[:_SHOWN])]
    return Drawn(text, [kit.section(text), *([kit.actions(*buttons)] if buttons else [])])


def _listed(section: Section, pen: Pen) -> list[str]:
    lines = (f"{_typed(each)} {pen.write(each.summary)}" for each in section.commands)
    return [f"*{pen.write(section.title)}*", *lines]


def _about(definition: Definition, allowed: str, pen: Pen) -> Drawn:
    summary = pen.write(definition.summary)
    parts = [f"{_typed(part, definition.word)} {pen.write(part.summary)}" for part in definition.parts]
    usage = f"`/monitor {definition.word}`" if parts else _typed(definition)
    arguments = dict.fromkeys(
        f"`{line(each.shown)}` {pen.write(each.about)}"
        for command in (definition, *definition.parts)
        for each in command.arguments
    )
    lines = [usage, *parts, *([pen.write(say("Alone it opens a form"))] if definition.form else [])]
    examples = [f"`/monitor {line(each)}`" for each in definition.examples]
    blocks = [
        kit.section(f"*/monitor {definition.word}*\n{summary}"),
        *(kit.section(part) for part in _parts(lines)),
        *(kit.section(part) for part in _parts([*arguments])),
        *(kit.section(part) for part in _parts([f"*{pen.write(say('Examples'))}*", *examples])),
        kit.context(
            pen.write(say("{word} is for {allowed}", word=definition.word, allowed=allowed))
            if allowed
            else pen.write(say("Everybody may"))
        ),
    ]
    return Drawn(f"/monitor {definition.word}: {summary}", blocks)


def _typed(definition: Definition, before: str = "") -> str:
    return f"`/monitor {line(f'{before} {definition.word} {definition.usage}')}`"


def _parts(lines: list[str]) -> list[str]:
    """The lines, as many sections as they need; none for nothing."""
    parts: list[str] = [""] if lines else []
    for each in lines:
        if len(parts[-1]) + len(each) > _ROOM:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{each}".strip()
    return parts


def _button(command: str, number: int) -> Block:
    return kit.button(f"/monitor {line(command)}", f"say.{number}", f"say:{command}")
