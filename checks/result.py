"""What a check answers: a state, a sentence and measurements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class State(IntEnum):
    """Worst last. UNKNOWN means "could not find out", which is not "bad"."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

    @property
    def word(self) -> str:
        """The state in lower case, as in every JSON answer: `ok`, `warning`, `critical`, `unknown`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number with its name.

    `warn` and `crit` are the limits the measured program stated itself (Nagios ranges, as text).
    """

    metric: str
    value: float
    unit: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    warn: str | None = None
    crit: str | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of one check at one time.

    `summary` is one line; `hint` says how to mend what kept the check from answering; `output` is what
    the check printed or received, capped.
    """

    check: str
    state: State
    summary: str
    measurements: tuple[Measurement, ...] = ()
    started_at: datetime
    duration_s: float
    hint: str = ""
    output: str = ""
