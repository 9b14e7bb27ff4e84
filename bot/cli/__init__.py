"""The command `vigil`: one file a noun. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import io
import sys

import click

from bot.cli.action import action, rollback
from bot.cli.alerts import alerts
from bot.cli.audit import audit
from bot.cli.baseline import baseline
from bot.cli.check import check
from bot.cli.completion import completion
from bot.cli.config import config
from bot.cli.db import db
from bot.cli.doctor import doctor
from bot.cli.errors import errors
from bot.cli.examples import exemplify
from bot.cli.gate import gate
from bot.cli.manifest import manifest
from bot.cli.nearest import Nearest
from bot.cli.oncall import oncall
from bot.cli.plan import plan
from bot.cli.playbook import playbook
from bot.cli.rehearse import rehearse
from bot.cli.replay import replay
from bot.cli.report import report
from bot.cli.silence import silence
from bot.cli.spoken import SPOKEN, introduce, spoken
from bot.cli.status import status
from bot.cli.token import token
from bot.cli.up import up
from bot.cli.watch import watch
from bot.cli.worker import worker


@click.group(cls=Nearest, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="vigil")
def main() -> None:
    """Vigil keeps watch after you deploy."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that cannot show a sign gets a question mark, not a traceback
            stream.reconfigure(errors="replace")


for command in (
    up,
    status,
    alerts,
    errors,
    silence,
    plan,
    watch,
    gate,
    oncall,
    check,
    config,
    doctor,
    manifest,
    db,
    worker,
    audit,
    playbook,
    action,
    rollback,
    baseline,
    report,
    token,
    completion,
    *map(spoken, SPOKEN),
    replay,
    rehearse,
):
    main.add_command(command)
introduce(main)
exemplify(main)
