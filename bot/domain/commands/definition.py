"""What a command is: its word, what may follow it, and how what was typed was understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.text import Text


class Kind(Enum):
    """What an argument names: whoever completes it knows where such names are kept."""

    ALERT = auto()
    SILENCE = auto()
    WATCH = auto()
    INCIDENT = auto()
    SERVICE = auto()
    CHECK = auto()
    CHECKLIST = auto()
    ACTION = auto()
    PLAYBOOK = auto()
    SCHEDULE = auto()
    PERSON = auto()
    COMMAND = auto()
    TOKEN = auto()
    FILE = auto()
    NEW_FILE = auto()
    LENGTH = auto()
    WORD = auto()
    TEXT = auto()
    """Everything to the end of the line, as it was typed. It stands last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What may follow a word: `name` shows it, `about` tells what it means.

    With `choices` it is one of these words, which show it. With `many` it may be repeated. In the terminal
    `option` names it too.
    """

    kind: Kind
    about: Text
    name: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    many: bool = False
    option: str = ""

    @property
    def shown(self) -> str:
        """`NAME`, `NAME…` or `one|other`."""
        return "|".join(self.choices) or f"{self.name}{'…' if self.many else ''}"

    @property
    def usage(self) -> str:
        """The same, in brackets where it may be left out."""
        return self.shown if self.required else f"[{self.shown}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A command: its word, what may follow it, what it does.

    With `parts`, one of their words follows, and then what follows that; `summary` is what it does alone.
    `details` say more; `examples` are what may be typed, each as it stands. `permissions` of config.yaml
    say who may, by this word. With `form` nothing need follow in Slack, where it opens a form instead.
    """

    word: str
    summary: Text
    details: tuple[Text, ...] = ()
    arguments: tuple[Argument, ...] = ()
    parts: tuple[Definition, ...] = ()
    form: bool = False
    examples: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """What may follow, in one line."""
        parts = [f"[{'|'.join(part.word for part in self.parts)}]"] if self.parts else []
        return " ".join([*parts, *(each.usage for each in self.arguments)])

    @property
    def least(self) -> int:
        """So many words at least."""
        return sum(each.required for each in self.arguments)

    @property
    def free(self) -> bool:
        """Whether the last of what follows is text."""
        return bool(self.arguments) and self.arguments[-1].kind is Kind.TEXT

    @property
    def quoted(self) -> bool:
        """Whether quotes keep words together: the name of an alert may have blanks in it."""
        return any(each.kind is Kind.ALERT for each in self.arguments)

    @property
    def most(self) -> int | None:
        """So many words at most; None where there is no limit."""
        many = self.free or any(each.many for each in self.arguments)
        return None if many else len(self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Commands that belong together."""

    title: Text
    commands: tuple[Definition, ...]


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
