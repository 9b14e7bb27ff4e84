"""Sentences as values: a key (the English sentence) and its parameters, said later in a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (`%`, `s`, `ms`, `/s`, …)."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment (aware), said in the plan's zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds."""

    seconds: float

    @classmethod
    def of(cls, length: timedelta) -> Span:
        return cls(length.total_seconds())


@dataclass(frozen=True, slots=True)
class Label:
    """Words from the configuration, in the languages they were written in."""

    en: str
    zh: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A person by key, said by name in plain text: it never notifies anybody."""

    person: str


@dataclass(frozen=True, slots=True)
class Several:
    """A list, said with the commas of the language."""

    items: tuple[Param, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence: `key` is its English form with `{places}`, which is also its key in the catalogue."""

    key: str
    params: tuple[tuple[str, Param], ...] = ()


Param = str | int | float | Quantity | Instant | Span | Label | Name | Several | Text


def say(key: str, **params: Param) -> Text:
    """Build a sentence. Every key handed to this function is found by the catalogue's extractor."""
    return Text(key, tuple(params.items()))


@overload
def joined(first: Text, /, *parts: Text | None) -> Text: ...
@overload
def joined(*parts: Text | None) -> Text | None: ...
def joined(*parts: Text | None) -> Text | None:
    """Remarks as one sentence, those that are None left out; None where nothing is left."""
    said = [part for part in parts if part]
    if not said:
        return None
    whole = said[0]
    for part in said[1:]:
        whole = say("{before}; {item}", before=whole, item=part)
    return whole


def enumerated(items: Sequence[Label | Text]) -> Label | Text:
    """Items one after the other, as a parameter of a sentence; without any it is empty."""
    if len(items) < 2:
        return items[0] if items else Label("")
    return say("{before}, {item}", before=enumerated(items[:-1]), item=items[-1])


class MiswordedError(ValueError):
    """What was typed cannot be understood. `text` says why, and what to write instead; str() in English."""

    def __init__(self, text: Text) -> None:
        super().__init__(in_english(text))
        self.text = text


def unchanged(wrong: ValueError) -> Text:
    """What was wrong, and that nothing came of it."""
    why = wrong.text if isinstance(wrong, MiswordedError) else str(wrong)
    return say("{why}; nothing was changed", why=why)


def in_english(text: Text) -> str:
    """A sentence of words and whole numbers, for programs."""
    said = {name: in_english(each) if isinstance(each, Text) else each for name, each in text.params}
    return text.key.format(**said)
