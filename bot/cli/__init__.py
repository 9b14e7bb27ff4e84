"""The command `vigil`: one file a noun. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import click

from bot.cli.alerts.alerts import alerts
from bot.cli.alerts.errors import errors
from bot.cli.alerts.silence import silence, silences
from bot.cli.check import check
from bot.cli.completion import completion
from bot.cli.config import config
from bot.cli.doctor import doctor
from bot.cli.frame.pages import Group, Option
from bot.cli.help import help_command
from bot.cli.incidents.action import action, rollback
from bot.cli.incidents.playbook import playbook
from bot.cli.oncall.oncall import oncall
from bot.cli.records.audit import audit
from bot.cli.records.db import db
from bot.cli.records.proof import escalations as escalations
from bot.cli.records.token import token
from bot.cli.rehearse import rehearse
from bot.cli.replay import replay
from bot.cli.running.manifest import manifest
from bot.cli.running.up import up
from bot.cli.running.worker import worker
from bot.cli.spoken import SPOKEN, spoken
from bot.cli.status import status
from bot.cli.watches.baseline import baseline
from bot.cli.watches.gate import gate
from bot.cli.watches.plan import plan
from bot.cli.watches.report import report
from bot.cli.watches.watch import watch
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
main.add(
    *(status, alerts, errors, silence, silences, plan, watch, gate, oncall, baseline, report, help_command),
    *(playbook, action, rollback, *map(spoken, SPOKEN)),
    *(up, check, config, doctor, manifest, worker, db, audit, token, completion, replay, rehearse),
)

_WHOLE, *_MIDDLE, _ITSELF = SECTIONS
main.sections = (
    replace(
        _ITSELF,
        commands=(
            *(each.definition for each in (up, doctor, config)),
            *_ITSELF.commands,
            *(each.definition for each in (audit, manifest, token, worker, db, completion)),
        ),
    ),
    replace(_WHOLE, commands=(*_WHOLE.commands, check.definition)),
    *_MIDDLE,
    Section(title=say("Before you need it"), commands=(replay.definition, rehearse.definition)),
)
