"""Recordings as CSV in order of time: measurements (`time,metric,value[,labels…]`) and what people typed."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

HEADER = ("time", "metric", "value")
TYPED = ("time", "person", "command")
_FORM = "the first line must be `time,metric,value`, then perhaps names of labels"
_TYPED_FORM = "the first line must be `time,person,command`"


class RecordingError(Exception):
    """The recording cannot be read; `line` is where (from 1)."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line: `value` is NaN for a check that could not measure."""

    line: int
    at: datetime
    metric: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """One line: `command` is what `person` (a key of `people`) typed after `/monitor`."""

    line: int
    at: datetime
    person: str
    command: str


def read_recording(lines: Iterable[str]) -> Iterator[Recorded]:
    """Line by line, so that a million rows need no more memory than one. Raises RecordingError."""
    rows = _rows(lines)
    names = _header(next(rows, None))
    return _in_order(_row(line, cells, names) for line, cells in rows)


def series_of(lines: Iterable[str]) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[int, int]]:
    """Each metric with its labels: the line that names it first, and how many do.

    Nothing else is looked at, so that a first look at a long recording is short. Raises RecordingError.
    """
    rows = _rows(lines)
    names = _header(next(rows, None))
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for line, cells in rows:
        named = (cells[1], *cells[3:]) if len(cells) > 3 else (*cells[1:2],)
        first, count = found.get(named, (line, 0))
        found[named] = first, count + 1
    return {
        (metric.strip(), tuple((name, cell) for name, cell in zip(names, cells, strict=False) if cell)): told
        for (metric, *cells), told in (
            (named, told) for named, told in found.items() if named and named[0].strip()
        )
    }


def read_typed(lines: Iterable[str]) -> Iterator[Typed]:
    """Line by line. Raises RecordingError."""
    rows = _rows(lines)
    _, head = next(rows, (1, None))
    if head is None or _names(head) != TYPED:
        raise RecordingError(1, f"the columns are `{','.join(head or ())}`; {_TYPED_FORM}")
    return _in_order(_typed(line, cells) for line, cells in rows)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Every line that says something, with its number; the first one is told even where it is blank."""
    reader = csv.reader(lines)
    first = True
    try:
        for cells in reader:
            if first or any(cell.strip() for cell in cells):
                yield reader.line_num, cells
            first = False
    except csv.Error as wrong:
        raise RecordingError(max(reader.line_num, 1), f"this is no CSV: {wrong}") from wrong
    except UnicodeDecodeError as wrong:
        raise RecordingError(reader.line_num + 1, f"this is no text in UTF-8: {wrong.reason}") from wrong


_Line = TypeVar("_Line", Recorded, Typed)


def _in_order(found: Iterable[_Line]) -> Iterator[_Line]:
    before: datetime | None = None
    for each in found:
        if before and each.at < before:
            raise RecordingError(
                each.line,
                f"{each.at.isoformat()} is earlier than the line before; the clock ran backwards: "
                "sort the file by time",
            )
        before = each.at
        yield each


def _names(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lstrip("\ufeff") for cell in cells)


def _header(first: tuple[int, list[str]] | None) -> tuple[str, ...]:
    if first is None:
        raise RecordingError(1, f"the file is empty; {_FORM}")
    names = _names(first[1])
    if names[:3] != HEADER:
        raise RecordingError(1, f"the columns are `{','.join(names)}`; {_FORM}")
    return names[3:]


def _typed(line: int, cells: list[str]) -> Typed:
    if len(cells) < 3:
        raise RecordingError(line, f"has {len(cells)} columns, and takes time, person and command")
    at, person = (cell.strip() for cell in cells[:2])
    if not person:
        raise RecordingError(line, "names no person")
    # A command that holds a comma needs no quotes: it is the last column.
    return Typed(line, _instant(line, at), person, ",".join(cells[2:]).strip())


def _row(line: int, cells: list[str], names: tuple[str, ...]) -> Recorded:
    if not 3 <= len(cells) <= 3 + len(names):
        raise RecordingError(line, f"has {len(cells)} columns, the first line has {3 + len(names)}")
    at, metric, value = (cell.strip() for cell in cells[:3])
    if not metric:
        raise RecordingError(line, "names no metric")
    labels = tuple((name, cell) for name, cell in zip(names, cells[3:], strict=False) if cell)
    return Recorded(line, _instant(line, at), metric, _number(line, value), labels)


def _instant(line: int, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RecordingError(line, f"`{text}` is not a time; write it as 2026-01-19T02:14:00+08:00") from None
    if at.tzinfo is None:
        raise RecordingError(line, f"`{text}` has no offset: write its zone, as in 2026-01-19T02:14:00+08:00")
    if not 2000 <= at.year <= 2100:
        raise RecordingError(line, f"`{text}` is far away; write a year from 2000 to 2100")
    return at


def _number(line: int, text: str) -> float:
    if not text:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        raise RecordingError(
            line, f"`{text}` is not a number; leave it empty for a check that could not measure"
        ) from None
    if math.isinf(number):
        raise RecordingError(line, f"`{text}` is not a number that can be compared; write a finite one")
    return number
