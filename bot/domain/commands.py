"""`/monitor …`: the table of commands, and text → Command. One definition for every surface."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.text import Text, say


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
    """A command and what it does. With `parts`, one of these words follows, and then what follows that."""

    summary: Text
    parts: tuple[Word, ...] = ()


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


_W = TypeVar("_W", bound=Word)

_WATCH: tuple[Word, ...] = (
    Word(word="start", usage="[VERSION]", most=1),
    Word(word="pause", usage="[WATCH] [1h]", most=2),
    Word(word="resume", usage="[WATCH]", most=1),
    Word(word="extend", usage="[WATCH] 2d", most=2),
    Word(word="stop", usage="[WATCH] [REASON]", most=1, free=True),
    Word(word="intensify", usage="[WATCH] [10m 2h]", most=3),
)

_PLAYBOOK: tuple[Word, ...] = (
    Word(word="open", usage="PLAYBOOK", least=1, most=1),
    Word(word="lead"),
    Word(word="extend", usage="10m REASON", least=2, most=2, free=True),
    Word(word="accept", usage="REASON", least=1, most=1, free=True),
    Word(word="close", usage="[REASON]", most=1, free=True),
    Word(word="export", usage="[ID]", most=1),
)

TABLE: tuple[Definition, ...] = (
    Definition(word="status", summary=say("The live panel: every value beside its target")),
    Definition(word="run", usage="[checklist]", summary=say("Run the checks now and post the round"), most=1),
    Definition(word="alerts", summary=say("The open alerts, most urgent first")),
    Definition(
        word="errors",
        usage="[all]",
        summary=say("New types of errors in the logs; mark those that are known"),
        most=1,
    ),
    Definition(word="ack", usage="[alert]", summary=say("Take an alert: its escalation stops"), most=1),
    Definition(
        word="take",
        usage="[alert]",
        summary=say("Take an alert over, whoever has it or must acknowledge it"),
        most=1,
    ),
    Definition(
        word="snooze",
        usage="[alert] [1h]",
        summary=say("Take an alert and be woken again by it later, unless it is over"),
        most=2,
    ),
    Definition(
        word="unack", usage="[alert]", summary=say("Give an alert back: its escalation goes on"), most=1
    ),
    Definition(word="resolve", usage="[alert]", summary=say("Close an alert by hand"), most=1),
    Definition(word="escalate", usage="[alert]", summary=say("Page the next level now"), most=1),
    Definition(
        word="silence",
        usage="MATCHER… 1h [REASON]",
        summary=say("Let alerts be quiet for a while: an alert, or `severity=warning host=~db-.*`"),
        least=1,
        most=1,
        free=True,
    ),
    Definition(word="silences", summary=say("What is silenced, and the maintenance windows")),
    Definition(word="unsilence", usage="[ID]", summary=say("End a silence"), most=1),
    Definition(
        word="oncall",
        usage="[schedule]",
        summary=say("Who is on call, who follows, who would be paged"),
        most=1,
    ),
    Definition(
        word="override",
        usage="[SCHEDULE] [add|remove|replace] PERSON [PERSON] 4h",
        summary=say("Put somebody else on call for a while, or take that back: override cancel ID"),
        most=8,
    ),
    Definition(
        word="swap",
        usage="[SCHEDULE] PERSON [PERSON]",
        summary=say("Let two people take each other's next shift"),
        least=1,
        most=3,
    ),
    Definition(
        word="plan", usage="[all] [WATCH]", summary=say("The execution list: today, or the whole"), most=2
    ),
    Definition(
        word="gate",
        usage="[why] [VERSION]",
        summary=say("How the last gate came out, and why it has not passed"),
        most=2,
    ),
    Definition(
        word="baseline",
        usage="[capture]",
        summary=say("Every metric before and after the deployment; keep what was before now"),
        most=1,
    ),
    Definition(
        word="report",
        usage="[hourly|daily|weekly|summary|final] [VERSION]",
        summary=say("Compose a report of the time until now and post it; a day without a word"),
        most=2,
    ),
    Definition(
        word="remark",
        usage="[WATCH] HH:MM TEXT",
        summary=say("Add a remark to what is on the list at that time"),
        least=2,
        most=2,
        free=True,
    ),
    Definition(
        word="watch",
        usage=f"[{'|'.join(f'{part.word} {part.usage}'.strip() for part in _WATCH)}]",
        summary=say("The watches; start one, or change its course"),
        parts=_WATCH,
    ),
    Definition(
        word="action",
        usage="[ACTION] [dry]",
        summary=say("What can be done to the service: stop orders, restart a worker, …"),
        most=2,
    ),
    Definition(
        word="playbook",
        usage=f"[{'|'.join(f'{part.word} {part.usage}'.strip() for part in _PLAYBOOK)}]",
        summary=say("The emergency flows: open one, lead it, take more time, accept the risk"),
        parts=_PLAYBOOK,
    ),
    Definition(
        word="rollback",
        usage="[SERVICE] [dry]",
        summary=say("Roll the deployment back, after asking; the checks verify it"),
        most=2,
    ),
    Definition(
        word="note",
        usage="TEXT",
        summary=say("Add a note to the timeline of the incident"),
        least=1,
        most=1,
        free=True,
    ),
    Definition(word="reload", summary=say("Read config.yaml again; running watches keep their plan")),
    Definition(word="help", summary=say("This list")),
)

_ONCALL = tuple(each for each in TABLE if each.word in ("override", "swap"))
"""Commands that may also be written behind `oncall`."""

WORDS = tuple(definition.word for definition in TABLE)


def parse(text: str) -> Command | NotUnderstood:
    """What was typed after `/monitor`; nothing at all is `help`."""
    if not text.strip():
        return Command(word="help")
    typed, rest = _cut(text)
    definition = _find(typed, TABLE)
    if definition is None:
        near = difflib.get_close_matches(typed.lower(), WORDS, n=1, cutoff=0.5)
        return NotUnderstood(typed=typed, nearest=near[0] if near else "")
    if definition.word == "oncall" and rest and _find(_cut(rest)[0], _ONCALL):
        return parse(rest)
    if not definition.parts or not rest:
        return _read(text.strip(), (definition,), rest)
    following, rest = _cut(rest)
    part = _find(following, definition.parts)
    if part is None:
        usage = f"{definition.word} {definition.usage}"
        why = say("`{typed}` is not among `/monitor {usage}`", typed=text.strip(), usage=usage)
        return NotUnderstood(typed=text.strip(), nearest=definition.word, why=why)
    return _read(text.strip(), (definition, part), rest)


def _read(typed: str, words: tuple[Word, ...], rest: str) -> Command | NotUnderstood:
    """The words that were found, and the arguments that the last of them takes."""
    last, (first, *others) = words[-1], (each.word for each in words)
    arguments = rest.split(maxsplit=last.most - 1) if last.free else rest.split()
    if last.least <= len(arguments) <= last.most:
        return Command(word=first, arguments=(*others, *arguments))
    why = say(
        "`{typed}` is more than `/monitor {usage}` takes"
        if len(arguments) > last.most
        else "`{typed}` is less than `/monitor {usage}` takes",
        typed=typed,
        usage=" ".join((first, *others, last.usage)).strip(),
    )
    return NotUnderstood(typed=typed, nearest=first, why=why)


def _find(typed: str, table: Sequence[_W]) -> _W | None:
    return next((each for each in table if each.word == typed.lower()), None)


def _cut(text: str) -> tuple[str, str]:
    """The first word, and what comes after it."""
    word, *rest = text.split(maxsplit=1)
    return word, rest[0].strip() if rest else ""
