"""Text → Command, as people type it after `/monitor`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TypeVar

from bot.domain.commands.definition import Command, NotUnderstood, Word
from bot.domain.commands.table import TABLE, TERMINAL, definition_of
from bot.domain.text import say

_W = TypeVar("_W", bound=Word)

_ONCALL = tuple(each for each in TABLE if each.word in ("override", "swap"))
"""Commands that may also be written behind `oncall`."""

WORDS = tuple(definition.word for definition in TABLE)

PERMISSIONS = (*WORDS, *TERMINAL)
"""What `permissions` of the configuration may name."""


def parse(text: str) -> Command | NotUnderstood:
    """What was typed after `/monitor`; nothing at all is `help`."""
    if not text.strip():
        return Command(word="help")
    typed, rest = _cut(text)
    definition = definition_of(typed)
    if definition is None:
        near = _nearest(typed, WORDS)
        return NotUnderstood(typed=typed, nearest=near, instead=_instead(near, rest))
    if definition.word == "oncall" and rest and _find(_cut(rest)[0], _ONCALL):
        return parse(rest)
    if not definition.parts or not rest:
        return _read(text.strip(), (definition,), rest)
    following, rest = _cut(rest)
    part = _find(following, definition.parts)
    if part is None:
        usage = f"{definition.word} {definition.usage}"
        why = say("`{typed}` is not among `/monitor {usage}`", typed=text.strip(), usage=usage)
        near = _nearest(following, [each.word for each in definition.parts])
        instead = _instead(f"{definition.word} {near}" if near else "", rest)
        return NotUnderstood(typed=text.strip(), nearest=definition.word, why=why, instead=instead)
    return _read(text.strip(), (definition, part), rest)


def _nearest(typed: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(typed.lower(), words, n=1, cutoff=0.5)
    return near[0] if near else ""


def _instead(nearest: str, rest: str) -> str:
    """What was meant, if it is that, and if it can be understood."""
    whole = f"{nearest} {rest}".strip() if nearest else ""
    return whole if whole and isinstance(parse(whole), Command) else ""


def _read(typed: str, words: tuple[Word, ...], rest: str) -> Command | NotUnderstood:
    """The words that were found, and the arguments that the last of them takes."""
    last, (first, *others) = words[-1], (each.word for each in words)
    arguments = rest.split(maxsplit=last.most - 1) if last.free else rest.split()
    if last.least <= len(arguments) <= last.most:
        return Command(word=first, arguments=(*others, *arguments))
    why = say(
        "`{typed}` is more than `/monitor {usage}` takes"
        if len(arguments) > last.most
        else "`{typed}` is less than `/monitor {usage}` takes",
        typed=typed,
        usage=" ".join((first, *others, last.usage)).strip(),
    )
    return NotUnderstood(typed=typed, nearest=first, why=why)


def _find(typed: str, table: Sequence[_W]) -> _W | None:
    return next((each for each in table if each.word == typed.lower()), None)


def _cut(text: str) -> tuple[str, str]:
    """The first word, and what comes after it."""
    word, *rest = text.split(maxsplit=1)
    return word, rest[0].strip() if rest else ""
