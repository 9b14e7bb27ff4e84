"""`vigil up`: run the bot."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import (
    config_option,
    load_setup,
    reading,
    sample_port_option,
    workspace_port_option,
)
from bot.cli.frame.pages import option
from bot.cli.running.logs import log_option, log_to_stderr
from bot.cli.running.sample import Sample, SampleError
from bot.domain.commands import Definition
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.setup import Setup
    from bot.slack.access import SlackAccess
    from bot.web import Served
    from bot.workspace import Workspace

SAMPLE_VERSION = "resilience-v1.0"
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL", "VIGIL_API_TOKEN")


NEW = 10_000
"""So many new objects are looked through for garbage at once: of what a storm of alerts makes none is."""

UP = Definition(
    word="up",
    summary=say("Run the bot until it is told to stop (Ctrl-C or SIGTERM)"),
    examples=("up --sample", "up --workspace slack --host 0.0.0.0 --port 8080"),
)


@command(UP)
@config_option
@log_option
@option(
    "--workspace",
    type=click.Choice(["auto", "local", "slack"]),
    default="auto",
    show_default=True,
    about=say(
        "Where to speak: the real Slack, or the local workspace in the browser. auto: Slack when "
        "SLACK_BOT_TOKEN is set, and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode)"
    ),
)
@workspace_port_option
@option(
    "--host", metavar="HOST", about=say("Address of the bot's own HTTP; left out: `web.host` of config.yaml")
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    about=say("Port of the bot's own HTTP; left out: `web.port` of config.yaml; 0 takes a free one"),
)
@option("--sample", is_flag=True, about=say("Start the sample order service, and a watch of it if none runs"))
@sample_port_option
@option(
    "--speed",
    type=click.FloatRange(0, 1000, min_open=True),
    metavar="N",
    about=say(
        "Rehearse: bot, local workspace and sample on a clock that runs N times as fast at most, in a "
        "folder of their own. Needs --sample"
    ),
)
def up(
    config: Path,
    form: str,
    workspace: str,
    workspace_port: int,
    host: str | None,
    port: int | None,
    sample: bool,
    sample_port: int,
    speed: float | None,
) -> None:
    log_to_stderr(form)
    if speed:
        _rehearse(config, speed, workspace, (workspace_port, sample_port), sample=sample)
        return
    if sample:
        for name, address in Sample.addresses(sample_port).items():
            os.environ.setdefault(name, address)
    read = _reading(config, host, port)
    from bot.config.compact import compact
    from bot.store import StoreError
    from bot.web import WebError

    start = _Start(workspace=workspace, port=workspace_port, sample_port=sample_port if sample else None)
    try:
        _run(compact(lambda: _placed(load_setup(config), host, port)), read, start)
    except (StoreError, WebError, _NoWorkspaceError, SampleError) as error:
        click.echo(f"vigil up: {error}", err=True)
        raise SystemExit(2) from None


def _rehearse(config: Path, speed: float, workspace: str, ports: tuple[int, int], *, sample: bool) -> None:
    from bot.cli.rehearse.free import run_free

    if not sample:
        raise click.UsageError("--speed needs --sample: only the sample service can live by such a clock")
    if workspace == "slack":
        raise click.UsageError("--speed rehearses in the local workspace; leave out --workspace slack")
    run_free(config, speed, *ports)


class _NoWorkspaceError(Exception):
    """The local workspace cannot run; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class _Start:
    """How the command line wants it started."""

    workspace: str
    port: int
    sample_port: int | None


def _placed(setup: Setup, host: str | None, port: int | None) -> Setup:
    """With the address of the command line, which wins over that of the configuration."""
    web = replace(
        setup.web,
        host=setup.web.host if host is None else host,
        port=setup.web.port if port is None else port,
    )
    return replace(setup, web=web)


def _reading(config: Path, host: str | None, port: int | None) -> Callable[[], Setup]:
    from bot.config.compact import compact

    read = reading(config)
    return lambda: compact(lambda: _placed(read(), host, port))


def _run(setup: Setup, read: Callable[[], Setup], start: _Start) -> None:
    from bot.clock import RealClock
    from bot.engine.people.reread import SIGNAL
    from bot.slack.access import access_from
    from bot.wiring import Program

    signals = _signals()
    slack, token = _usable(access_from(os.environ)), os.environ.get("VIGIL_API_TOKEN", "").strip()
    for name in (*SECRETS, *setup.withheld):  # all are read by now, and no child process is to inherit them
        os.environ.pop(name, None)
    with ExitStack() as running:
        sample = Sample.start(Path(setup.folder), start.sample_port) if start.sample_port else None
        if sample:
            running.callback(sample.stop)
        local, access = _workspace(setup, slack, start, sample)
        if local:
            running.callback(local.stop)
        program = Program(setup, access, RealClock(), read=read)
        running.callback(program.stop)
        web = program.serve_web(setup.web.host, setup.web.port, token)
        running.callback(web.stop)
        program.start()
        if sample:
            for service in setup.services.values():
                program.ensure_watch(service, SAMPLE_VERSION)
        _greet(local, sample, web)
        gc.freeze()
        gc.set_threshold(NEW)
        while os.read(signals, 1)[0] == signal.SIGHUP:
            program.read_again(SIGNAL)


def _signals() -> int:
    """A file from which the number of SIGTERM, SIGINT or SIGHUP can be read as soon as it has come.

    To wait for what a handler in Python sets can hang: a signal that comes just before does not end the wait.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    return reading


def _greet(local: Workspace | None, sample: Sample | None, web: Served) -> None:
    if local:
        click.echo(f"Vigil is up. Local workspace: {local.url}")
    else:
        click.echo("Vigil is up, in Slack.")
    click.echo(f"Health: {web.url}/readyz")
    if sample:
        click.echo(f"Break the sample service: {sample.switches_url}")


def _workspace(
    setup: Setup, access: SlackAccess | None, start: _Start, sample: Sample | None
) -> tuple[Workspace | None, SlackAccess]:
    if start.workspace == "slack" and access is None:
        raise click.UsageError(
            "--workspace slack needs SLACK_BOT_TOKEN (xoxb-…) in the environment, and SLACK_APP_TOKEN "
            "(xapp-…) for Socket Mode or SLACK_SIGNING_SECRET for HTTP mode"
        )
    if access and start.workspace != "local":
        return None, access
    links = (("Break the sample service", sample.switches_url),) if sample else ()
    try:
        from bot.wiring.local import start_workspace
    except ModuleNotFoundError as missing:
        said = "the local workspace is not installed here: set SLACK_BOT_TOKEN to speak in the real Slack"
        raise _NoWorkspaceError(f"{said} ({missing})") from None
    from bot.workspace import WorkspaceError

    try:
        local = start_workspace(setup, start.port, links)
    except WorkspaceError as wrong:
        raise _NoWorkspaceError(str(wrong)) from None
    return local.workspace, local.access


def _usable(access: SlackAccess) -> SlackAccess | None:
    return access if access.bot_token and (access.app_token or access.signing_secret) else None
