"""The commands: one definition for Slack, for the command line, and for whoever offers them."""

from __future__ import annotations

from bot.domain.commands.definition import Argument, Definition, Kind, Section
from bot.domain.commands.table.alerts import ALERTS
from bot.domain.commands.table.incidents import INCIDENTS
from bot.domain.commands.table.oncall import ONCALL
from bot.domain.commands.table.watches import WATCHES
from bot.domain.text import say

_WHOLE = Section(
    title=say("How things stand"),
    commands=(
        Definition(
            word="status",
            examples=("status",),
            summary=say("The live panel: every value beside its target"),
        ),
        Definition(
            word="run",
            examples=("run", "run hourly"),
            summary=say("Run the checks now and post the round"),
            arguments=(
                Argument(
                    name="CHECKLIST", kind=Kind.CHECKLIST, about=say("Only this checklist; left out: all")
                ),
            ),
        ),
        Definition(
            word="errors",
            examples=("errors", "errors all"),
            summary=say("New types of errors in the logs; mark those that are known"),
            arguments=(
                Argument(
                    kind=Kind.WORD,
                    choices=("all",),
                    about=say("Known ones too"),
                    option="--all",
                ),
            ),
        ),
    ),
)

_VIGIL = Section(
    title=say("Vigil itself"),
    commands=(
        Definition(
            word="reload",
            examples=("reload",),
            summary=say("Read config.yaml again; running watches keep their plan"),
        ),
        Definition(
            word="help",
            examples=("help", "help watch"),
            summary=say("This list, or more about one command"),
            arguments=(Argument(name="COMMAND", kind=Kind.COMMAND, about=say("About this command alone")),),
        ),
    ),
)

SECTIONS = (_WHOLE, ALERTS, ONCALL, WATCHES, INCIDENTS, _VIGIL)

TABLE = tuple(each for section in SECTIONS for each in section.commands)

TERMINAL = ("token",)
"""Words of the command line alone that `permissions` may name too."""


def definition_of(words: str) -> Definition | None:
    """The command of this word, or of these two."""
    word, _, part = words.lower().partition(" ")
    found = next((each for each in TABLE if each.word == word), None)
    return next((each for each in found.parts if each.word == part), None) if found and part else found
