"""Types of messages: the words that stay, and `…` for what varies.

The idea is Drain's (He et al., 2017): messages of as many words whose beginnings agree are compared word
by word; those that are alike enough become one template.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

VARIES = "…"  # what others write, <*>, is read as emphasis where templates are shown
MOST_TYPES = 300
_ALIKE = 0.8
"""The share of a template's fixed words that a message must have to be of its type."""
_KIN = 4
"""So many types that differ in one and the same word only show that this word varies."""
_MOST_WORDS = 60
_MOST_FIRST_WORDS = 50
_REMEMBERED = 10_000
_QUOTED = re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\"")
_WITH_DIGITS = re.compile(r"[\w./:@%+-]*[0-9](?:[\w./:@%+-]*[\w/%])?")


@dataclass(slots=True)
class MessageType:
    """A type of message. Its key is that of the first message it was made of, and stays."""

    key: str
    words: list[str]

    @property
    def template(self) -> str:
        return " ".join(self.words)


class Types:
    """The types seen so far, at most 300; the one not seen for longest is forgotten first."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        """`known` are keys and templates, the latest seen last."""
        self._types: OrderedDict[str, MessageType] = OrderedDict()
        self._shelves: dict[int, dict[str, list[MessageType]]] = {}
        self._remembered: dict[str, MessageType] = {}
        for key, template in known:
            self._add(MessageType(key, template.split(" ")))

    def type_of(self, message: str) -> MessageType:
        """The type this message belongs to; a new one if it is like none."""
        words = _words(message)
        masked = " ".join(words)
        found = self._remembered.get(masked)
        if found is None:
            found = self._sort_in(words)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[masked] = found
        self._types.move_to_end(found.key)
        return found

    def known(self) -> list[tuple[str, str]]:
        """Keys and templates, the latest seen last: what the next `Types` starts from."""
        return [(each.key, each.template) for each in self._types.values()]

    def _sort_in(self, words: list[str]) -> MessageType:
        shelf = self._shelf(words)
        best, least = None, len(words)
        for each in shelf:
            different = len(_differences(each.words, words))
            fixed = sum(word != VARIES for word in each.words)
            if different < least and fixed - different >= _ALIKE * fixed:
                best, least = each, different
        if best is not None:
            for place in _differences(best.words, words):
                best.words[place] = VARIES
            return best
        return self._join_kin(shelf, words) or self._new(words)

    def _join_kin(self, shelf: list[MessageType], words: list[str]) -> MessageType | None:
        kin: dict[int, list[MessageType]] = {}
        for each in shelf:
            if len(places := _differences(each.words, words)) == 1:
                kin.setdefault(places[0], []).append(each)
        for place, several in kin.items():
            if len(several) >= _KIN:
                first, *others = several
                first.words[place] = VARIES
                for other in others:
                    self._forget(other)
                return first
        return None

    def _new(self, words: list[str]) -> MessageType:
        key = hashlib.blake2b(" ".join(words).encode(errors="replace"), digest_size=8).hexdigest()
        return self._types.get(key) or self._add(MessageType(key, words))

    def _shelf(self, words: list[str]) -> list[MessageType]:
        """The types of as many words that begin alike; beyond 50 beginnings, they vary."""
        shelves = self._shelves.setdefault(len(words), {})
        first = words[0] if words[0] in shelves or len(shelves) < _MOST_FIRST_WORDS else VARIES
        return shelves.setdefault(first, [])

    def _add(self, new: MessageType) -> MessageType:
        self._types[new.key] = new
        self._shelf(new.words).append(new)
        if len(self._types) > MOST_TYPES:
            self._forget(next(iter(self._types.values())))
        return new

    def _forget(self, old: MessageType) -> None:
        del self._types[old.key]
        for shelf in self._shelves[len(old.words)].values():
            if old in shelf:
                shelf.remove(old)
        self._remembered.clear()


def _words(message: str) -> list[str]:
    """Its words; what is quoted or holds a digit (numbers, times, addresses, identifiers) varies."""
    if "'" in message or '"' in message:
        message = _QUOTED.sub(VARIES, message)
    words = message.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    return [word if word.isalpha() else _WITH_DIGITS.sub(VARIES, word) for word in words] or [VARIES]


def _differences(template: list[str], words: list[str]) -> list[int]:
    """The places of the template's fixed words where the message has others."""
    return [
        place
        for place, (mine, theirs) in enumerate(zip(template, words, strict=True))
        if mine not in (theirs, VARIES)
    ]
