"""A rehearsal without a script: `vigil up --speed`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.frame.options import refuse
from bot.cli.frame.values import LONGEST
from bot.cli.rehearse.stage import Pace, Place, place, setup_at, staged
from bot.cli.running.sample import SampleError

_RATE = 20.0
"""Orders a second: enough for every figure, and few enough for a clock that runs many times too fast."""


def run_free(config: Path, speed: float, workspace_port: int, sample_port: int) -> None:
    """Run until it is told to stop: whatever breaks is broken by hand, in the browser."""
    from bot.workspace import WorkspaceError

    with place(workspace_port, sample_port) as at:
        try:
            _run(config, speed, at)
        except (SampleError, WorkspaceError) as wrong:
            refuse(f"vigil up: {wrong}", 2)


def _run(config: Path, speed: float, at: Place) -> None:
    from bot.clock import RealClock

    now = RealClock().now()
    with staged(setup_at(config, at), at, Pace(now, speed, _RATE)) as stage:
        click.echo(f"Vigil rehearses, at most {speed:g} times as fast as real time.")
        click.echo(f"Local workspace: {stage.workspace.url}")
        click.echo(f"Break the sample service: {stage.sample.switches_url}")
        for _ in stage.fast.steps(now + LONGEST, lambda _: None):
            pass
