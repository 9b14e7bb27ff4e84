"""`vigil rehearse`: a game day with the sample service, many times as fast as real time."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import (
    config_option,
    json_option,
    refuse,
    sample_port_option,
    workspace_port_option,
)
from bot.cli.frame.pages import option
from bot.cli.rehearse.stage import Pace, Place, place, setup_at, staged
from bot.cli.running.sample import SampleError
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.cli.rehearse.hands import Hands
    from bot.domain.rehearsal.gameday import GameDay
    from bot.domain.rehearsal.scenario import Scenario
    from bot.domain.setup import Setup

REHEARSE = Definition(
    word="rehearse",
    summary=say("A game day: something breaks, people act, and how it is met is measured"),
    details=(
        say(
            "The sample service, the bot and the local workspace run on one clock, many times as fast as "
            "real time, in a folder of their own: nothing of a running bot is touched. Watch it in the "
            "browser, and act there too"
        ),
        say("Exit 0 when every limit was kept, else 1"),
    ),
    arguments=(
        Argument(
            name="SCENARIO", kind=Kind.FILE, about=say("What breaks, and what people do"), required=True
        ),
    ),
    examples=(
        "rehearse examples/orders/scenarios/duplicated-orders.yaml",
        "rehearse examples/orders/scenarios/asleep.yaml --speed 5 --stay",
    ),
)


@command(REHEARSE)
@config_option
@json_option
@option(
    "--speed",
    type=click.FloatRange(0, 1000, min_open=True),
    metavar="N",
    about=say("So many times real speed at most"),
)
@workspace_port_option
@sample_port_option
@option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    about=say("Write the report as Markdown to this file"),
)
@option("--stay", is_flag=True, about=say("Leave the workspace open at the end, until Ctrl-C"))
def rehearse(
    config: Path,
    as_json: bool,
    speed: float | None,
    workspace_port: int,
    sample_port: int,
    report: Path | None,
    stay: bool,
    typed: Command,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    with place(workspace_port, sample_port) as at:
        setup = setup_at(config, at)
        script = _scenario(Path(*typed.arguments), setup, speed)
        from bot.workspace import WorkspaceError

        try:
            day = _perform(script, setup, at, quiet=as_json, stay=stay)
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


def _perform(scenario: Scenario, setup: Setup, at: Place, *, quiet: bool, stay: bool) -> GameDay:
    from bot.cli.frame.printing import speaker_of
    from bot.cli.rehearse.shown import line
    from bot.domain.rehearsal.gameday import Moment
    from bot.engine.rehearsal.script import Script

    speaker = speaker_of(setup)

    def told(moment: Moment) -> None:
        if not quiet:
            click.echo(line(moment, scenario.begins_at, speaker))

    pace = Pace(scenario.begins_at, scenario.speed, scenario.rate)
    with staged(setup, at, pace) as stage:
        _check_faults(scenario, stage.hands)
        if not quiet:
            click.echo(f"Watch it: {stage.workspace.url}")
        script = Script(scenario, setup, stage.rows, stage.hands, told)
        for now in stage.fast.steps(scenario.begins_at + scenario.length, script.next_at):
            script.perform(now)
        if stay:
            click.echo("The end. The workspace stays open; Ctrl-C ends it.", err=True)
            stage.fast.linger()
        return script.report(stage.clock.now())


def _check_faults(scenario: Scenario, hands: Hands) -> None:
    known = hands.faults()
    for each in scenario.faults:
        if each.fault not in known:
            raise SampleError(f"the sample has no fault {each.fault!r}; there are {', '.join(known)}")


def _tell(day: GameDay, setup: Setup, report: Path | None, *, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json, speaker_of
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
