"""Text → Command, as people type it after `/monitor`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.domain.commands.definition import Command, Definition, NotUnderstood
from bot.domain.commands.table import TABLE, TERMINAL, definition_of
from bot.domain.quoting import split_words
from bot.domain.text import say

BEHIND_ONCALL = ("override", "swap")
"""Commands that may also be written behind `oncall`."""

_ONCALL = tuple(each for each in TABLE if each.word in BEHIND_ONCALL)

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
    if definition.form and not rest:
        return Command(word=definition.word)
    if not definition.parts or not rest:
        return read(text.strip(), (definition,), rest)
    following, rest = _cut(rest)
    part = _find(following, definition.parts)
    if part is None:
        near = _nearest(following, [each.word for each in definition.parts])
        instead = _instead(f"{definition.word} {near}" if near else "", rest)
        return _none_of(text.strip(), (definition,), instead)
    return read(text.strip(), (definition, part), rest)


def _nearest(typed: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(typed.lower(), words, n=1, cutoff=0.5)
    return near[0] if near else ""


def _instead(nearest: str, rest: str) -> str:
    """What was meant, if it is that, and if it can be understood."""
    whole = f"{nearest} {rest}".strip() if nearest else ""
    return whole if whole and isinstance(parse(whole), Command) else ""


def read(typed: str, words: tuple[Definition, ...], rest: str) -> Command | NotUnderstood:
    """The command of these words, with the arguments that the last of them takes."""
    last, (first, *others) = words[-1], (each.word for each in words)
    # Text is everything behind what must stand before it.
    arguments = (
        rest.split(maxsplit=sum(each.required for each in last.arguments[:-1]))
        if last.free
        else _words(last, rest)
    )
    count = len(rest.split() if last.free else arguments)
    if count < last.least:
        why = say("`{typed}` is less than `/monitor {usage}` takes", typed=typed, usage=_usage(words))
        return NotUnderstood(typed=typed, nearest=first, why=why)
    if last.most is not None and count > last.most:
        why = say("`{typed}` is more than `/monitor {usage}` takes", typed=typed, usage=_usage(words))
        return NotUnderstood(typed=typed, nearest=first, why=why)
    if not last.free:
        arguments, stray = _taken(last, arguments)
        if stray:
            near = _nearest(stray[0], [choice for each in last.arguments for choice in each.choices])
            instead = _instead(" ".join((first, *others)), " ".join([*arguments, near, *stray[1:]]))
            return _none_of(typed, words, instead if near else "")
    return Command(word=first, arguments=(*others, *arguments))


def _words(definition: Definition, rest: str) -> list[str]:
    """What messages show as code may be typed as code."""
    try:
        words = split_words(rest) if definition.quoted else rest.split()
    except ValueError:  # a quote that is not closed is a sign like any other
        words = rest.split()
    return [word.strip("`") or word for word in words]


def _taken(definition: Definition, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words as they are taken, choices in lower case; and those from the first on that nothing takes."""
    left, taken = list(definition.arguments), list[str]()
    for number, word in enumerate(words):
        chosen = next((each for each in left if word.lower() in each.choices), None)
        taker = chosen or next((each for each in left if not each.choices), None)
        if taker is None:
            return taken, list(words[number:])
        taken.append(word.lower() if chosen else word)
        if not taker.many:
            left.remove(taker)
    return taken, []


def _none_of(typed: str, words: tuple[Definition, ...], instead: str) -> NotUnderstood:
    why = say("`{typed}` is not among `/monitor {usage}`", typed=typed, usage=_usage(words))
    return NotUnderstood(typed=typed, nearest=words[0].word, why=why, instead=instead)


def _usage(words: tuple[Definition, ...]) -> str:
    return " ".join((*(each.word for each in words), words[-1].usage)).strip()


def _find(typed: str, table: Sequence[Definition]) -> Definition | None:
    return next((each for each in table if each.word == typed.lower()), None)


def _cut(text: str) -> tuple[str, str]:
    """The first word, and what comes after it."""
    word, *rest = text.split(maxsplit=1)
    return word, rest[0].strip() if rest else ""
