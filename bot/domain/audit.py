"""Who did what, when, from where, and what it changed: written once, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.text import Text


class Source(StrEnum):
    """Where something that a person did came from; BOT is the bot's own doing."""

    SLACK = "slack"
    CLI = "cli"
    HTTP = "http"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`name` is the event, such as `alert.acknowledged`; `subject` what it was done to.

    `person` is a key of `people`, a stranger's name behind `@`, or "" for the bot itself. `before` and
    `after` are the states of the subject, as far as it has any.
    """

    at: datetime
    person: str
    name: str
    service: str
    subject: str
    before: str = ""
    after: str = ""
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A deed as it was written down: `seq` counts them."""

    seq: int
    source: Source
    deed: Deed
