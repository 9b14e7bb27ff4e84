"""`vigil db`: its tables brought up to date, kept in a file, and read in again elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from bot.cli.frame.command import command, commands_of
from bot.cli.frame.options import config_option, database_of, load_setup, refuse
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

DB = Definition(
    word="db",
    summary=say("The database: upgrade it, write it to a file, read a file into a new one"),
    details=(
        say("To move from SQLite to PostgreSQL, stop the bot; `vigil db export vigil.archive`"),
        say("Then with DATABASE_URL=postgresql://… set: `vigil db import vigil.archive`, and `vigil up`"),
    ),
)
UPGRADE = Definition(
    word="upgrade",
    summary=say("Bring the tables up to this program's version, as every start does"),
    details=(say("Several at once are safe"),),
    examples=("db upgrade",),
)
EXPORT = Definition(
    word="export",
    summary=say("Write every row to a file which only you may read"),
    details=(say("The bot may run on"),),
    arguments=(
        Argument(
            name="FILE", kind=Kind.NEW_FILE, about=say("A new one; `-` is standard output"), required=True
        ),
    ),
    examples=("db export backup.archive", "db export - | gzip > backup.archive.gz"),
)
IMPORT = Definition(
    word="import",
    summary=say("Read a file of `vigil db export` into an empty database: all of it, or nothing"),
    arguments=(
        Argument(
            name="FILE", kind=Kind.NEW_FILE, about=say("The file; `-` is standard input"), required=True
        ),
    ),
    examples=("db import backup.archive",),
)

db = commands_of(DB)


@command(UPGRADE, db)
@config_option
def upgrade(config: Path) -> None:
    with database_of(load_setup(config), make=True) as database:
        click.echo(f"{database}: version {database.version}")


@command(EXPORT, db)
@config_option
def write(config: Path, typed: Command) -> None:
    file = Path(typed.arguments[-1])
    with database_of(load_setup(config)) as database, _opened_to_write(file) as out:
        rows = database.export(out)
    click.echo(f"{rows} rows of {database} written to {_name(file)}", err=str(file) == "-")


@command(IMPORT, db)
@config_option
def read(config: Path, typed: Command) -> None:
    from bot.store import ArchiveError

    file = Path(typed.arguments[-1])
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
        refuse(f"{file}: {error.strerror}; name a file that `vigil db export` wrote", 2)
    with opened:
        yield opened
