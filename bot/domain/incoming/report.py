"""One alert that another program tells of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 200
LONGEST_TEXT = 1000
LONGEST_VALUE = 300
MOST_LABELS = 64
UNNAMED = "unnamed"


class MalformedError(ValueError):
    """The body cannot be understood. `pointer` (RFC 6901) is the place, "" the whole body."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(why)
        self.pointer = pointer
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An alert as it was told of. Texts are clean: one line, no control signs, not longer than is allowed."""

    name: str
    labels: tuple[tuple[str, str], ...]
    firing: bool
    severity: str
    summary: str
    links: tuple[tuple[str, str], ...] = ()


def pointer(*steps: object) -> str:
    """`/alerts/3/labels`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


_NOT_SHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def clean(text: object, most: int) -> str:
    """Text from outside on one line: without control signs, and none that turn the direction of reading.

    What joins emoji stays.
    """
    given = str(text)
    if not (given.isascii() and given.isprintable()):  # most texts are: thousands come at once in a storm
        given = "".join(sign if _shows(sign) else " " for sign in given)
    words = " ".join(given.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _shows(sign: str) -> bool:
    return sign == "\u200d" or unicodedata.category(sign) not in _NOT_SHOWN


def clean_labels(labels: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Labels by name, without those that are empty; at most MOST_LABELS of them."""
    cleaned = {clean(name, LONGEST_NAME): clean(value, LONGEST_VALUE) for name, value in labels.items()}
    return tuple(sorted((name, value) for name, value in cleaned.items() if name and value))[:MOST_LABELS]
