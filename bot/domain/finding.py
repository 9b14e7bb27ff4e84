"""What an examination finds, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.text import Text, say


class Grade(IntEnum):
    """From well to broken; the number is the exit code."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is what was looked at (`database`, `check figures`); what is well needs no mend."""

    subject: str
    grade: Grade
    what: Text
    mend: Text | None = None


def well(subject: str, what: Text) -> Finding:
    return Finding(subject, Grade.OK, what)


def doubtful(subject: str, what: Text, mend: Text) -> Finding:
    return Finding(subject, Grade.WARN, what, mend)


def broken(subject: str, what: Text, mend: Text) -> Finding:
    return Finding(subject, Grade.FAIL, what, mend)


def quoted(words: str) -> Text:
    """What another program or a table of mends says, as it says it."""
    return say("{words}", words=words)


def worst(findings: Iterable[Finding]) -> Grade:
    return max((each.grade for each in findings), default=Grade.OK)
