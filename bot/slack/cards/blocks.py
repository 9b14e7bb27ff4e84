"""Small constructors of Block Kit parts that keep Slack's limits whatever they are given.

Texts are taken as they are to be sent: what comes from outside has been through `escape`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.blockkit import limits

Block = dict[str, Any]
View = dict[str, Any]
"""A modal or a home page."""

_CUT_IN_TWO = re.compile(r"&[a-z]{0,3}$|<[^<>]*$")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message for Slack: `text` says the whole in one sentence, for notifications and screen readers."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def escape(text: str) -> str:
    """Make text from outside harmless: it can neither mention nor link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, ending in "…" when cut, never inside an escaped character or a link."""
    if len(text) <= limit:
        return text
    return _CUT_IN_TWO.sub("", text[: limit - 1]).rstrip() + "…"


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shorten(text.strip(), limit) or "–", "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    return {"type": "mrkdwn", "text": shorten(text.strip(), limit) or "–"}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, limits.HEADER_TEXT)}


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Plain text in rows and columns, the first row its head; wide cells are wrapped."""
    cells = [[{"type": "raw_text", "text": cell or "–"} for cell in row] for row in rows]
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}] * len(rows[0])}


def section(text: str, *, most: int = limits.SECTION_TEXT, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text, most)}
    if accessory:
        block["accessory"] = accessory
    return block


def fields(pairs: Sequence[tuple[str, str]], most: int = 300) -> Block:
    """Name over value, two columns; each pair at most `most` characters."""
    shown = [mrkdwn(f"*{name}*\n{value}", most) for name, value in pairs[: limits.SECTION_FIELDS]]
    return {"type": "section", "fields": shown}


def context(*texts: str, most: int = 600) -> Block:
    shown = [mrkdwn(text, most) for text in texts[: limits.CONTEXT_ELEMENTS]]
    return {"type": "context", "elements": shown}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def divider() -> Block:
    return {"type": "divider"}


def button(
    text: str, action_id: str, value: str, *, style: Literal["primary", "danger"] | None = None
) -> Block:
    block: Block = {
        "type": "button",
        "text": plain(text, limits.BUTTON_TEXT),
        "action_id": action_id,
        "value": value,
    }
    if style:
        block["style"] = style
    return block


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of (words, value)."""
    shown = [{"text": plain(words, limits.OPTION_TEXT), "value": value} for words, value in options]
    return {"type": "overflow", "action_id": action_id, "options": shown[: limits.OVERFLOW_OPTIONS]}


def confirmed(element: Block, title: str, text: str, buttons: tuple[str, str]) -> Block:
    """The same element, asking first. `buttons` are (yes, no); what is dangerous looks so there too."""
    yes, no = buttons
    asks: Block = {
        "title": plain(title, limits.CONFIRM_TITLE),
        "text": plain(text, limits.CONFIRM_TEXT),
        "confirm": plain(yes, limits.CONFIRM_BUTTON),
        "deny": plain(no, limits.CONFIRM_BUTTON),
    }
    if element.get("style") == "danger":
        asks["style"] = "danger"
    return {**element, "confirm": asks}
