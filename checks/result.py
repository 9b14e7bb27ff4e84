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
class Sighting:
    """One type of error that a check saw since it was last asked, and how often.

    `key` identifies the type: it stays while the `template`, the message with `…` for what varies, grows
    more general. `severity` is `warning`, `error` or `critical`; `category` the exception's class, where
    one is named. `sample` is the latest line of this type, capped. Whether a type is new is not known here; a
    `count` of 0 says that it stood in the log before it was followed, so that it is no news.
    """

    key: str
    template: str
    severity: str
    count: int
    sample: str
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of one check at one time.

    `summary` is one line; `hint` says how to mend what kept the check from answering; `output` is what
    the check printed or received, capped; `sightings` are the types of errors it came across. `offline`
    says that this machine's own network is gone: nobody is to blame.
    """

    check: str
    state: State
    summary: str
    measurements: tuple[Measurement, ...] = ()
    started_at: datetime
    duration_s: float
    hint: str = ""
    output: str = ""
    sightings: tuple[Sighting, ...] = ()
    offline: bool = False
