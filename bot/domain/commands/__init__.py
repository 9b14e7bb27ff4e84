"""`/monitor …`: the table of commands, and text → Command. One definition for every surface."""

from bot.domain.commands.definition import Command, Definition, NotUnderstood, Word
from bot.domain.commands.reading import PERMISSIONS, WORDS, parse
from bot.domain.commands.table import TABLE, definition_of

__all__ = [
    "PERMISSIONS",
    "TABLE",
    "WORDS",
    "Command",
    "Definition",
    "NotUnderstood",
    "Word",
    "definition_of",
    "parse",
]
