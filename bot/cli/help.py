"""`vigil help`: the pages of `--help`, as `/monitor help` has them."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option
from bot.domain.commands import Command


@command("help")
@config_option
def help_command(config: Path, typed: Command) -> None:
    """Of a command that is none the nearest one is named."""
    root = click.get_current_context().find_root()
    group = root.command
    assert isinstance(group, click.Group)  # noqa: S101 - it is `vigil`
    if not typed.arguments:
        click.echo(root.get_help())
        return
    _, found, _ = group.resolve_command(root, list(typed.arguments))
    assert found is not None  # noqa: S101 - an unknown one is an error by then
    with found.make_context(found.name, ["--help"], parent=root):
        pass
