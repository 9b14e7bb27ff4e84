"""What every command shares: its options, the configuration, the database."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.cli.frame.names import names_of
from bot.cli.frame.pages import option
from bot.domain.commands import Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.setup import Setup
    from bot.engine.ledger import Ledger
    from bot.store import Database

config_option = option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path("config.yaml"),
    envvar="VIGIL_CONFIG",
    show_default=True,
    about=say("The configuration file"),
)
as_option = option(
    "--as",
    "person",
    metavar="PERSON",
    shell_complete=names_of(Kind.PERSON),
    about=say("Who does it: a key of `people`; left out: the system's user"),
)
json_option = option("--json", "as_json", is_flag=True, about=say("Print JSON for programs"))
service_option = option(
    "--service",
    metavar="SERVICE",
    shell_complete=names_of(Kind.SERVICE),
    about=say("Which service, where several are watched"),
)
language_option = option(
    "--language",
    type=click.Choice(("en", "zh")),
    about=say("Which language; left out: the configured one"),
)
sure_option = option("--yes", "sure", is_flag=True, about=say("Do not ask whether it is meant"))
workspace_port_option = option(
    "--workspace-port",
    default=8081,
    show_default=True,
    metavar="PORT",
    about=say("Port of the local workspace"),
)
sample_port_option = option(
    "--sample-port",
    type=click.IntRange(1, 65533),
    default=8090,
    show_default=True,
    metavar="PORT",
    about=say("Port of the sample order service; its switches and names are on the next two"),
)

_SQLITE = "sqlite:///"


def load_setup(config: Path, exit_code: int = 2) -> Setup:
    """Read and check the configuration; on errors print them all and exit."""
    from bot.config import ConfigError, load

    try:
        return load(config, os.environ)
    except ConfigError as error:
        click.echo(str(error), err=True)
        raise SystemExit(exit_code) from None


def require_known(given: Iterable[str], known: Iterable[str], noun: str, option: str) -> None:
    """Raises click.BadParameter with the nearest name for the first that is unknown."""
    from bot.config.errors import did_you_mean

    names = list(known)
    for each in given:
        if each not in names:
            hint = did_you_mean(each, names) or f"; config.yaml has no {noun}"
            raise click.BadParameter(f"no {noun} is called {each!r}{hint}", param_hint=option)


def person_of(setup: Setup, person: str | None) -> str:
    """Who gives a command: a person's key, or the system's user marked as a stranger with `@`."""
    if person is not None:
        require_known([person], setup.people, "person", "--as")
    return person or _system_user()


def _system_user() -> str:
    try:
        return f"@{getpass.getuser()}"
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"@{os.getuid()}"


def refuse(why: str, exit_code: int = 1) -> NoReturn:
    """Nothing was changed: say why on standard error and exit."""
    click.echo(why, err=True)
    raise SystemExit(exit_code)


@contextmanager
def rows_of(setup: Setup) -> Iterator[Ledger]:
    """The rows of the running or stopped bot, for reading; exits with 2 where there are none to read."""
    with database_of(setup) as database, database.reading() as ledger:
        yield ledger


def has_rows(setup: Setup) -> bool:
    """Whether there is a database to read: a file of SQLite is made by the bot's first start."""
    file = database_file(setup)
    return not file or Path(file).exists()


def database_file(setup: Setup) -> str:
    """The file of SQLite; "" where another database is used."""
    return setup.storage.removeprefix(_SQLITE) if setup.storage.startswith(_SQLITE) else ""


def reading(config: Path) -> Callable[[], Setup]:
    """Reads the configuration anew, with the environment as it is now, before secrets are taken out of it.

    What it returns raises ConfigError.
    """
    environ = dict(os.environ)

    def read() -> Setup:
        from bot.config import load

        setup = load(config, environ)
        for name in setup.withheld:
            os.environ.pop(name, None)
        return setup

    return read


def standing_of(setup: Setup, now: datetime) -> Setup:
    """The setup as it holds now, with what people have changed, if a bot keeps it; calendars are read."""
    from bot.domain.oncall import override
    from bot.engine.oncall.almanac import AHEAD, BACK
    from bot.engine.oncall.standing import standing

    if not setup.schedules:
        return setup
    if has_rows(setup):
        with rows_of(setup) as ledger:
            setup = standing(ledger, setup)
    unread = [each for each in setup.schedules.values() if each.ical and not each.calendar]
    if not unread:
        return setup
    from bot.ical import Almanac

    almanac = Almanac(setup.folder, setup.people)
    found = [almanac.read(each, now - BACK, now + AHEAD, now) for each in unread]
    for each in found:
        if each.trouble:
            click.echo(f"the calendar of {each.schedule}: {each.trouble}", err=True)
    return override.standing(setup, (), ((each.schedule, each.shifts) for each in found))


@contextmanager
def changing(setup: Setup) -> Iterator[Ledger]:
    """The same rows for one decision, which is kept together or not at all. The running bot finds it."""
    from bot.domain.audit import Source
    from bot.engine.ledger import Outdated

    try:
        with database_of(setup) as database, database.transaction(Source.CLI) as ledger:
            yield ledger
    except Outdated:
        refuse("somebody else changed the watch at this moment; look at it and try again")


@contextmanager
def database_of(setup: Setup, make: bool = False) -> Iterator[Database]:
    """The database of the running or stopped bot; exits with 2 where there is none to read.

    It is made where `make` says so.
    """
    from bot.store import Database, StoreError

    if not make and not has_rows(setup):
        refuse(f"there is no database {database_file(setup)} yet; `vigil up` makes it", 2)
    try:
        database = Database(setup.storage)
    except StoreError as error:
        refuse(str(error), 2)
    try:
        yield database
    finally:
        database.close()
