"""`/monitor …`: the table of commands, and text → Command. One definition for every surface."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from bot.domain.text import Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A command: its word, what may follow it, and what it does."""

    word: str
    usage: str = ""
    summary: Text
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as typed: its word and what followed."""

    word: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """What was typed and the nearest command ("" when nothing is near).

    `why` is given when only the arguments are wrong.
    """

    typed: str
    nearest: str = ""
    why: Text | None = None


TABLE: tuple[Definition, ...] = (
    Definition(word="status", summary=say("The live panel: every value beside its target")),
    Definition(word="run", usage="[checklist]", summary=say("Run the checks now and post the round"), most=1),
    Definition(word="alerts", summary=say("The open alerts, most urgent first")),
    Definition(word="ack", usage="[alert]", summary=say("Take an alert: its escalation stops"), most=1),
    Definition(
        word="unack", usage="[alert]", summary=say("Give an alert back: its escalation goes on"), most=1
    ),
    Definition(word="resolve", usage="[alert]", summary=say("Close an alert by hand"), most=1),
    Definition(word="escalate", usage="[alert]", summary=say("Page the next level now"), most=1),
    Definition(
        word="oncall",
        usage="[schedule]",
        summary=say("Who is on call, who follows, who would be paged"),
        most=1,
    ),
    Definition(word="plan", usage="[all]", summary=say("The execution list: today, or the whole"), most=1),
    Definition(word="help", summary=say("This list")),
)

WORDS = tuple(definition.word for definition in TABLE)


def parse(text: str) -> Command | NotUnderstood:
    """What was typed after `/monitor`; nothing at all is `help`."""
    words = text.split()
    if not words:
        return Command(word="help")
    word, arguments = words[0].lower(), tuple(words[1:])
    definition = next((each for each in TABLE if each.word == word), None)
    if definition is None:
        near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.5)
        return NotUnderstood(typed=words[0], nearest=near[0] if near else "")
    if len(arguments) > definition.most:
        usage = f"{definition.word} {definition.usage}".strip()
        why = say("`{typed}` is more than `/monitor {usage}` takes", typed=text.strip(), usage=usage)
        return NotUnderstood(typed=text.strip(), nearest=definition.word, why=why)
    return Command(word=word, arguments=arguments)
