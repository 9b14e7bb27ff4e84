"""Commands of `/monitor` that the terminal has too, made of the same definitions."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from bot.cli.opening import deciding
from bot.cli.options import Words, as_option, config_option, refuse
from bot.domain.commands import Command, NotUnderstood, definition_of, parse

if TYPE_CHECKING:
    from bot.cli.opening import Opened
    from bot.domain.card import Form, Message
    from bot.domain.setup import Setup

SPOKEN = (
    "run",
    "alert",
    "ack",
    "take",
    "snooze",
    "unack",
    "resolve",
    "escalate",
    "override",
    "swap",
    "remark",
    "note",
)
"""The other words of the table have commands of their own, with options for programs."""

PRINTED = frozenset({"report", "playbook"})
"""In the terminal these print what in Slack they post or open."""

LONGEST = 3000
"""What Slack takes of a message too."""


class _Spoken(click.Command):
    """Tells of itself in the language of the terminal."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return in_terminals_language(str(self.name))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{in_terminals_language(str(self.name))} (`/monitor {self.name}`)")


def in_terminals_language(word: str) -> str:
    """What a command of the table does, in the language of the terminal."""
    definition = definition_of(word)
    summary = definition.summary.key if definition else ""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named.startswith("zh"):
        return summary
    from bot.locale.catalogue import catalogue

    return catalogue("zh").get(summary, summary)


def introduce(group: click.Group) -> None:
    """Say in one sentence what each command does: that of the table, or the first of its own help."""
    for name, command in group.commands.items():
        if isinstance(command, _Spoken):
            continue
        if definition_of(name) and name not in PRINTED:
            command.short_help = in_terminals_language(name)
        elif command.help:
            command.short_help = command.help.partition(". ")[0].partition(".\n")[0].removesuffix(".")


def spoken(word: str) -> click.Command:
    """`vigil WORD …`, which does what `/monitor WORD …` does."""
    definition = definition_of(word)
    assert definition is not None  # noqa: S101 - SPOKEN is of the table

    @click.command(word, cls=_Spoken, context_settings={"ignore_unknown_options": True})
    @config_option
    @as_option
    @click.argument("words", nargs=-1, metavar=definition.usage or "", type=Words(LONGEST))
    def command(config: Path, person: str | None, words: tuple[str, ...]) -> None:
        typed = parse(" ".join((word, *words)))
        with deciding(config, person, word) as to:
            answer = _understood(to, typed)
            ended = 1 if _asks(answer) or not _is_done(to, word) else 0
            told = _told(to, answer)
        click.echo(told, err=bool(ended))
        raise SystemExit(ended)

    return command


def _is_done(to: Opened, word: str) -> bool:
    """What changes an alert is written down; where nothing is, it was refused."""
    from bot.engine.alerts.act import ACTS

    return word not in ACTS or bool(to.ledger.audit.read(to.now, to.now + timedelta.resolution, to.by))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the commands need of the bot's world, where no bot runs."""

    setup: Setup


def _understood(to: Opened, typed: Command | NotUnderstood) -> Message | Form | None:
    from bot.domain.events import Inbound, InboundKind
    from bot.engine.people.request import Request
    from bot.engine.people.respond import carry_out, not_understood

    if isinstance(typed, NotUnderstood):
        refuse(_told(to, not_understood(typed)), 2)
    inbound = Inbound(
        identity=f"cli:{uuid4().hex}",
        kind=InboundKind.COMMAND,
        at=to.now,
        person=to.by,
        channel="",
        text=typed.word,
    )
    return carry_out(Request(to.ledger, _Known(to.setup), inbound, to.by, typed.arguments, to.now), typed)


def _asks(answer: Message | Form | None) -> bool:
    """Whether nothing was done, because it has to be said which is meant."""
    from bot.domain.card import AlertList, Choice

    return isinstance(answer, Choice) or (isinstance(answer, AlertList) and bool(answer.choose))


def _told(to: Opened, answer: Message | Form | None) -> str:
    from bot.domain.card import AlertList, Choice, Form
    from bot.slack.cards import draw
    from bot.slack.inbound import unescape

    if answer is None or isinstance(answer, Form):
        return ""
    if isinstance(answer, Choice):
        return "\n".join([to.say(answer.text), *(f"  vigil {each}" for each in answer.commands)])
    if isinstance(answer, AlertList) and answer.choose:
        return "\n".join(
            f"vigil {answer.choose} {alert.id}  {alert.subject.fingerprint}" for alert in answer.alerts
        )
    return unescape(draw(answer, to.speaker, to.now).text)
