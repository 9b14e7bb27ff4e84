"""What a command that runs on says on standard error: one event a line, for people or for programs."""

from __future__ import annotations

import logging
import sys

import click

from bot.cli.frame.pages import option
from bot.domain.secrecy import masked
from bot.domain.text import say

log_option = option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="VIGIL_LOG",
    about=say("The log on standard error: a line of text an event, or a JSON object a line"),
)

_CHATTY = ("alembic", "procrastinate")
"""A new database is set up step by step, and each check at another site is a job: nobody reads each."""

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class TextLine(logging.Formatter):
    """`2026-01-19 02:14:00,123 INFO vigil alert.firing alert=ab12 service=orders`: the facts stand last."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        facts = (
            f"{name}={_word(value)}"
            for name, value in record.__dict__.items()
            if name not in _PLAIN and value
        )
        return masked(" ".join((super().formatMessage(record), *facts))).replace("\n", "\\n")

    def formatException(self, ei: object) -> str:  # noqa: N802
        return masked(super().formatException(ei))  # type: ignore[arg-type]


def log_to_stderr(form: str) -> None:
    """Begin to log, in the form `text` or `json`."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_json_line() if form == "json" else TextLine())
    logging.basicConfig(level=logging.INFO, handlers=[stream])
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _json_line() -> logging.Formatter:
    from bot.cli.running.json_line import JsonLine

    return JsonLine()


def _word(value: object) -> str:
    text = str(value)
    return f'"{text}"' if " " in text else text
