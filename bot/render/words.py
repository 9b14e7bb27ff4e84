"""A report in words: everything said in one language, ready for any form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from bot.domain.panel import Standing
from bot.domain.report.filed import Filed
from bot.domain.report.report import Row, Said, Section
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, say
from bot.locale import Speaker

MARKS: dict[Standing, tuple[str, Text]] = {
    Standing.OK: ("✅", say("OK")),
    Standing.WARNING: ("🟡", say("WARNING")),
    Standing.CRITICAL: ("🔴", say("CRITICAL")),
    Standing.STALE: ("⚪", say("STALE")),
    Standing.NO_DATA: ("⚪", say("NO DATA")),
}
"""A picture and a word for each: never a colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """`mark` and `word` tell how it stands ("" where nothing is judged); `name` is "" for a sentence."""

    mark: str = ""
    word: str = ""
    name: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSection:
    title: str
    rows: tuple[WrittenRow, ...] = ()
    head: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """All words of a report. `heading` is its title as the plan's templates have it."""

    language: str
    title: str
    heading: str
    head: tuple[WrittenRow, ...]
    sections: tuple[WrittenSection, ...]
    footer: tuple[str, ...]


def write(filed: Filed, speaker: Speaker) -> Written:
    """The report with its signatures, in the speaker's language and the plan's zone."""
    report = filed.report
    writing = _Writing(Speaker(speaker.language, report.zone, speaker.names), report.until)
    sections = [writing.section(each) for each in report.sections]
    sections.append(writing.signatures(filed))
    title = writing.text(report.title)
    return Written(
        language=speaker.language,
        title=title,
        heading=speaker.heading(title),
        head=tuple(writing.row(row) for row in report.head),
        sections=tuple(sections),
        footer=writing.footer(filed),
    )


def said(value: Said | None, speaker: Speaker) -> str:
    """A value of a row in words; None is "no data"."""
    match value:
        case None:
            return speaker.say(say("no data"))
        case Text():
            return speaker.say(value)
        case Label():
            return speaker.label(value)
        case Quantity():
            return speaker.quantity(value)
        case Instant(at=at):
            return speaker.instant(at)
        case Span():
            return speaker.span(value)
        case Name(person=person):
            return speaker.name(person)


def _unprefixed(role: str) -> str:
    """`operations` of `team:operations`: between two colons Slack would look for an emoji."""
    return role.partition(":")[2] or role


def as_json(filed: Filed, written: Written, plain: Callable[[object], object]) -> dict[str, object]:
    """The report for programs: its words, and the numbers of its rows and charts as they are."""
    report = filed.report
    zone = ZoneInfo(report.zone)
    raws = [*(section.rows for section in report.sections), ()]
    return {
        "id": report.id,
        "kind": report.kind.value,
        "service": report.service,
        "version": report.version,
        "watch": report.watch,
        "since": report.since.astimezone(zone).isoformat(),
        "until": report.until.astimezone(zone).isoformat(),
        "composed_at": report.composed_at.astimezone(zone).isoformat(),
        "language": written.language,
        "title": written.title,
        "head": [_row_json(row, None) for row in written.head],
        "sections": [
            {
                "title": section.title,
                "rows": [_row_json(row, raw) for row, raw in zip_longest(section.rows, rows)],
                "table": [dict(zip(section.head, cells, strict=True)) for cells in section.cells],
            }
            for section, rows in zip(written.sections, raws, strict=True)
        ],
        "charts": plain(report.charts),
    }


def _row_json(row: WrittenRow, raw: Row | None) -> dict[str, object]:
    number = raw.value if raw and isinstance(raw.value, Quantity) else None
    return {
        "state": raw.standing.value if raw and raw.standing else None,
        "name": row.name,
        "value": row.value,
        "number": number.value if number else None,
        "unit": number.unit if number else None,
        "note": row.note,
    }


@dataclass(frozen=True, slots=True)
class _Writing:
    speaker: Speaker
    now: datetime

    def text(self, text: Text) -> str:
        return self.speaker.say(text)

    def said(self, value: Said | None) -> str:
        return said(value, self.speaker)

    def row(self, row: Row) -> WrittenRow:
        mark, word = MARKS[row.standing] if row.standing else ("", None)
        name = self.said(row.name) if row.name else ""
        return WrittenRow(
            mark=mark,
            word=self.text(word) if word and not row.spoken and row.standing is not Standing.OK else "",
            name=name,
            value=self.said(row.value),
            note=self.text(row.note) if row.note else "",
        )

    def section(self, section: Section) -> WrittenSection:
        grid = section.grid
        return WrittenSection(
            title=self.text(section.title),
            rows=tuple(self.row(row) for row in section.rows),
            head=tuple(self.text(each) for each in grid.head) if grid else (),
            cells=tuple(tuple(self.said(cell) for cell in row) for row in grid.rows) if grid else (),
        )

    def signatures(self, filed: Filed) -> WrittenSection:
        """Who signed for each role, and an open line for who has not."""
        rows = [
            Row(
                name=Label(_unprefixed(each.role)) if each.role else say("Signed"),
                value=say("{person}, {at}", person=Name(each.by), at=Instant(each.at)),
                note=say("evidence {hash}", hash=each.evidence[:12]),
                standing=Standing.OK,
            )
            for each in filed.signatures
        ]
        open_ = [Row(name=Label(role.key), value=Label("_______________")) for role in filed.unsigned()]
        if not rows and not open_:
            open_ = [Row(name=say("Signed"), value=Label("_______________"))]
        return WrittenSection(
            title=self.text(say("Signatures")), rows=tuple(self.row(row) for row in [*rows, *open_])
        )

    def footer(self, filed: Filed) -> tuple[str, ...]:
        """Where the numbers come from, and which version this is."""
        report = filed.report
        window = say(
            "All numbers are of what was measured from {since} to {until}, in {zone}",
            since=Instant(report.since),
            until=Instant(report.until),
            zone=report.zone,
        )
        lines = [self.text(window)]
        composed = say(
            "Composed {at}, version {revision}", at=Instant(report.composed_at), revision=report.revision
        )
        lines.append(self.text(composed))
        if report.corrects:
            by = Name(report.corrected_by or "")
            lines.append(self.text(say("Corrected by {person}: {what}", person=by, what=report.corrects)))
        if filed.evidence:  # one that is only looked at is proved by nothing
            lines.append(self.text(say("Evidence (SHA-256): {hash}", hash=filed.evidence)))
        return tuple(lines)
