"""`/monitor …`: the table of commands, and text → Command. One definition for every surface."""

from bot.domain.commands.definition import Argument, Command, Definition, Kind, NotUnderstood, Section
from bot.domain.commands.reading import BEHIND_ONCALL, PERMISSIONS, WORDS, parse, read
from bot.domain.commands.table import SECTIONS, TABLE, definition_of

__all__ = [
    "BEHIND_ONCALL",
    "PERMISSIONS",
    "SECTIONS",
    "TABLE",
    "WORDS",
    "Argument",
    "Command",
    "Definition",
    "Kind",
    "NotUnderstood",
    "Section",
    "definition_of",
    "parse",
    "read",
]
