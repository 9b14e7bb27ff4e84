"""The command `vigil`: one file a noun. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import io
import sys
from functools import partial

import click

from bot.cli.frame.pages import Group, Option
from bot.cli.frame.shelf import Shelf, at
from bot.cli.spoken import SPOKEN, spoken
from bot.domain.commands import BEHIND_ONCALL, SECTIONS, Definition, Section
from bot.domain.text import say


class Whole(Group):
    """`vigil`, whose words may be written as `/monitor` takes them."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        behind = args[:1] == ["oncall"] and args[1:2] and args[1] in BEHIND_ONCALL
        return super().resolve_command(ctx, args[1:] if behind else args)


VIGIL = Definition(word="vigil", summary=say("Vigil keeps watch after you deploy"))


@click.group("vigil", cls=Whole, context_settings={"max_content_width": 100})
@click.version_option(package_name="vigil", cls=Option, about=say("Show the version"))
def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that cannot show a sign gets a question mark, not a traceback
            stream.reconfigure(errors="replace")


main.definition = VIGIL
main.commands = Shelf(
    {
        "status": at("bot.cli.status:status"),
        "alerts": at("bot.cli.alerts.alerts:alerts"),
        "errors": at("bot.cli.alerts.errors:errors"),
        "silence": at("bot.cli.alerts.silence:silence"),
        "silences": at("bot.cli.alerts.silence:silences"),
        "plan": at("bot.cli.watches.plan:plan"),
        "watch": at("bot.cli.watches.watch:watch"),
        "gate": at("bot.cli.watches.gate:gate"),
        "oncall": at("bot.cli.oncall.oncall:oncall"),
        "baseline": at("bot.cli.watches.baseline:baseline"),
        "report": at("bot.cli.watches.report:report"),
        "help": at("bot.cli.help:help_command"),
        "playbook": at("bot.cli.incidents.playbook:playbook"),
        "action": at("bot.cli.incidents.action:action"),
        "rollback": at("bot.cli.incidents.action:rollback"),
        **{word: partial(spoken, word) for word in SPOKEN},
        "up": at("bot.cli.running.up:up"),
        "check": at("bot.cli.check:check"),
        "config": at("bot.cli.config:config"),
        "doctor": at("bot.cli.doctor:doctor"),
        "manifest": at("bot.cli.running.manifest:manifest"),
        "worker": at("bot.cli.running.worker:worker"),
        "db": at("bot.cli.records.db:db"),
        "audit": at("bot.cli.records.proof:audit"),
        "token": at("bot.cli.records.token:token"),
        "completion": at("bot.cli.completion:completion"),
        "replay": at("bot.cli.replay:replay"),
        "rehearse": at("bot.cli.rehearse:rehearse"),
    }
)


def _words(section: Section) -> tuple[str, ...]:
    return tuple(each.word for each in section.commands)


_WHOLE, *_MIDDLE, _ITSELF = SECTIONS
main.sections = (
    (
        _ITSELF.title,
        (
            *("up", "doctor", "config", *_words(_ITSELF)),
            *("audit", "manifest", "token", "worker", "db", "completion"),
        ),
    ),
    (_WHOLE.title, (*_words(_WHOLE), "check")),
    *((each.title, _words(each)) for each in _MIDDLE),
    (say("Before you need it"), ("replay", "rehearse")),
)
