"""`vigil manifest`: the Slack app, ready to paste."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

_LONGEST_URL = 2900


@click.command()
@click.option(
    "--http",
    "url",
    metavar="URL",
    default="",
    help="HTTP mode: Slack calls Vigil at this address (https://…). Without it: Socket Mode.",
)
@click.option("--usergroups", is_flag=True, help="Also ask for what keeping user groups in step needs.")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print YAML.")
def manifest(url: str, usergroups: bool, as_yaml: bool) -> None:
    """Print the manifest of the Slack app: paste it at https://api.slack.com/apps?new_app=1.

    \b
      vigil manifest
      vigil manifest --http https://vigil.example.com
    """
    from bot.cli.printing import print_json
    from bot.slack.manifest import manifest as manifest_of

    made = manifest_of(_address(url), usergroups=usergroups)
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
