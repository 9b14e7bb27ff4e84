"""What a report is composed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Alert, AlertKind
from bot.domain.measures.baseline import Comparison
from bot.domain.measures.errors import ErrorClass
from bot.domain.measures.history import Summary
from bot.domain.report.report import Chart, ReportKind
from bot.domain.setup import Metric
from bot.domain.text import Text
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.domain.watches.watch import Progress, Watch

SYSTEM, PERFORMANCE = "system", "performance"
"""The groups of metrics that the plan's templates have sections of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """A metric in the time of a report, and in the same time a day earlier (None: not asked for)."""

    summary: Summary
    before: Summary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedErrors:
    """Errors in the time of a report by class, and in the same time a day earlier (None: not asked for).

    `logs` are keys of the checks that follow logs; `fresh` counts types that were seen for the first time.
    """

    logs: frozenset[str]
    classes: tuple[ErrorClass, ...] = ()
    before: tuple[ErrorClass, ...] | None = None
    fresh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything stored about a service from `since` until `until`.

    `alerts` were firing at some time in it; `rounds` and `checkpoints` fell due in it; `judged` are gates
    and milestones of the watch up to now. `rolled_back` are watches whose deployment was taken back in it.
    `responsible` is a key of people. `tolerance` is by which part a mean may change. `errors` None: no log
    is followed.
    """

    kind: ReportKind
    service: str
    zone: str
    since: datetime
    until: datetime
    now: datetime
    metrics: Mapping[str, Metric]
    lately: Mapping[str, Lately]
    tolerance: float
    watch: Watch | None = None
    rolled_back: tuple[Watch, ...] = ()
    responsible: str | None = None
    alerts: tuple[Alert, ...] = ()
    errors: LoggedErrors | None = None
    rounds: tuple[Listed, ...] = ()
    checkpoints: tuple[Listed, ...] = ()
    judged: tuple[Listed, ...] = ()
    next_round: Entry | None = None
    progress: Progress | None = None
    compared: tuple[Comparison, ...] = ()
    charts: tuple[Chart, ...] = ()
    notices: tuple[Text, ...] = field(default=())

    @property
    def has_before(self) -> bool:
        """Whether anything at all was measured in the time that trends are told against."""
        return any(each.before and each.before.count for each in self.lately.values())

    def in_group(self, group: str) -> tuple[Metric, ...]:
        return tuple(metric for metric in self.metrics.values() if metric.group == group)

    def critical(self) -> tuple[Alert, ...]:
        """Alerts that fired and were critical at some time."""
        return tuple(each for each in self._fired() if each.worst is not None)

    def warnings(self) -> tuple[Alert, ...]:
        """Alerts that fired and never were critical, those about missing data apart."""
        return tuple(
            each for each in self._fired() if each.worst is None and each.subject.kind is AlertKind.BREACH
        )

    def blind(self) -> tuple[Alert, ...]:
        """Alerts that something could not be measured."""
        return tuple(
            each for each in self._fired() if each.worst is None and each.subject.kind is not AlertKind.BREACH
        )

    def rounds_in(self, state: EntryState) -> tuple[Listed, ...]:
        return tuple(each for each in self.rounds if each.entry.state is state)

    def gates(self) -> tuple[Listed, ...]:
        return tuple(each for each in self.judged if each.entry.kind is EntryKind.GATE)

    def date(self, at: datetime) -> str:
        """`2026-01-19`, local."""
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d}"

    def minute(self, at: datetime) -> str:
        """`2026-01-19 14:05`, local."""
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"

    def _fired(self) -> tuple[Alert, ...]:
        return tuple(each for each in self.alerts if each.fired_at)
