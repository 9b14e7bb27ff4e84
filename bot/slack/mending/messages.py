"""Makes a message that Slack would refuse one that it takes: shorter, with a note that says so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.blockkit import Problem, limits, text_length, validate_message
from bot.slack.cards.blocks import Block, Drawn, context, section, shorten
from bot.slack.mending.parts import said, sound

_LEAST = 200
"""A section is rather left out than cut to fewer characters than these."""


def is_taken(drawn: Drawn) -> bool:
    """Whether Slack takes this message, and its updates, as it is."""
    return len(drawn.text) <= limits.UPDATED_TEXT and not validate_message(drawn.text, drawn.blocks)


def mend(drawn: Drawn, note: str) -> Drawn:
    """The same, with as much as Slack takes and every button that it can keep, and the note at its end."""
    text = shorten(drawn.text, limits.UPDATED_TEXT).strip() or note
    end = context(note)
    kept = unrepeated(sound(block, _problems) for block in drawn.blocks)
    kept = few_enough(kept, limits.BLOCKS_IN_MESSAGE - 1)
    return Drawn(text, [*_short_enough(kept, limits.MESSAGE_BLOCK_TEXT - text_length([end])), end])


def _problems(block: Any) -> list[Problem]:
    """Of one block alone; what is wrong with a message as a whole does not count."""
    found = [each for each in validate_message("-", [block]) if each.pointer.startswith("/blocks/0")]
    return [replace(each, pointer=each.pointer.removeprefix("/blocks/0")) for each in found]


def words_of(drawn: Drawn) -> str:
    """All that a message says, line by line."""
    return "\n".join([drawn.text, "", *said(drawn.blocks)])


def unrepeated(blocks: Iterator[Block | None]) -> list[Block]:
    """With each block as plain words that would use an ID, or be a table, a second time."""
    kept: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for block in blocks:
        if block is None:
            continue
        own = set(_identities(block))
        kept.append(section("\n".join(said(block))) if own & seen else block)
        seen |= own
    return kept


def _identities(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key in ("block_id", "action_id"):
            if isinstance(part.get(key), str):
                yield key, part[key]
        if part.get("type") == "table":
            yield "type", "table"
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _identities(inner)


def few_enough(blocks: Sequence[Block], most: int) -> list[Block]:
    """Without the last blocks that have no buttons."""
    over = len(blocks) - most
    kept: list[Block] = []
    for block in reversed(blocks):
        if over > 0 and not acts(block):
            over -= 1
        else:
            kept.append(block)
    return kept[::-1][:most]


def _short_enough(blocks: Sequence[Block], most: int) -> list[Block]:
    """With the first blocks whole; what follows is cut, then left out, buttons last of all."""
    left = most - sum(text_length(block) for block in blocks if acts(block))
    kept: list[Block] = []
    for block in blocks:
        size = text_length(block)
        if acts(block):
            kept.append(block)
        elif size <= left:
            kept.append(block)
            left -= size
        else:
            if block["type"] == "section" and "text" in block and left >= _LEAST:
                kept.append(section(block["text"]["text"], most=left))
            left = 0
    while left < 0:
        left += text_length(kept.pop())
    return kept


def acts(block: Block) -> bool:
    """Whether it is there for people to press or to fill in."""
    return block["type"] in ("actions", "input")
