"""The command `vigil`: one file a noun. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import click

from bot.cli.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="vigil")
def main() -> None:
    """Vigil keeps watch after you deploy."""


main.add_command(up)
