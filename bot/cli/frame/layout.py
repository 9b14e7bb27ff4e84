"""Pages of help, laid out by columns: some letters take two, and not every language has blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import click

_UNITS = re.compile(r"\s+|[⺀-鿿가-힯＀-￯][、-。，：；！？）]*|[^\s⺀-鿿가-힯＀-￯]+[、-。，：；！？）]*")
"""Blanks; a wide letter, or a word, with the punctuation that must not begin a line."""

_FIRST_COLUMN = 30


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a paragraph; only a word that is longer than a line is broken."""
    lines = [""]
    for unit in (piece for found in _UNITS.findall(text) for piece in _pieces(found, width)):
        if columns(lines[-1] + unit.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        if lines[-1] or not unit.isspace():
            lines[-1] += " " if unit.isspace() else unit
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(unit: str, width: int) -> Iterator[str]:
    while columns(unit) > width > 1:
        cut = next(number for number in range(len(unit), 0, -1) if columns(unit[:number]) <= width)
        yield unit[:cut]
        unit = unit[cut:]
    yield unit


class Formatter(click.HelpFormatter):
    """Lays out by columns, not by letters."""

    def write_text(self, text: str) -> None:
        for line in wrapped(text, max(self.width - self.current_indent, 11)):
            self.write(f"{' ' * self.current_indent}{line}\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        first, *others = wrapped(args, max(self.width - columns(f"{prefix}{prog} "), 20)) or [""]
        self.write(f"{prefix}{prog} {first}".rstrip() + "\n")
        for line in others:
            self.write(f"{' ' * columns(f'{prefix}{prog} ')}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _FIRST_COLUMN, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        first = min(max(columns(left) for left, _ in rows), col_max, self.width // 3) + col_spacing
        indent = " " * self.current_indent
        for left, right in rows:
            lines = wrapped(right, max(self.width - first - self.current_indent - 1, 10)) or [""]
            short = columns(left) <= first - col_spacing
            self.write(
                f"{indent}{left}{' ' * (first - columns(left)) + lines.pop(0) if short else ''}".rstrip()
                + "\n"
            )
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")


class Context(click.Context):
    formatter_class = Formatter
