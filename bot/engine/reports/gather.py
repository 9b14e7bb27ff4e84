"""From the rows to the facts of a report, and to the report itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY, instant, local_day
from bot.domain.measures.baseline import Comparison
from bot.domain.measures.errors import ALARMING
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.rotation import on_call
from bot.domain.report.compose import head, sections, title
from bot.domain.report.facts import Facts, Lately, LoggedErrors
from bot.domain.report.report import Chart, Report, ReportKind
from bot.domain.setup import Service, Setup
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind
from bot.domain.watches.progress import progress
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger
from bot.engine.measures.baselines import compare_since, compare_watch
from bot.engine.reports.charts import changes, charts

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)

_COMPARING = (ReportKind.WEEKLY, ReportKind.SUMMARY, ReportKind.FINAL, ReportKind.BASELINE)
_WITHOUT_TREND = (ReportKind.HOURLY, ReportKind.FINAL, ReportKind.BASELINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which report of which service is wanted, about which time, and whose row of a list it is, if any.

    `planned` reports are about whole days of the plan, those by hand about the time until now.
    """

    kind: ReportKind
    service: Service
    watch: Watch | None
    at: datetime
    planned: bool = False
    id: str = ""
    revision: int = 1
    corrects: str = ""
    corrected_by: str | None = None
    stretch: tuple[datetime, datetime] | None = None


def window(asked: Asked) -> tuple[datetime, datetime]:
    """Since when, until when."""
    if asked.stretch:
        return asked.stretch
    at, watch = asked.at, asked.watch
    zone = ZoneInfo(asked.service.plan.zone)
    match asked.kind:
        case ReportKind.HOURLY:
            return at - HOUR, at
        case ReportKind.DAILY if asked.planned:
            today = local_day(zone, at)
            day = instant(zone, today - DAY, time.min), instant(zone, today, time.min)
            return _not_before(watch, day)
        case ReportKind.DAILY:
            return at - DAY, at
        case ReportKind.WEEKLY:
            return _not_before(watch, (at - WEEK, at))
        case ReportKind.SUMMARY:
            begun = watch.deployed_at if watch else at - DAY
            return begun, min(at, begun + DAY)
        case ReportKind.FINAL:
            return (watch.deployed_at if watch else at - WEEK), at
        case ReportKind.BASELINE:
            return (watch.deployed_at if watch else at - asked.service.tolerance.window), at


