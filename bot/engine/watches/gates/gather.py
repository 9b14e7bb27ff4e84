"""What is stored about a stretch of a watch, for the criteria of its gate."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, pairwise

from bot.domain.criteria.criterion import Criterion, Rule
from bot.domain.criteria.grounds import HOUR, Grounds, Past
from bot.domain.measures.history import Point, Sample
from bot.domain.setup import Setup
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger
from bot.engine.measures.baselines import compare_watch

_OFFENCES = 3


def gather_grounds(ledger: Ledger, setup: Setup, watch: Watch, gate: Listed) -> Grounds:
    """From the start of the watch until the gate fell due."""
    service = setup.services[watch.service]
    since, until = max(watch.started_at, watch.deployed_at), gate.entry.at
    criteria = watch.plan.criteria_of(gate.entry.criteria)
    past = {key: past_of(ledger, service.key, key, since, until) for key in service.metrics}
    rules = {criterion.rule for criterion in criteria}
    rounds = (
        each
        for each in ledger.entries.of_watch(watch.id)
        if each.entry.kind is EntryKind.ROUND and since <= each.entry.at < until
    )
    return Grounds(
        since=since,
        until=until,
        metrics=service.metrics,
        checks={key: check.label for key, check in service.checks.items()},
        past=past,
        offences={
            number: _offences(ledger, service.key, criterion, past)
            for number, criterion in enumerate(criteria)
            if criterion.rule is Rule.ALWAYS
        },
        alerts=ledger.alerts.fired_between(service.key, since, until),
        rounds=tuple(rounds),
        compared={each.metric: each for each in compare_watch(ledger, service, watch, until)}
        if Rule.AS_BEFORE in rules
        else {},
        answers=gate.answers,
        rolled_back=watch.rolled_back,
    )


def past_of(ledger: Ledger, service: str, metric: str, since: datetime, until: datetime) -> Past:
    """A metric in a stretch, as a whole and hour by hour."""
    hours = max(1, -(-(until - since) // HOUR))
    return Past(
        summary=ledger.history.summary(service, metric, since, until),
        hours=ledger.history.points(service, metric, since, until, most=hours),
    )


def _offences(
    ledger: Ledger, service: str, criterion: Criterion, past: dict[str, Past]
) -> tuple[Sample, ...]:
    """The first values against the limit; only hours that hold one are read."""
    metric, limit = criterion.subjects[0], criterion.limit
    if limit is None or metric not in past:
        return ()
    hours = past[metric].hours
    found: list[Sample] = []
    for point in hours:
        if len(found) < _OFFENCES and _breaks(criterion, point):
            until = point.at + _step(hours)
            values = ledger.history.values(service, metric, point.at, until)
            bad = (each for each in values if not limit.holds(each.value))
            found += islice(sorted(bad, key=lambda each: each.at), _OFFENCES - len(found))
    return tuple(found)


def _breaks(criterion: Criterion, point: Point) -> bool:
    ends = (point.summary.min, point.summary.max)
    return criterion.limit is not None and any(
        end is not None and not criterion.limit.holds(end) for end in ends
    )


def _step(hours: tuple[Point, ...]) -> timedelta:
    return min((later.at - earlier.at for earlier, later in pairwise(hours)), default=HOUR)
