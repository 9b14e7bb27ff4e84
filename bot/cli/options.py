"""What every command shares: where the configuration is, times as people write them, the database."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from bot.domain.setup import Setup
    from bot.engine.ledger import Ledger

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

_SQLITE = "sqlite:///"


def load_setup(config: Path, exit_code: int = 2) -> Setup:
    """Read and check the configuration; on errors print them all and exit."""
    from bot.config import ConfigError, load

    try:
        return load(config, os.environ)
    except ConfigError as error:
        click.echo(str(error), err=True)
        raise SystemExit(exit_code) from None


def instant_of(text: str, zone: str, option: str) -> datetime:
    """An ISO 8601 time; without an offset it is local in `zone`. Raises click.BadParameter."""
    from bot.domain.localtime import instant

    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a time; write 2026-01-19T09:00+08:00, or without the offset for {zone}",
            param_hint=option,
        ) from None
    if not 2000 <= at.year <= 2100:
        raise click.BadParameter(f"{text!r} is far away; write a year from 2000 to 2100", param_hint=option)
    return at if at.tzinfo else instant(ZoneInfo(zone), at.date(), at.time())


def require_known(given: Iterable[str], known: Iterable[str], noun: str, option: str) -> None:
    """Raises click.BadParameter with the nearest name for the first that is unknown."""
    from bot.config.errors import did_you_mean

    names = list(known)
    for each in given:
        if each not in names:
            hint = did_you_mean(each, names) or f"; config.yaml has no {noun}"
            raise click.BadParameter(f"no {noun} is called {each!r}{hint}", param_hint=option)


@contextmanager
def rows_of(setup: Setup) -> Iterator[Ledger]:
    """The rows of the running or stopped bot, for reading; exits with 2 where there are none to read."""
    from bot.store import Database, StoreError

    file = Path(setup.storage.removeprefix(_SQLITE))
    if setup.storage.startswith(_SQLITE) and not file.exists():
        click.echo(f"there is no database {file} yet; `vigil up` makes it", err=True)
        raise SystemExit(2)
    try:
        database = Database(setup.storage)
    except StoreError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    try:
        with database.reading() as ledger:
            yield ledger
    finally:
        database.close()
