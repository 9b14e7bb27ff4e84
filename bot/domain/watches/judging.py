"""Judging a stretch of a watch by what was seen in it. What was not seen never passes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertKind
from bot.domain.panel import PanelRow, Standing
from bot.domain.text import Instant, Span, Text, enumerated, say
from bot.domain.watches.verdict import Evidence, Finding, Outcome, Verdict

_WORST_FIRST = (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.PASSED)
_NAMED = 3
"""So many alerts of one sort are told of in words; the rest are counted."""

_UNKNOWN = frozenset({Standing.STALE, Standing.NO_DATA})
_STANDINGS = {Standing.CRITICAL: Outcome.FAILED, **dict.fromkeys(_UNKNOWN, Outcome.INCONCLUSIVE)}


def judge(evidence: Evidence) -> Verdict:
    """A milestone or gate. Manual items that are open leave it inconclusive."""
    return _verdict([*_found(evidence), *_manuals(evidence, Outcome.INCONCLUSIVE)])


def judge_checkpoint(evidence: Evidence) -> Verdict:
    """A checkpoint: as `judge`, but manual items have their own time, so open ones are only mentioned."""
    return _verdict([*_found(evidence), *_manuals(evidence, Outcome.PASSED)])


def _verdict(findings: list[Finding]) -> Verdict:
    findings.sort(key=lambda finding: _WORST_FIRST.index(finding.outcome))
    return Verdict(outcome=findings[0].outcome, findings=tuple(findings))


def _found(evidence: Evidence) -> Iterator[Finding]:
    if evidence.rolled_back:
        yield Finding(outcome=Outcome.FAILED, text=say("the deployment was rolled back"))
    yield from _alerts(evidence)
    yield from _urgent(evidence)
    yield from _rounds(evidence)


def _alerts(evidence: Evidence) -> Iterator[Finding]:
    fired = [alert for alert in evidence.alerts if alert.fired_at]
    critical = [alert for alert in fired if _was_critical(alert)]
    blind = [alert for alert in fired if alert not in critical and _hid_something_urgent(alert)]
    others = [alert for alert in fired if alert not in critical and alert not in blind]
    if critical:
        yield from _each(critical, evidence.until, Outcome.FAILED)
    else:
        yield Finding(outcome=Outcome.PASSED, text=say("0 critical alerts"))
    yield from _each(blind, evidence.until, Outcome.INCONCLUSIVE)
    yield from _each(others, evidence.until, Outcome.PASSED)


def _was_critical(alert: Alert) -> bool:
    """Critical, now or earlier, of a kind that pages."""
    return alert.subject.pages and alert.worst is not None


def _hid_something_urgent(alert: Alert) -> bool:
    return alert.subject.kind is not AlertKind.BREACH and alert.subject.tier == 1


def _each(alerts: list[Alert], until: datetime, outcome: Outcome) -> Iterator[Finding]:
    for alert in alerts[:_NAMED]:
        yield Finding(outcome=outcome, text=_told(alert, until))
    if len(alerts) > _NAMED:
        more = say("and {count} more such alerts", count=len(alerts) - _NAMED)
        yield Finding(outcome=outcome, text=more)


def _told(alert: Alert, until: datetime) -> Text:
    since = alert.fired_at or alert.began_at
    if alert.resolved_at and alert.resolved_at <= until:
        lasted = Span.of(alert.resolved_at - since)
        return say(
            "{reason}; from {at} for {span}",
            reason=alert.worst or alert.reason,
            at=Instant(since),
            span=lasted,
        )
    lasted = Span.of(until - since)
    return say(
        "{reason}; since {at}, {span} so far",
        reason=alert.worst or alert.reason,
        at=Instant(since),
        span=lasted,
    )


def _urgent(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.urgent:
        return
    judged = [(row, _STANDINGS.get(row.standing, Outcome.PASSED)) for row in evidence.urgent]
    for row, outcome in judged:
        if row.standing is not Standing.OK:
            yield Finding(outcome=outcome, text=_value(row))
    on_target = sum(row.standing is Standing.OK for row in evidence.urgent)
    yield Finding(
        outcome=min((outcome for _, outcome in judged), key=_WORST_FIRST.index),
        text=say("{count} of {all} tier-1 values on target", count=on_target, all=len(evidence.urgent)),
    )


def _value(row: PanelRow) -> Text:
    if row.value is None or row.measured_at is None:
        return say("{metric}: no value", metric=row.label)
    if row.standing in _UNKNOWN:
        return say(
            "{metric}: no fresh value, the last is {value} at {at}",
            metric=row.label,
            value=row.value,
            at=Instant(row.measured_at),
        )
    if row.target is None:
        return say("{metric} is {value} now", metric=row.label, value=row.value)
    return say(
        "{metric} is {value} now, target {target}",
        metric=row.label,
        value=row.value,
        target=str(row.target),
    )


def _rounds(evidence: Evidence) -> Iterator[Finding]:
    held = evidence.rounds_passed + evidence.rounds_failed
    total = held + evidence.rounds_missed
    if not held and all(row.standing in _UNKNOWN for row in evidence.urgent):
        text = say("nothing was measured and no round was held")
        yield Finding(outcome=Outcome.INCONCLUSIVE, text=text)
    if evidence.rounds_missed:
        missed = say("{count} of {all} rounds were missed", count=evidence.rounds_missed, all=total)
        yield Finding(outcome=Outcome.INCONCLUSIVE, text=missed)
    elif total:
        yield Finding(outcome=Outcome.PASSED, text=say("{count} of {all} rounds held", count=held, all=total))
    if evidence.rounds_failed:
        bad = say("{count} of {all} rounds held were not in order", count=evidence.rounds_failed, all=held)
        yield Finding(outcome=Outcome.PASSED, text=bad)


def _manuals(evidence: Evidence, outcome: Outcome) -> Iterator[Finding]:
    if evidence.open_manuals:
        text = say("not confirmed by anybody: {items}", items=enumerated(evidence.open_manuals))
        yield Finding(outcome=outcome, text=text)
