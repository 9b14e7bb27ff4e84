"""Makes a message that Slack would refuse one that it takes: shorter, with a note that says so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.blockkit import limits, text_length, validate_message, validate_view
from bot.slack.cards.blocks import Block, Drawn, View, context, section, shorten

_LEAST = 200
"""A section is rather left out than cut to fewer characters than these."""


def is_taken(drawn: Drawn) -> bool:
    """Whether Slack takes this message, and its updates, as it is."""
    return len(drawn.text) <= limits.UPDATED_TEXT and not validate_message(drawn.text, drawn.blocks)


def mend(drawn: Drawn, note: str) -> Drawn:
    """The same, with as much as Slack takes and every button that it can keep, and the note at its end."""
    text = shorten(drawn.text, limits.UPDATED_TEXT).strip() or note
    end = context(note)
    kept = _unrepeated(_sound(block) for block in drawn.blocks)
    kept = _few_enough(kept, limits.BLOCKS_IN_MESSAGE - 1)
    return Drawn(text, [*_short_enough(kept, limits.MESSAGE_BLOCK_TEXT - text_length([end])), end])


def mend_home(view: View, note: str) -> View:
    """The same App Home, if Slack takes it; else with as much as it takes, and the note at its end."""
    if not validate_view(view):
        return view
    kept = _unrepeated(_sound(block) for block in view["blocks"])
    return {**view, "blocks": [*_few_enough(kept, limits.BLOCKS_IN_VIEW - 1), context(note)]}


def words_of(drawn: Drawn) -> str:
    """All that a message says, line by line."""
    return "\n".join([drawn.text, "", *_said(drawn.blocks)])


def _said(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"] if part.get("type") == "mrkdwn" else _harmless(part["text"])
        for name, inner in part.items():
            if name not in ("confirm", "options"):
                yield from _said(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _said(inner)


def _harmless(plain: str) -> str:
    """Plain text where it is to be formatted: it can neither mention nor link there."""
    return plain.replace("<", "&lt;").replace(">", "&gt;")


def _sound(block: Block) -> Block | None:
    """The block, or with its overlong texts cut, or what it says as plain words; None if it says nothing."""
    for candidate in (block, _cut(block)):
        if not validate_message("-", [candidate]):
            return candidate
    words = "\n".join(_said(block)).strip()
    return section(words) if words else None


def _cut(block: Block) -> Block:
    """With each text cut that is too long where it stands."""
    cut = dict(block)
    for problem in validate_message("-", [block]):
        if problem.constraint and problem.constraint["type"] == "max_length" and problem.pointer != "/blocks":
            cut = _replaced(cut, problem.pointer.split("/")[3:], int(problem.constraint["expected"]))
    return cut


def _replaced(part: Any, steps: Sequence[str], most: int) -> Any:
    if not steps:
        return shorten(part, most) if isinstance(part, str) else part
    if isinstance(part, list):
        at = int(steps[0])
        return [*part[:at], _replaced(part[at], steps[1:], most), *part[at + 1 :]]
    return {**part, steps[0]: _replaced(part[steps[0]], steps[1:], most)}


def _unrepeated(blocks: Iterator[Block | None]) -> list[Block]:
    """With each block as plain words that would use an ID, or be a table, a second time."""
    kept: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for block in blocks:
        if block is None:
            continue
        own = set(_identities(block))
        kept.append(section("\n".join(_said(block))) if own & seen else block)
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


def _few_enough(blocks: Sequence[Block], most: int) -> list[Block]:
    """Without the last blocks that have no buttons."""
    over = len(blocks) - most
    kept: list[Block] = []
    for block in reversed(blocks):
        if over > 0 and not _acts(block):
            over -= 1
        else:
            kept.append(block)
    return kept[::-1][:most]


def _short_enough(blocks: Sequence[Block], most: int) -> list[Block]:
    """With the first blocks whole; what follows is cut, then left out, but for buttons."""
    left = most - sum(text_length(block) for block in blocks if _acts(block))
    kept: list[Block] = []
    for block in blocks:
        size = text_length(block)
        if _acts(block):
            kept.append(block)
        elif size <= left:
            kept.append(block)
            left -= size
        else:
            if block["type"] == "section" and "text" in block and left >= _LEAST:
                kept.append(section(block["text"]["text"], most=left))
            left = 0
    return kept


def _acts(block: Block) -> bool:
    return bool(block["type"] == "actions")
