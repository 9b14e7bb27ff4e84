"""`vigil rehearse`: a game day with the sample service, many times as fast as real time."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import config_option, json_option, load_setup, refuse
from bot.cli.sample import Sample, SampleError

if TYPE_CHECKING:
    from bot.cli.rehearse.hands import Hands
    from bot.domain.rehearsal.gameday import GameDay
    from bot.domain.rehearsal.scenario import Scenario
    from bot.domain.setup import Setup

VERSION = "resilience-v1.0"

_EXAMPLES = """
\b
Examples:
  vigil rehearse examples/orders/scenarios/duplicated-orders.yaml
  vigil rehearse examples/orders/scenarios/asleep.yaml --speed 5 --stay    to watch it in the browser
"""


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where it is performed: a folder that is gone afterwards, and ports."""

    folder: Path
    workspace_port: int
    sample_port: int


@click.command(epilog=_EXAMPLES)
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
@json_option
@click.option(
    "--speed", type=click.FloatRange(0, 1000, min_open=True), help="So many times real speed at most."
)
@click.option("--workspace-port", default=8081, show_default=True, help="Port of the local workspace.")
@click.option(
    "--sample-port",
    type=click.IntRange(1, 65533),
    default=8090,
    show_default=True,
    help="Port of the sample order service; its switches and names are on the next two.",
)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as Markdown."
)
@click.option("--stay", is_flag=True, help="Leave the workspace open at the end, until Ctrl-C.")
def rehearse(
    scenario: Path,
    config: Path,
    as_json: bool,
    speed: float | None,
    workspace_port: int,
    sample_port: int,
    report: Path | None,
    stay: bool,
) -> None:
    """Let something break and people act, as SCENARIO says, and measure how it is met.

    The sample service, the bot and the local workspace run on one clock, in a folder of their own: nothing of
    a running bot is touched. Watch it in the browser, and act there too. Exit 0 when every limit was kept,
    else 1.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    with tempfile.TemporaryDirectory(prefix="vigil-rehearsal-") as folder:
        stage = _Stage(Path(folder), workspace_port, sample_port)
        os.environ |= {**Sample.addresses(sample_port), "ORDERS_FOLDER": str(stage.folder / "orders")}
        os.environ.pop("DATABASE_URL", None)
        setup = replace(load_setup(config), storage=f"sqlite:///{stage.folder / 'vigil.db'}")
        script = _scenario(scenario, setup, speed)
        from bot.workspace import WorkspaceError

        try:
            day = _perform(script, setup, stage, quiet=as_json, stay=stay)
        except (SampleError, WorkspaceError) as wrong:
            refuse(f"vigil rehearse: {wrong}", 2)
        _tell(day, setup, report, as_json=as_json)
    if not day.kept:
        raise SystemExit(1)


def _scenario(file: Path, setup: Setup, speed: float | None) -> Scenario:
    from bot.config import ConfigError
    from bot.config.scenario import load_scenario

    try:
        read = load_scenario(file, setup)
    except ConfigError as error:
        refuse(str(error), 2)
    return replace(read, speed=speed) if speed else read


def _perform(scenario: Scenario, setup: Setup, stage: _Stage, *, quiet: bool, stay: bool) -> GameDay:
    from bot.cli.printing import speaker_of
    from bot.cli.rehearse.hands import Hands
    from bot.cli.rehearse.shown import line
    from bot.clock import HeldClock
    from bot.engine.rehearsal.script import Script
    from bot.slack.access import SlackAccess
    from bot.store import Database
    from bot.wiring import Program
    from bot.wiring.local import seed_of
    from bot.wiring.rehearsal import Fast
    from bot.workspace import Workspace

    clock, speaker = HeldClock(scenario.begins_at), speaker_of(setup)
    with ExitStack() as running:
        held = ("--held", f"{scenario.begins_at.timestamp():.0f}", "--rate", f"{scenario.rate:g}")
        sample = Sample.start(Path(setup.folder), stage.sample_port, stage.folder / "orders", held)
        running.callback(sample.stop)
        seed = seed_of(setup, (("Break the sample service", sample.switches_url),))
        workspace = Workspace(
            seed,
            database=stage.folder / "workspace.db",
            port=stage.workspace_port,
            clock=lambda: clock.now().timestamp(),
        )
        workspace.start()
        running.callback(workspace.stop)
        channel = next(iter(setup.services.values())).channel
        hands = Hands(sample.switches_url.rstrip("/"), workspace.url, channel)
        hands.wait()
        _check_faults(scenario, hands)
        access = SlackAccess(bot_token="xoxb-local", app_token="xapp-local", api_url=f"{workspace.url}/api/")  # noqa: S106
        program = Program(setup, access, clock, threads=False)
        running.callback(program.stop)
        rows = Database(setup.storage)
        running.callback(rows.close)
        fast = Fast(program, clock, hands, scenario.speed)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: fast.stop())
        fast.connect()
        if not quiet:
            click.echo(f"Watch it: {workspace.url}")
        script = Script(
            scenario,
            setup,
            rows,
            hands,
            lambda moment: None if quiet else click.echo(line(moment, scenario.begins_at, speaker)),
        )
        for service in setup.services.values():
            program.ensure_watch(service, VERSION)
        fast.settle()
        for now in fast.steps(scenario.begins_at + scenario.length, script.next_at):
            script.perform(now)
        if stay:
            click.echo("The end. The workspace stays open; Ctrl-C ends it.", err=True)
            fast.linger()
        return script.report(clock.now())


def _check_faults(scenario: Scenario, hands: Hands) -> None:
    known = hands.faults()
    for each in scenario.faults:
        if each.fault not in known:
            raise SampleError(f"the sample has no fault {each.fault!r}; there are {', '.join(known)}")


def _tell(day: GameDay, setup: Setup, report: Path | None, *, as_json: bool) -> None:
    from bot.cli.printing import print_json, speaker_of
    from bot.cli.rehearse import shown

    speaker = speaker_of(setup)
    if report:
        try:
            report.write_text(shown.markdown(day, speaker), encoding="utf-8")
        except OSError as wrong:
            click.echo(f"the report could not be written to {report}: {wrong.strerror}", err=True)
    if as_json:
        print_json(shown.as_json(day, speaker))
    else:
        shown.print_report(day, speaker)
        click.echo(speaker.say(shown.summary(day)))
