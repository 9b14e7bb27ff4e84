"""The script of a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.text import Label


class Measure(StrEnum):
    """What a game day measures, each from the instant at which something broke."""

    DETECTED = "detected"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    NEXT_LEVEL = "next_level"
    ROLLED_BACK = "rolled_back"
    RESOLVED = "resolved"


class Cue(StrEnum):
    """What somebody waits for before acting: the beginning, or that the alert has come so far."""

    START = "start"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    NEXT_LEVEL = "next_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the sample service that is switched `on`, or off, so long after the beginning."""

    after: timedelta
    fault: str
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person does `after` the cue: a command typed after `/monitor`, or a button by its verb.

    `person` is a key of `people`; "" is the first of those whom the last page mentioned. `option` is what is
    chosen where the button's value names several. `enters` fills in the form that opens: field → value.
    """

    person: str = ""
    cue: Cue = Cue.START
    after: timedelta = timedelta(0)
    types: str = ""
    presses: str = ""
    option: str = ""
    enters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`begins_at` is the simulated instant; `limits` say how soon each must have come (None: never)."""

    label: Label
    begins_at: datetime
    length: timedelta
    speed: float
    rate: float
    faults: tuple[Fault, ...]
    deeds: tuple[Deed, ...] = ()
    limits: Mapping[Measure, timedelta | None] = field(default_factory=dict)

    @property
    def broken_at(self) -> datetime:
        """When something breaks first."""
        return self.begins_at + min(each.after for each in self.faults if each.on)
