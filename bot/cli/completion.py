"""`vigil completion`: what a shell needs to complete `vigil …`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

if TYPE_CHECKING:
    from bot.domain.setup import Setup

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that lets SHELL complete commands, options and the names of the configuration.

    \b
    bash: eval "$(vigil completion bash)" in ~/.bashrc
    zsh:  eval "$(vigil completion zsh)" in ~/.zshrc
    fish: vigil completion fish > ~/.config/fish/completions/vigil.fish
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click has all three
    click.echo(found(context.find_root().command, {}, "vigil", "_VIGIL_COMPLETE").source())


def people(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Keys of `people`."""
    setup = _setup(context)
    return [key for key in (setup.people if setup else ()) if key.startswith(begun)]


def checks(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Names of checks."""
    setup = _setup(context)
    names = [key for service in setup.services.values() for key in service.checks] if setup else []
    return [name for name in names if name.startswith(begun)]


def _setup(context: click.Context) -> Setup | None:
    from bot.config import ConfigError, load

    given = context.params.get("config") or os.environ.get("VIGIL_CONFIG") or "config.yaml"
    try:
        return load(Path(given), os.environ)
    except ConfigError:  # a key that is pressed in a shell is no place to tell of it
        return None
