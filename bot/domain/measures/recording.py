"""Recorded measurements as CSV: `time,metric,value[,labels…]`, in order of time."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

HEADER = ("time", "metric", "value")
_FORM = "the first line must be `time,metric,value`, then perhaps names of labels"


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


def read_recording(lines: Iterable[str]) -> Iterator[Recorded]:
    """Line by line, so that a million rows need no more memory than one. Raises RecordingError."""
    reader = csv.reader(lines)
    before: datetime | None = None
    names = _header(reader)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            recorded = _row(reader.line_num, cells, names)
            if before and recorded.at < before:
                raise RecordingError(
                    recorded.line,
                    f"{recorded.at.isoformat()} is earlier than the line before; the clock ran backwards: "
                    "sort the file by time",
                )
            before = recorded.at
            yield recorded
    except csv.Error as wrong:
        raise RecordingError(reader.line_num, f"this is no CSV: {wrong}") from wrong
    except UnicodeDecodeError as wrong:
        raise RecordingError(reader.line_num + 1, f"this is no text in UTF-8: {wrong.reason}") from wrong


def _header(reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        head = next(reader, None)
    except csv.Error as wrong:
        raise RecordingError(1, f"this is no CSV: {wrong}") from wrong
    except UnicodeDecodeError as wrong:
        raise RecordingError(1, f"this is no text in UTF-8: {wrong.reason}") from wrong
    if head is None:
        raise RecordingError(1, f"the file is empty; {_FORM}")
    names = tuple(cell.strip().lstrip("\ufeff") for cell in head)
    if names[:3] != HEADER:
        raise RecordingError(1, f"the columns are `{','.join(names)}`; {_FORM}")
    return names[3:]


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
    return at


def _number(line: int, text: str) -> float:
    if not text:
        return math.nan
    try:
        return float(text)
    except ValueError:
        raise RecordingError(
            line, f"`{text}` is not a number; leave it empty for a check that could not measure"
        ) from None
