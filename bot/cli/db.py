"""`vigil db`: its tables brought up to date, kept in a file, and read in again elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from bot.cli.nearest import Nearest
from bot.cli.options import config_option, database_of, load_setup, refuse

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group(cls=Nearest)
def db() -> None:
    """The database: upgrade it, write it to a file, read a file into a new one.

    To move from SQLite to PostgreSQL, stop the bot, and then:

    \b
      vigil db export vigil.archive
      export DATABASE_URL=postgresql://vigil@db.example.com/vigil
      vigil db import vigil.archive
      vigil up
    """


@db.command()
@config_option
def upgrade(config: Path) -> None:
    """Bring the tables up to this program's version, as every start does. Several at once are safe."""
    with database_of(load_setup(config), make=True) as database:
        click.echo(f"{database}: version {database.version}")


@db.command("export")
@config_option
@click.argument("file", type=_FILE)
def write(config: Path, file: Path) -> None:
    """Write every row to FILE (`-`: standard output), which only you may read. The bot may run on.

    \b
      vigil db export backup.archive
      vigil db export - | gzip > backup.archive.gz
    """
    with database_of(load_setup(config)) as database, _opened_to_write(file) as out:
        rows = database.export(out)
    click.echo(f"{rows} rows of {database} written to {_name(file)}", err=str(file) == "-")


@db.command("import")
@config_option
@click.argument("file", type=_FILE)
def read(config: Path, file: Path) -> None:
    """Read a FILE of `vigil db export` into an empty database: all of it, or nothing.

    \b
      vigil db import backup.archive
      gunzip < backup.archive.gz | vigil db import -
    """
    from bot.store import ArchiveError

    with database_of(load_setup(config), make=True) as database, _opened_to_read(file) as lines:
        try:
            rows = database.take_in(lines)
        except ArchiveError as error:
            refuse(f"{_name(file)}: {error}", 2)
    click.echo(f"{rows} rows read into {database}")


def _name(file: Path) -> str:
    return "standard output" if str(file) == "-" else str(file)


@contextmanager
def _opened_to_write(file: Path) -> Iterator[IO[bytes]]:
    """A new file appears whole or not at all."""
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    if file.exists():
        refuse(f"{file} is there already; name another file, or remove it", 2)
    growing = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(growing, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            yield out
        growing.rename(file)
    except OSError as error:
        refuse(f"{file}: {error.strerror}; name a file that this user may write, on a disk with room", 2)
    finally:
        growing.unlink(missing_ok=True)


@contextmanager
def _opened_to_read(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        refuse(f"{file}: {error.strerror}", 2)
    with opened:
        yield opened