def _not_before(watch: Watch | None, stretch: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """A watch reports nothing of the time before its deployment, unless that is all there is."""
    since, until = stretch
    return (watch.deployed_at, until) if watch and since < watch.deployed_at < until else stretch


def compose(ledger: Ledger, setup: Setup, asked: Asked, now: datetime) -> Report:
    """The report as it is to be filed. Reads much; writes nothing."""
    facts = gather(ledger, setup, asked, now)
    watch = asked.watch
    seed = asked.id or f"{asked.service.key}/{asked.kind}/{facts.since}/{facts.until}/{now}"
    return Report(
        id=asked.id or report_id(seed),
        kind=asked.kind,
        service=asked.service.key,
        version=watch.version if watch else "",
        watch=watch.id if watch else None,
        zone=facts.zone,
        since=facts.since,
        until=facts.until,
        composed_at=now,
        title=title(facts),
        head=head(facts),
        sections=sections(facts),
        charts=facts.charts,
        roles=roles_of(asked),
        revision=asked.revision,
        corrects=asked.corrects,
        corrected_by=asked.corrected_by,
    )


def report_id(seed: str) -> str:
    """The name of the report that `seed` asks for."""
    return f"p{hashlib.sha256(seed.encode()).hexdigest()[:9]}"


def roles_of(asked: Asked) -> tuple[Target, ...]:
    """Who has to sign a report of this kind, by the watch's plan."""
    plan = asked.watch.plan if asked.watch else asked.service.plan
    return next((due.sign for due in plan.reports if due.report == asked.kind), ())


def gather(ledger: Ledger, setup: Setup, asked: Asked, now: datetime) -> Facts:
    service, watch = asked.service, asked.watch
    since, until = window(asked)
    entries = ledger.entries.of_watch(watch.id) if watch else ()
    following = ledger.entries.next_round(service.key, now)
    compared = _compared(ledger, asked, (since, until)) if asked.kind in _COMPARING else ()
    return Facts(
        kind=asked.kind,
        service=service.key,
        zone=service.plan.zone,
        since=since,
        until=until,
        now=now,
        metrics=service.metrics,
        lately=_lately(ledger, asked, (since, until)),
        tolerance=service.tolerance.change,
        watch=watch,
        rolled_back=_rolled_back(ledger, asked, (since, until)),
        responsible=_responsible(setup, asked, until),
        alerts=ledger.alerts.fired_between(service.key, since, until),
        errors=_errors(ledger, asked, (since, until)),
        rounds=_of_kind(EntryKind.ROUND, entries, (since, until)),
        checkpoints=_of_kind(EntryKind.CHECKPOINT, entries, (since, until)),
        judged=tuple(each for each in entries if _is_judged(each)),
        next_round=following.entry if following else None,
        progress=progress(watch, ledger.entries.outline(watch.id), now) if watch else None,
        compared=compared,
        charts=_charts(ledger, asked, entries, compared, (since, until)),
    )


def _rolled_back(ledger: Ledger, asked: Asked, stretch: tuple[datetime, datetime]) -> tuple[Watch, ...]:
    """In the time of the report; that it was, a report about the watch itself always says."""
    found = ledger.watches.rolled_back(asked.service.key, *stretch)
    own = asked.watch
    if own and own.rolled_back and own.id not in [each.id for each in found]:
        return (own, *found)
    return found


def _compared(ledger: Ledger, asked: Asked, stretch: tuple[datetime, datetime]) -> tuple[Comparison, ...]:
    """With the watch's own baseline, without a watch with the newest one."""
    if asked.watch:
        return compare_watch(ledger, asked.service, asked.watch, stretch[1])
    baseline = ledger.baselines.newest(asked.service.key)
    return compare_since(ledger, asked.service, baseline, stretch) if baseline else ()


def _charts(
    ledger: Ledger,
    asked: Asked,
    entries: Sequence[Listed],
    compared: tuple[Comparison, ...],
    stretch: tuple[datetime, datetime],
) -> tuple[Chart, ...]:
    if asked.kind is ReportKind.HOURLY:
        return ()
    if asked.kind is ReportKind.BASELINE:
        return changes(compared, stretch)
    return charts(ledger, asked.service, asked.watch, entries, stretch)


def _of_kind(
    kind: EntryKind, entries: tuple[Listed, ...], stretch: tuple[datetime, datetime]
) -> tuple[Listed, ...]:
    since, until = stretch
    return tuple(each for each in entries if each.entry.kind is kind and since <= each.entry.at < until)


def _is_judged(listed: Listed) -> bool:
    return listed.entry.kind in (EntryKind.GATE, EntryKind.MILESTONE)


def _earlier(asked: Asked, stretch: tuple[datetime, datetime]) -> timedelta | None:
    """How long before it the time lies that a report tells its trends against; None where it tells none."""
    if asked.kind in _WITHOUT_TREND:
        return None
    return stretch[1] - stretch[0] if asked.kind is ReportKind.WEEKLY else DAY


def _errors(ledger: Ledger, asked: Asked, stretch: tuple[datetime, datetime]) -> LoggedErrors | None:
    since, until = stretch
    service, earlier = asked.service, _earlier(asked, stretch)
    logs = frozenset(key for key, check in service.checks.items() if check.kind == "log")
    if asked.kind is ReportKind.HOURLY or not logs:
        return None
    fresh = ledger.errors.first_seen(service.key, since, until)
    before = ledger.errors.classes(service.key, since - earlier, until - earlier) if earlier else None
    return LoggedErrors(
        logs=logs,
        classes=ledger.errors.classes(service.key, since, until),
        before=before,
        fresh=sum(each.severity in ALARMING for each in fresh),
    )


def _lately(ledger: Ledger, asked: Asked, stretch: tuple[datetime, datetime]) -> dict[str, Lately]:
    since, until = stretch
    earlier, key = _earlier(asked, stretch), asked.service.key

    def lately(metric: str) -> Lately:
        before = ledger.history.summary(key, metric, since - earlier, until - earlier) if earlier else None
        return Lately(summary=ledger.history.summary(key, metric, since, until), before=before)

    return {metric: lately(metric) for metric in asked.service.metrics}


def _responsible(setup: Setup, asked: Asked, until: datetime) -> str | None:
    """The owner of the watch, else whoever is on call as the time of the report ends."""
    if asked.watch and asked.watch.owner:
        return asked.watch.owner
    shifts = (on_call(schedule, until) for schedule in setup.schedules.values())
    return next((person for shift in shifts for person in shift.on_call), None)
