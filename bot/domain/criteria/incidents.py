"""Criteria about what happened: alerts, rounds, checks of rounds."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.alerts.alert import Alert
from bot.domain.criteria.criterion import Criterion, Incident
from bot.domain.criteria.found import ROWS, found, if_complete
from bot.domain.criteria.grounds import Grounds, percent
from bot.domain.text import Instant, Quantity, Span, Text, enumerated, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState
from bot.domain.watches.verdict import Finding, Outcome
from checks.result import State
from checks.threshold import Condition

_NONE = Condition("=", 0.0)
_ALL_PASSED = Condition(">=", 100.0)

INCIDENTS: dict[Incident, Text] = {
    Incident.CRITICAL_ALERTS: say("critical alerts"),
    Incident.WARNING_ALERTS: say("warning alerts"),
    Incident.FAILED_ROUNDS: say("rounds not in order"),
    Incident.MISSED_ROUNDS: say("missed rounds"),
}


def none_of(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    return _counted(criterion, grounds, _NONE)


def count_of(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    return _counted(criterion, grounds, criterion.limit or _NONE)


def _counted(criterion: Criterion, grounds: Grounds, limit: Condition) -> Finding:
    rows = tuple(row for each in criterion.incidents for row in _happened(each, criterion, grounds))
    count = Quantity(float(len(rows)))
    kinds = enumerated([INCIDENTS[each] for each in criterion.incidents])
    told = say("{count} {incidents}", count=len(rows), incidents=kinds)
    if not limit.holds(len(rows)):
        if rows:
            told = say("{found}: {first}", found=told, first=rows[0])
        return found(Outcome.FAILED, told, criterion, grounds, value=count, rows=rows[:ROWS])
    # Where nobody looked, nothing was seen: what is counted must have been watched all the time.
    watched = criterion.subjects or tuple(key for key, metric in grounds.metrics.items() if metric.tier == 1)
    if not watched and not grounds.held():
        nothing = say("nothing was measured and no round was held")
        return found(Outcome.INCONCLUSIVE, nothing, criterion, grounds, value=count)
    metrics = tuple(key for key in watched if key in grounds.metrics)
    return if_complete(criterion, grounds, metrics, told, count)


def _happened(incident: Incident, criterion: Criterion, grounds: Grounds) -> Iterator[Text]:
    if incident is Incident.MISSED_ROUNDS:
        yield from (_round(each) for each in grounds.missed())
    elif incident is Incident.FAILED_ROUNDS:
        yield from (_round(each) for each in grounds.held() if each.outcome is EntryState.FAILED)
    else:
        critical = incident is Incident.CRITICAL_ALERTS
        for alert in grounds.alerts:
            about = not criterion.subjects or alert.subject.key in criterion.subjects
            if about and alert.fired_at and (alert.worst is not None) is critical:
                yield _alert(alert)


def _alert(alert: Alert) -> Text:
    since = alert.fired_at or alert.began_at
    reason = alert.worst or alert.reason
    if alert.resolved_at is None:
        return say("{reason}, since {at}", reason=reason, at=Instant(since))
    lasted = Span.of(alert.resolved_at - since)
    return say("{reason}, at {at} for {span}", reason=reason, at=Instant(since), span=lasted)


def _round(listed: Listed) -> Text:
    at = Instant(listed.entry.at)
    return say("{at}: {why}", at=at, why=listed.remark) if listed.remark else say("round of {at}", at=at)


def checks_passed(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    asked = [(each, row) for each in grounds.held() for row in each.rows if row.check in criterion.subjects]
    judged = [(each, row) for each, row in asked if row.state is not State.UNKNOWN]
    missed = len(grounds.missed())
    coverage = len(judged) / (len(asked) + missed) if asked or missed else 0.0
    if not judged:
        return found(
            Outcome.INCONCLUSIVE, say("no round has asked them"), criterion, grounds, coverage=coverage
        )
    bad = [(each, row) for each, row in judged if row.state is not State.OK]
    share = 100 * (len(judged) - len(bad)) / len(judged)
    told = say("{count} of {all} passed", count=len(judged) - len(bad), all=len(judged))
    rows = tuple(
        say("{at}: {check}: {summary}", at=Instant(each.entry.at), check=row.label, summary=row.summary)
        for each, row in bad[:ROWS]
    )
    outcome = Outcome.PASSED
    if not (criterion.limit or _ALL_PASSED).holds(share):
        outcome = Outcome.FAILED
    elif coverage < criterion.coverage:
        outcome = Outcome.INCONCLUSIVE
        told = say("{found}, but only {part} could be asked", found=told, part=percent(coverage))
    value = Quantity(share, "%")
    return found(outcome, told, criterion, grounds, value=value, coverage=coverage, rows=rows)
