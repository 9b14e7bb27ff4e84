"""Matchers over labels, as Alertmanager writes them: `severity=warning`, `host=~"db-.*"`.

Expressions are RE2's, which match in linear time whatever is written; they must fit the whole value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.text import MiswordedError, say

if TYPE_CHECKING:
    import re2

LONGEST_VALUE = 500
_WRITTEN = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)


class Operator(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    FITS = "=~"
    FITS_NOT = "!~"


_EXPRESSIONS = (Operator.FITS, Operator.FITS_NOT)
_NEGATIVE = (Operator.NOT_EQUAL, Operator.FITS_NOT)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; a label that is absent counts as empty."""

    label: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        plain = re.fullmatch(r"[\w./:@*+-]+", self.value)
        value = self.value if plain else '"' + self.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{self.label}{self.operator}{value}"

    def fits(self, labels: Mapping[str, str]) -> bool:
        found = labels.get(self.label, "")
        if self.operator in _EXPRESSIONS:
            holds = _compiled(self.value).fullmatch(found) is not None
        else:
            holds = found == self.value
        return holds is not (self.operator in _NEGATIVE)


def fits(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every one of them holds."""
    return all(matcher.fits(labels) for matcher in matchers)


def is_matcher(text: str) -> bool:
    """Whether it is written like one, right or wrong."""
    return _WRITTEN.fullmatch(text) is not None


def parse_matcher(text: str) -> Matcher:
    """`label=value`, `label!=value`, `label=~expression`, `label!~expression`; quotes are optional.

    Raises ValueError with what to write instead.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise MiswordedError(
            say("`{text}` is no matcher; write `severity=warning` or `host=~db-.*`", text=_short(text))
        )
    label, operator, value = found[1], Operator(found[2]), _unquoted(found[3])
    if len(value) > LONGEST_VALUE:
        raise MiswordedError(
            say(
                "`{begun}…` is too long; write at most {most} characters",
                begun=f"{label}{operator}",
                most=LONGEST_VALUE,
            )
        )
    if operator in _EXPRESSIONS:
        _compiled(value)
    return Matcher(label, operator, value)


@lru_cache(maxsize=1000)
def _compiled(expression: str) -> re2._Regexp:
    """Raises MiswordedError with what is wrong."""
    # It takes 2 ms to load, and a megabyte that most bots have no use for.
    import re2

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(expression, options)
    except re2.error as wrong:
        why = wrong.args[0].decode("utf-8", "replace") if wrong.args else "not understood"
        raise MiswordedError(
            say("`{text}` is no expression (RE2): {why}", text=_short(expression), why=why)
        ) from None


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
