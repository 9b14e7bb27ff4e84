"""From rows to measurements: numbers are values, texts are labels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from checks.base import CouldNotMeasure
from checks.numbers import plain
from checks.result import Measurement

MOST_ROWS = 1000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer: at most 1,001 rows, so that more than 1,000 can be told."""

    columns: Sequence[str]
    values: Sequence[Sequence[object]]


def to_measurements(rows: Rows, labelling: Collection[str]) -> tuple[Measurement, ...]:
    """Every number, named by its column and labelled by its row's texts. Raises CouldNotMeasure."""
    if len(rows.values) > MOST_ROWS:
        raise CouldNotMeasure(f"it returned more than {MOST_ROWS} rows", "let it count, or add a LIMIT")
    missing = [name for name in labelling if name not in rows.columns]
    if missing:
        raise CouldNotMeasure(
            f"it returned no column {', '.join(missing)}", f"correct `labels`: {', '.join(rows.columns)}"
        )
    found = tuple(each for row in rows.values for each in _of_row(rows.columns, row, labelling))
    if rows.values and not found:
        raise CouldNotMeasure("it returned no number", "let it return a number, such as count(*)")
    return found


def unmeasured(rows: Rows) -> list[str]:
    """The columns in which some row has nothing."""
    return [name for place, name in enumerate(rows.columns) if any(row[place] is None for row in rows.values)]


def summary(found: Sequence[Measurement]) -> str:
    """The first few figures in one line."""
    said = [f"{_series(each)} {plain(round(each.value, 6))}" for each in found[:_SHOWN]]
    more = len(found) - _SHOWN
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _of_row(
    columns: Sequence[str], row: Sequence[object], labelling: Collection[str]
) -> Iterator[Measurement]:
    cells = dict(zip(columns, row, strict=True))
    labels = tuple(
        (name, str(cell))
        for name, cell in cells.items()
        if name in labelling or (cell is not None and _number(cell) is None)
    )
    for name, cell in cells.items():
        value = None if name in labelling else _number(cell)
        if value is not None:
            yield Measurement(metric=name, value=value, labels=labels)


def _number(cell: object) -> float | None:
    match cell:
        case bool() | int() | float() | Decimal():
            return float(cell)
        case timedelta():
            return cell.total_seconds()
    return None


def _series(measurement: Measurement) -> str:
    where = ", ".join(value for _, value in measurement.labels)
    return f"{measurement.metric} ({where})" if where else measurement.metric
