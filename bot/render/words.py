"""A report in words: everything said in one language, ready for any form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class _Writing:
    speaker: Speaker
    now: datetime

    def text(self, text: Text) -> str:
        return self.speaker.say(text)

    def said(self, value: Said | None) -> str:
        match value:
            case None:
                return self.text(say("no data"))
            case Text():
                return self.text(value)
            case Label():
                return self.speaker.label(value)
            case Quantity():
                return self.speaker.quantity(value)
            case Instant(at=at):
                return self.speaker.instant(at)
            case Span():
                return self.speaker.span(value)
            case Name(person=person):
                return self.speaker.name(person)

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
                name=Label(each.role) if each.role else say("Signed"),
                value=say("{person}, {at}", person=Name(each.by), at=Instant(each.at)),
                note=say("evidence {hash}", hash=each.evidence[:12]),
                standing=Standing.OK,
            )
            for each in filed.signatures
        ]
        open_ = [Row(name=Label(str(role)), value=Label("_______________")) for role in filed.unsigned()]
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
        lines.append(self.text(say("Evidence (SHA-256): {hash}", hash=filed.evidence)))
        return tuple(lines)
