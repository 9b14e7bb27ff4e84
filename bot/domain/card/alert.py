"""Cards, pages and lists of alerts, and what is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertState, Severity
from bot.domain.alerts.quiet.silence import Silence, Wish
from bot.domain.alerts.trend import Novelty, Trend
from bot.domain.measures.errors import ErrorType
from bot.domain.oncall.chain import NextStep
from bot.domain.setup import Person
from bot.domain.text import Quantity, Text
from bot.domain.watches.watch import Watch


@dataclass(frozen=True, slots=True)
class Tried:
    """One way (`slack` or a key of `channels`) by which a page goes to a person.

    `went`: whether it has been taken there; None while it is on its way.
    """

    person: str
    way: str
    went: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCard:
    """The live card of one alert. `value` is the newest one and `next` what the clock does if nobody acts.

    `levels` is the length of the chain, `tried` by which ways the last page goes to whom.
    """

    alert: Alert
    value: Quantity | None
    levels: int
    next: NextStep | None
    links: tuple[tuple[str, str], ...] = ()
    trend: Trend | None = None
    novelty: Novelty | None = None
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """The live card of several alerts. `id` is that of the first of them; `alerts` are the worst.

    `counts` are (state, severity, how many) of all of them; `next` is the first thing the clock does.
    """

    id: str
    service: str
    since: datetime
    alerts: tuple[Alert, ...]
    counts: tuple[tuple[AlertState, Severity, int], ...]
    next: NextStep | None

    def count(self, *states: AlertState) -> int:
        """How many of them stand so; without states, all."""
        return sum(count for state, _, count in self.counts if not states or state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMessage:
    """A page: the only message that mentions anybody. `broadcast` shows it in the channel too.

    `others` counts the alerts it stands for beside its own.
    """

    alert: Alert
    people: tuple[Person, ...]
    usergroups: tuple[str, ...]
    level: int
    levels: int
    reason: Text
    broadcast: bool
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page as it is told to one person beside Slack; `why` says why by this way, if the level did not.

    `others` are alerts whose messages were held back there and are told with it.
    """

    alert: Alert
    person: Person
    level: int
    levels: int
    reason: Text
    why: Text | None = None
    others: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """Alerts, the most urgent first. `choose` is the verb offered as a button on each, if any."""

    alerts: tuple[Alert, ...]
    choose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorList:
    """Types of errors, new ones first. `known` counts those that are known, shown or not."""

    errors: tuple[ErrorType, ...]
    known: int
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceList:
    """What is quiet: silences with how many open alerts each covers, and maintenance windows."""

    silences: tuple[tuple[Silence, int], ...]
    windows: tuple[tuple[str, str, datetime | None, datetime | None], ...] = ()
    """(name, matchers, until when it is open now, next beginning)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SureOfSilence:
    """A question before everything is silenced, with a button that says yes to this wish."""

    why: Text
    wish: Wish
