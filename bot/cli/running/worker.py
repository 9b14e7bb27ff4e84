"""`vigil worker`: asks the checks of one site, there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, database_of, load_setup, reading, refuse, require_known
from bot.cli.frame.pages import option
from bot.cli.running.logs import log_option, log_to_stderr
from bot.domain.commands import Definition
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.setup import Setup


WORKER = Definition(
    word="worker",
    summary=say("Ask the checks of a site from this host, until SIGTERM or Ctrl-C"),
    details=(
        say("It needs the bot's config.yaml and its PostgreSQL. Several workers of one site share its work"),
        say("On SIGHUP and on /monitor reload it reads config.yaml again; with errors the old one goes on"),
    ),
    examples=("worker --site web-1",),
)


@command(WORKER)
@config_option
@log_option
@option("--site", required=True, metavar="SITE", about=say("Which: a name that `site` of some checks gives"))
def worker(config: Path, form: str, site: str) -> None:
    log_to_stderr(form)
    read = reading(config)
    setup = load_setup(config)
    from bot.wiring import sites_of

    require_known([site], sites_of(setup), "site", "--site")
    for name in ("DATABASE_URL", *setup.withheld):  # read by now; no child process is to inherit them
        os.environ.pop(name, None)
    _work(setup, site, read)


def _work(setup: Setup, site: str, read: Callable[[], Setup]) -> None:
    from bot.fleet.queue import QueueError
    from bot.wiring import run_worker

    with database_of(setup) as database:
        click.echo(f"This worker answers for {site}.")
        try:
            run_worker(setup, database, site, read)
        except QueueError as error:
            refuse(f"vigil worker: {error}", 2)
