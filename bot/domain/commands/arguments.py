"""Arguments that several commands take."""

from __future__ import annotations

from bot.domain.commands.definition import Argument, Kind
from bot.domain.text import Text, say

ALERT = Argument(
    name="ALERT",
    kind=Kind.ALERT,
    about=say("An open alert: its metric, SERVICE/METRIC or its ID; left out: the only one there is"),
)
WATCH = Argument(
    name="WATCH",
    kind=Kind.WATCH,
    about=say("A watch: its version or its ID; left out: the only one that runs"),
)
SERVICE = Argument(name="SERVICE", kind=Kind.SERVICE, about=say("Which service, where several are watched"))
SCHEDULE = Argument(
    name="SCHEDULE",
    kind=Kind.SCHEDULE,
    about=say("Which schedule, where there are several"),
    option="--schedule",
)
REASON = Argument(name="REASON", kind=Kind.TEXT, about=say("Why, for those who read it later"))
DRY = Argument(
    kind=Kind.WORD,
    choices=("dry",),
    about=say("Only say what would be called"),
    option="--dry-run",
)


def person(about: Text, *, required: bool = True) -> Argument:
    return Argument(name="PERSON", kind=Kind.PERSON, about=about, required=required)


def length(example: str, about: Text, *, required: bool = False) -> Argument:
    """A length of time, shown as the example."""
    return Argument(name=example, kind=Kind.LENGTH, about=about, required=required)


def text(about: Text, name: str = "TEXT") -> Argument:
    """Words to the end of the line, which may not be missing."""
    return Argument(name=name, kind=Kind.TEXT, about=about, required=True)
