"""What came since the last time, and what is remembered until the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from checks.base import Answer, Cursor
from checks.kinds.log.follow import Position
from checks.kinds.log.records import WARNING, Record, category, message
from checks.kinds.log.types import Types
from checks.result import Measurement, Sighting, State

_SAMPLE_LENGTH = 300


@dataclass(slots=True)
class Tally:
    """Counts of one question: of lines, of records by severity and type, of a check's own patterns.

    `positions` say where each file was read to; `remarks` what a reader should know.
    """

    types: Types
    counts: dict[str, int]
    lines: int = 0
    errors: int = 0
    warnings: int = 0
    sightings: dict[str, Sighting] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def sight(self, record: Record, times: int) -> None:
        """Count a record of a severity; 0 times: it is only remembered."""
        if record.severity == WARNING:
            self.warnings += times
        else:
            self.errors += times
        kind = self.types.type_of(message(record))
        earlier = self.sightings.get(kind.key)
        self.sightings[kind.key] = Sighting(
            key=kind.key,
            template=kind.template,
            severity=record.severity,
            count=times + (earlier.count if earlier else 0),
            sample=record.first[:_SAMPLE_LENGTH],
            category=category(record),
        )

    def answer(self) -> Answer:
        """What is said about it, the most frequent type first."""
        measured = {
            "log_lines": self.lines,
            "log_errors": self.errors,
            "log_warnings": self.warnings,
            **self.counts,
        }
        most_first = sorted(self.sightings.values(), key=lambda each: -each.count)
        came = sum(1 for each in most_first if each.count)
        amounts = ((self.lines, "line"), (self.errors, "error"), (self.warnings, "warning"))
        summary = ", ".join(_amount(count, what) for count, what in amounts)
        return Answer(
            state=State.OK,
            summary=f"{summary} of {_amount(came, 'type')}" if came else summary,
            measurements=tuple(Measurement(metric=name, value=count) for name, count in measured.items()),
            hint="; ".join(self.remarks),
            output="\n".join(f"{each.count} × {each.severity}: {each.sample}" for each in most_first),
            sightings=tuple(most_first),
        )

    def cursor(self) -> Cursor:
        """What `remembered` reads."""
        return {
            "files": {path: asdict(position) for path, position in self.positions.items()},
            "types": [list(each) for each in self.types.known()],
        }


def remembered(cursor: Cursor | None) -> tuple[dict[str, Position], list[tuple[str, str]]]:
    """What a cursor says, as far as it makes sense."""
    files, types = (cursor or {}).get("files"), (cursor or {}).get("types")
    positions = {
        path: Position(file, offset, mark)
        for path, place in (files.items() if isinstance(files, dict) else ())
        if isinstance(place, dict)
        and isinstance(file := place.get("file"), str)
        and isinstance(offset := place.get("offset"), int)
        and isinstance(mark := place.get("mark"), str)
    }
    known = [
        (each[0], each[1])
        for each in (types if isinstance(types, list) else ())
        if isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
    ]
    return positions, known


def _amount(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
