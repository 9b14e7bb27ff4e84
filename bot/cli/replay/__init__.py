"""`vigil replay`: what would have happened with recorded measurements."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import (
    config_option,
    json_option,
    load_setup,
    refuse,
    require_known,
    service_option,
)
from bot.cli.frame.pages import option
from bot.cli.frame.values import instant_of
from bot.cli.replay.tape import BadInputError, Tape, Told, events_of, kept, typed_in
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.setup import Service, Setup

_csv = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

REPLAY = Definition(
    word="replay",
    summary=say("Let recorded measurements go through thresholds, alerts, escalation and plan"),
    details=(
        say(
            "Prints what would have happened, as one JSON object a line where the output is no terminal. "
            "Nothing is sent, and no action is run"
        ),
    ),
    arguments=(
        Argument(
            name="SAMPLES",
            kind=Kind.FILE,
            about=say(
                "CSV: `time,metric,value`, then columns of labels, in order of time; `-` is standard input; "
                "what ends in `.gz` is unpacked"
            ),
            required=True,
        ),
    ),
    examples=(
        "replay january.csv",
        "replay january.csv --compare quieter.yaml",
        "replay january.csv --actions who-did-what.csv --watch 2026-01-19T00:00",
    ),
)


@command(REPLAY)
@option(
    "--actions",
    type=_csv,
    metavar="CSV",
    about=say("What people did: `time,person,command`, in order of time"),
)
@option("--watch", metavar="TIME", about=say("Start a watch of the plan then; left out: there is none"))
@service_option
@option("--until", metavar="TIME", about=say("Let time go on until then, after the last line"))
@option(
    "--compare",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="OTHER.yaml",
    about=say("Print what would have been different with this configuration"),
)
@config_option
@json_option
def replay(
    actions: Path | None,
    watch: str | None,
    service: str | None,
    until: str | None,
    compare: Path | None,
    config: Path,
    as_json: bool,
    typed: Command,
) -> None:
    setup = load_setup(config)
    with kept(Path(*typed.arguments)) as file:
        try:
            tape = Tape(
                file=file,
                actions=actions.name if actions else "",
                typed=typed_in(actions) if actions else (),
                watch=(_service(setup, service).key, instant_of(watch, setup.zone, "--watch"))
                if watch
                else None,
                until=instant_of(until, setup.zone, "--until") if until else None,
            )
            if compare:
                _compare(tape, (config, compare), (setup, load_setup(compare)), as_json)
            else:
                _print_events(tape, setup, as_json or not sys.stdout.isatty())
        except BadInputError as wrong:
            refuse(str(wrong), 2)


def _service(setup: Setup, named: str | None) -> Service:
    if named is not None:
        require_known([named], setup.services, "service", "--service")
        return setup.services[named]
    if len(setup.services) > 1:
        raise click.UsageError(f"say whose watch with --service: {', '.join(setup.services)}")
    return next(iter(setup.services.values()))


@contextmanager
def _progress(title: str, *, shown: bool = True) -> Iterator[Told]:
    """A bar on a terminal, as far as the file has been read."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        task = bar.add_task(title)
        yield lambda read, lines: bar.update(task, completed=read, total=lines)


def _print_events(tape: Tape, setup: Setup, as_json: bool) -> None:
    from bot.cli.replay.shown import as_line, as_words

    shown = as_line(setup) if as_json else as_words(setup)
    # Where both are the same terminal the events themselves tell how far it is.
    with _progress(tape.file.name, shown=not sys.stdout.isatty()) as told:
        for each in events_of(tape, setup, told):
            click.echo(shown(each))


def _compare(tape: Tape, files: tuple[Path, Path], setups: tuple[Setup, Setup], as_json: bool) -> None:
    from bot.cli.replay.shown import print_compared
    from bot.domain.replay.compare import Tally

    tallies = Tally(zone=setups[0].zone), Tally(zone=setups[0].zone)
    for setup, config, tally in zip(setups, files, tallies, strict=True):
        with _progress(f"{tape.file.name}, {config.name}") as told:
            for event in events_of(tape, setup, told):
                tally.count(event)
        tally.close()
    print_compared(setups[0], tallies, (files[0].name, files[1].name), as_json=as_json)
