"""What is wrong with a configuration: every problem with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: `file` and 1-based `line`, the dotted `path` of the key ("" where there is none).

    As text it is one line, without control characters.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        line = f"{self.file}:{self.line}: {path}{self.message}"
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)


class ConfigError(Exception):
    """The configuration cannot be used. `errors` holds every problem found, in the files' order."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest known word, else the known words, else nothing."""
    words = sorted(set(known))
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"; did you mean `{near[0]}`?"
    if not words:
        return ""
    shown = ", ".join(f"`{known_word}`" for known_word in words[:12])
    more = ", …" if len(words) > 12 else ""
    return f"; known: {shown}{more}"
