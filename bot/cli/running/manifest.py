"""`vigil manifest`: the Slack app, ready to paste."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import json_option, load_setup
from bot.cli.frame.pages import option
from bot.domain.commands import Definition
from bot.domain.text import say

_LONGEST_URL = 2900


MANIFEST = Definition(
    word="manifest",
    summary=say("The Slack app, ready to paste"),
    details=(say("Paste what it prints at https://api.slack.com/apps?new_app=1"),),
    examples=("manifest", "manifest --http https://vigil.example.com --yaml"),
)


@command(MANIFEST)
@option(
    "--http",
    "url",
    metavar="URL",
    default="",
    about=say("HTTP mode: Slack calls Vigil at this address (https://…); left out: Socket Mode"),
)
@option("--usergroups", is_flag=True, about=say("Also ask for what keeping user groups in step needs"))
@option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    about=say("Ask for `--usergroups` if a schedule in this file keeps one in step"),
)
@option("--yaml", "as_yaml", is_flag=True, about=say("Print YAML"))
@json_option
def manifest(url: str, usergroups: bool, config: Path | None, as_yaml: bool, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json
    from bot.slack.manifest import manifest as manifest_of

    if as_yaml and as_json:
        raise click.UsageError("--yaml or --json, not both")
    address = _address(url)
    if config:
        usergroups = usergroups or any(each.usergroup for each in load_setup(config).schedules.values())
    made = manifest_of(address, usergroups=usergroups)
    if not as_yaml:
        print_json(made)
        return
    import yaml

    click.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), nl=False)


def _address(url: str) -> str:
    """Slack calls nothing but https, without a query. Raises click.BadParameter."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme != "https" or parts.query or parts.fragment or parts.username:
        raise click.BadParameter(
            f"{url!r} is no address that Slack can call; write https://HOST", param_hint="--http"
        )
    if len(url) > _LONGEST_URL:
        raise click.BadParameter(f"it has more than {_LONGEST_URL} characters", param_hint="--http")
    return url.removesuffix("/slack/events")
