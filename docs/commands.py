"""Writes commands.md: the prose of commands.md.in, with tables of what may be typed where.

There `[[commands]]` stands for the tables of commands, `[[arguments]]` for what their arguments mean,
`[[terminal]]` for what only the terminal has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bot.cli import main
from bot.cli.frame.pages import SHARED, Group, Option, Single
from bot.domain.commands import SECTIONS, TABLE, Definition, definition_of

TEMPLATE = Path(__file__).with_name("commands.md.in")
PAGE = Path(__file__).with_name("commands.md")
FIRST_LINE = "<!-- Written by `make docs` from commands.md.in and the table of commands: edit those. -->"


def page() -> str:
    """The text of commands.md."""
    parts = {
        "[[commands]]": "\n\n".join(_section(each.title.key, each.commands) for each in SECTIONS),
        "[[arguments]]": _arguments(),
        "[[terminal]]": _terminal(),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for marker, part in parts.items():
        text = text.replace(marker, part)
    return f"{FIRST_LINE}\n\n{text}"


def _section(title: str, commands: Iterable[Definition]) -> str:
    rows = [_row(words, each) for command in commands for words, each in _with_parts(command)]
    return "\n".join([f"## {title}", "", "| after `/monitor` or `vigil` | does |", "|---|---|", *rows])


def _with_parts(command: Definition) -> Iterator[tuple[str, Definition]]:
    yield command.word, command
    for part in command.parts:
        yield f"{command.word} {part.word}", part


def _row(words: str, definition: Definition) -> str:
    usage = "" if definition.parts else definition.usage
    return f"| `{_cell(f'{words} {usage}'.strip())}` | {_cell(definition.summary.key)} |"


def _arguments() -> str:
    """Each once, with all that it means to some command."""
    meanings: dict[str, list[str]] = {}
    for argument in (one for each in TABLE for part in (each, *each.parts) for one in part.arguments):
        if argument.about.key not in meanings.setdefault(argument.shown, []):
            meanings[argument.shown].append(argument.about.key)
    rows = [
        f"| `{_cell(shown)}` | {_cell('; or: '.join(abouts))} |" for shown, abouts in sorted(meanings.items())
    ]
    return "\n".join(["| argument | means |", "|---|---|", *rows])


def _terminal() -> str:
    """Commands that are not in Slack, and what others take there besides."""
    rows = [_options(words, each) for words, each in _commands(main)]
    return "\n".join(["| in the terminal | options besides | does |", "|---|---|---|", *filter(None, rows)])


def _commands(group: click.Group, words: str = "") -> Iterator[tuple[str, Single | Group]]:
    for name, command in group.commands.items():
        if isinstance(command, Single | Group):
            yield f"{words} {name}".strip(), command
        if isinstance(command, Group):
            yield from _commands(command, f"{words} {name}".strip())


def _options(words: str, command: Single | Group) -> str:
    definition, own = command.definition, [each for each in command.params if isinstance(each, Option)]
    named = {each.option for each in definition.arguments}
    options = [each.opts[0] for each in own if each.name not in SHARED and each.opts[0] not in named]
    if (definition_of(words) and not options) or (isinstance(command, Group) and not own):
        return ""
    typed = _cell(f"vigil {words} {'' if definition.parts else definition.usage}".strip())
    return f"| `{typed}` | {' '.join(f'`{each}`' for each in options)} | {_cell(definition.summary.key)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
