"""What a command is: its word, what may follow it, and how what was typed was understood."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and what may follow it: `usage` shows it, `least` and `most` count it.

    With `free` the last of what follows is everything to the end of the line, as it was typed.
    """

    word: str
    usage: str = ""
    least: int = 0
    most: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Word):
    """A command and what it does. With `parts`, one of these words follows, and then what follows that.

    `examples` are what may be typed, each as it stands; `permissions` of the configuration say who may. What
    is `terminal` is a command of `vigil` alone.
    """

    summary: Text
    examples: tuple[str, ...] = ()
    terminal: bool = False
    parts: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as typed: its word and what followed."""

    word: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """What was typed and the nearest command ("" when nothing is near).

    `why` is given when only the arguments are wrong; `instead` is all that was typed with the nearest word in
    its place, where that can be understood.
    """

    typed: str
    nearest: str = ""
    why: Text | None = None
    instead: str = ""
