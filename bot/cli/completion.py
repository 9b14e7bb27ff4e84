"""`vigil completion`: what a shell needs to complete `vigil …`."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

COMPLETION = Definition(
    word="completion",
    summary=say("What lets a shell complete commands, options and names"),
    details=(
        say('In ~/.bashrc or ~/.zshrc write: eval "$(vigil completion bash)", or zsh'),
        say("For fish: vigil completion fish > ~/.config/fish/completions/vigil.fish"),
    ),
    arguments=(
        Argument(
            kind=Kind.WORD,
            choices=("bash", "zsh", "fish"),
            about=say("Which shell"),
            required=True,
        ),
    ),
    examples=("completion bash",),
)


@command(COMPLETION)
@config_option
def completion(config: Path, typed: Command) -> None:
    found = get_completion_class(typed.arguments[0])
    assert found is not None  # noqa: S101 - click has all three
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, "vigil", "_VIGIL_COMPLETE").source())
