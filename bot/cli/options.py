"""What every command shares: where the configuration is, and how its errors are told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.domain.setup import Setup

config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path("config.yaml"),
    envvar="VIGIL_CONFIG",
    show_default=True,
    help="The configuration file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def load_setup(config: Path, exit_code: int = 2) -> Setup:
    """Read and check the configuration; on errors print them all and exit."""
    from bot.config import ConfigError, load

    try:
        return load(config, os.environ)
    except ConfigError as error:
        click.echo(str(error), err=True)
        raise SystemExit(exit_code) from None
