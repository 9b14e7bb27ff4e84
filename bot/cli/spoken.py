"""Commands of `/monitor` that do in the terminal what they do in Slack: the same words, the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from bot.cli.frame.command import command, in_terminal
from bot.cli.frame.opening import deciding
from bot.cli.frame.options import as_option, config_option, refuse
from bot.cli.frame.pages import Single
from bot.domain.commands import Command, Definition, definition_of
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.cli.frame.opening import Opened
    from bot.domain.card import Message
    from bot.domain.setup import Setup
    from bot.engine.people.request import Request

SPOKEN = (
    "run",
    "ack",
    "take",
    "snooze",
    "unack",
    "resolve",
    "escalate",
    "alert",
    "unsilence",
    "override",
    "swap",
    "remark",
    "note",
    "reload",
)
"""The other words of the table have more to say to programs, or ask first."""

_UNWRITTEN = frozenset({"run", "reload"})
"""What is done later, and is written down by whoever does it."""


def spoken(words: str, into: click.Group | None = None) -> Single:
    """`vigil WORDS …`, which does what `/monitor WORDS …` does."""
    definition = definition_of(words)
    assert definition is not None  # noqa: S101 - the words are of the table
    word, _, part = words.partition(" ")

    def run(config: Path, person: str | None, typed: Command | None = None) -> None:
        asked = typed or Command(word=word, arguments=(part,) if part else ())
        with deciding(config, person, word) as to:
            answered(to, asked, definition)

    return command(definition, into)(config_option(as_option(run)))


def answered(to: Opened, typed: Command, definition: Definition) -> None:
    """Carry it out and say so; exit 1 where it was refused, or has to be said which is meant."""
    from bot.domain.card import Form
    from bot.engine.people.respond import carry_out

    answer = carry_out(request_of(to, typed), typed)
    if isinstance(answer, Form):
        raise click.UsageError(f"write what is meant: `vigil {typed.word} {definition.usage}`")
    told = told_of(to, answer)
    if is_done(to, typed.word, answer):
        click.echo(told)
    else:
        refuse(told)


def request_of(to: Opened, typed: Command) -> Request:
    from bot.domain.events import Inbound, InboundKind
    from bot.engine.people.request import Request

    inbound = Inbound(
        identity=f"cli:{uuid4().hex}",
        kind=InboundKind.COMMAND,
        at=to.now,
        person=to.by,
        channel="",
        text=typed.word,
    )
    return Request(to.ledger, _Known(to.setup), inbound, to.by, typed.arguments, to.now)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the commands need of the bot's world, where no bot runs."""

    setup: Setup


def is_done(to: Opened, word: str, answer: Message | None) -> bool:
    """What was decided is written down; where nothing is, it was refused."""
    from bot.domain.card import Choice

    if isinstance(answer, Choice):
        return False
    return word in _UNWRITTEN or bool(to.ledger.audit.read(to.now, to.now + timedelta.resolution, to.by))


def told_of(to: Opened, answer: Message | None) -> str:
    """The answer in words; of several that could be meant the whole commands, a line each."""
    from bot.domain.card import AlertList, Choice, SilenceList
    from bot.slack.cards import draw
    from bot.slack.inbound import unescape

    if isinstance(answer, Choice):
        return _listed(to, to.say(answer.text), [(each, "") for each in answer.commands])
    if isinstance(answer, AlertList) and answer.choose:
        meant = [(f"{answer.choose} {each.id}", each.subject.fingerprint) for each in answer.alerts]
        return _listed(to, to.say(say("Which alert is meant?")), meant)
    if isinstance(answer, SilenceList):
        silences = [(f"unsilence {each.id}", each.matching) for each, _ in answer.silences]
        return _listed(to, to.say(say("Which silence is meant?")), silences)
    return in_terminal(unescape(draw(answer, to.speaker, to.now).text)) if answer else ""


def _listed(to: Opened, sentence: str, commands: list[tuple[str, str]]) -> str:
    return "\n".join(
        [in_terminal(sentence), *(f"  vigil {each}  {what}".rstrip() for each, what in commands)]
    )
