"""One thing a person asked for, with everything needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.events import Inbound
from bot.domain.setup import Setup
from bot.engine.ledger import Ledger


def person_of(setup: Setup, slack: str, name: str = "") -> str:
    """The key of the person with this Slack ID. A stranger's name is marked: no key begins with `@`."""
    known = (person.key for person in setup.people.values() if person.slack == slack)
    return next(known, f"@{name or slack}")


class Knows(Protocol):
    """What an answer needs of the bot's world: the configuration, and nothing that acts."""

    @property
    def setup(self) -> Setup: ...


@dataclass(frozen=True, slots=True)
class Request:
    """`person` is a key of `people` (or a stranger's name); `arguments` is what followed the command."""

    ledger: Ledger
    world: Knows
    inbound: Inbound
    person: str
    arguments: tuple[str, ...]
    now: datetime

    def without_arguments(self) -> Request:
        return replace(self, arguments=())
