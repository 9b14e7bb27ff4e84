"""How commands speak: tables and lines for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.locale import speaker_of as speaker_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text as Cell

    from bot.domain.panel import PanelRow
    from bot.locale import Speaker
    from bot.slack.cards.signs import Sign

WIDE = 200
"""Columns of a table that goes into a file or a pipe."""

_BETWEEN = 3
"""Columns of the terminal between those of a table."""

_SHORT = 16
"""A time, or two words: such a cell is one line."""

_STYLES = ("green", "yellow", "magenta", "magenta", "bold red")


def print_json(value: object) -> None:
    """One JSON document on standard output; where that cannot carry every letter, with escapes."""
    escaped = "utf" not in (sys.stdout.encoding or "").lower()
    click.echo(json.dumps(value, ensure_ascii=escaped, indent=2))


def plain(value: object) -> object:
    """A value of dataclasses, enumerations and times as JSON has it."""
    from pydantic import TypeAdapter

    return TypeAdapter(type(value)).dump_python(value, mode="json")


def iso(at: datetime | None, zone: str) -> str | None:
    """ISO 8601 with the offset of `zone`."""
    return at.astimezone(ZoneInfo(zone)).isoformat() if at else None


def table(title: str, headings: Iterable[str]) -> Table:
    """An empty table; what is too long for a column goes on in the next line."""
    from rich import box
    from rich.table import Column, Table

    columns = [Column(heading, overflow="fold") for heading in headings]
    return Table(*columns, title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)


def print_tables(tables: Sequence[Table]) -> None:
    from rich.console import Console

    # What checks and people said may hold brackets: nothing is markup.
    width = None if sys.stdout.isatty() else WIDE
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    for each in tables:
        for row in [each] if width or _fitted(each, console.width) else _rows(each):
            console.print(row)


def _fitted(table: Table, width: int) -> bool:
    """Give every column room for its longest word, or for all that is short, and what is left to those with
    more. False without room."""
    from rich.cells import cell_len

    room, least, most = width - _BETWEEN * len(table.columns), [], []
    for column in table.columns:
        cells = [str(cell) for cell in (column.header, *column.cells)]
        word = max(cell_len(word) for cell in cells for word in cell.split() or [""])
        most.append(max(cell_len(line) for cell in cells for line in cell.splitlines() or [""]))
        least.append(most[-1] if most[-1] <= _SHORT else word)
    wanted, spare = sum(most) - sum(least), room - sum(least)
    if spare < 0:
        return False
    for column, needs, wants in zip(table.columns, least, most, strict=True):
        column.width = wants if wanted <= spare else needs + spare * (wants - needs) // wanted
    return True


def _rows(table: Table) -> Iterator[Cell]:
    """A table that has no room for its words, as a paragraph a row: the headings, then the cells."""
    from rich.text import Text

    yield Text(str(table.title or ""), style="bold")
    yield Text(" · ".join(str(column.header) for column in table.columns), style="bold")
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        shown = [each if isinstance(each, Text) else Text(str(each).replace("\n", "; ")) for each in cells]
        yield Text.assemble("– ", Text(" · ").join(each for each in shown if each.plain))


def word(sign: Sign, speaker: Speaker) -> Cell:
    """The word of a state, in a colour that says the same again."""
    from rich.text import Text

    return Text(speaker.say(sign.word), style=_STYLES[sign.rank])


def value_of(row: PanelRow, speaker: Speaker) -> str:
    """`12.1 s`, or a dash where nothing was measured."""
    return speaker.quantity(row.value) if row.value else "–"


def target_of(row: PanelRow, speaker: Speaker) -> str:
    """`< 1 s`, or nothing where there is no target."""
    from bot.domain.alerts.health import condition

    return speaker.say(condition(row.target, row.unit)) if row.target else ""


def moment(at: datetime, speaker: Speaker) -> str:
    """`Mon 19 Jan 14:05`."""
    return f"{speaker.day(at)} {speaker.time_of_day(at)}"
