"""A report as Markdown."""

from __future__ import annotations

import re

from bot.locale import Speaker
from bot.render.words import Written, WrittenRow, WrittenSection

_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(written: Written, speaker: Speaker) -> str:
    """The whole report, its sections in their order."""
    parts = [f"# {safe(written.title)}", "\n".join(f"- {_row(row, speaker)}" for row in written.head)]
    parts += [_section(section, speaker) for section in written.sections]
    parts += ["---", "\n".join(f"*{safe(line)}*  " for line in written.footer)]
    return "\n\n".join(parts) + "\n"


def _section(section: WrittenSection, speaker: Speaker) -> str:
    lines = [f"## {safe(speaker.heading(section.title))}", ""]
    lines += [f"- {_row(row, speaker)}" for row in section.rows]
    if section.head:
        lines += [table_line(section.head), table_line(("---",) * len(section.head))]
        lines += [table_line(tuple(safe(cell) for cell in cells)) for cells in section.cells]
    return "\n".join(lines)


def table_line(cells: tuple[str, ...]) -> str:
    """A row of a table, of cells that are safe already."""
    return f"| {' | '.join(cells)} |"


def _row(row: WrittenRow, speaker: Speaker) -> str:
    said = row_in_words(row, speaker)
    return f"{row.mark} {safe(said)}" if row.mark else safe(said)


def row_in_words(row: WrittenRow, speaker: Speaker) -> str:
    """`CRITICAL P99 latency: 12 s (highest 14 s, target < 1 s)`, without its mark."""
    value = speaker.noted(row.value, row.note) if row.note else row.value
    named = speaker.named(row.name, value) if row.name else value
    return f"{row.word} {named}" if row.word else named


def safe(text: str) -> str:
    """One line that means nothing to Markdown."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
