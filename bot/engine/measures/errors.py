"""Types of errors: new ones are written down and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts.alert import Alert, Judgement
from bot.domain.card import Line
from bot.domain.measures.errors import ALARMING, ErrorType, first_seen, judge_news
from bot.domain.setup import Check, Service, Setup
from bot.domain.text import Text, say
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger
from bot.engine.record import note
from checks.result import Result

_TOLD = 5
"""So many new types of one answer are told one by one; the rest are counted."""


def notice(
    ledger: Ledger, setup: Setup, service: Service, check: Check, result: Result
) -> tuple[ErrorType, ...]:
    """Write down what a check saw; the types somebody should look at because nobody had ever seen them."""
    ledger.errors.forget(service.key, result.started_at - setup.retention.hourly)
    fresh = ledger.errors.note(service.key, check.key, result.sightings, result.started_at)
    return tuple(each for each in fresh if each.severity in ALARMING)


def judged(ledger: Ledger, service: Service, check: Check, fresh: Sequence[ErrorType]) -> Judgement:
    """What new types mean for the alert that tells of them."""
    return judge_news(fresh, ledger.errors.news(service.key, check.key))


def tell_each(ledger: Ledger, alert: Alert | None, fresh: Sequence[ErrorType], now: datetime) -> None:
    """Every new type stands in the thread of its alert."""
    if alert is None or not alert.fired_at:
        return
    watch = _watch_of(ledger, alert.subject.service)
    lines = [told(each, watch) for each in fresh[:_TOLD]]
    if len(fresh) > _TOLD:
        lines.append(say("and {count} more: `/monitor errors` lists them", count=len(fresh) - _TOLD))
    for number, text in enumerate(lines):
        operation = f"{alert.id}/errors/{fresh[0].id}.{number}"
        ledger.outbox.put(note(operation, alert.id, alert.subject.channel, Line(text=text, at=now), now))


def told(error: ErrorType, watch: Watch | None) -> Text:
    """One new type in a line."""
    return say(
        "new type of error: `{template}` ({seen})", template=error.quotable, seen=first_seen(error, watch)
    )


def since_round(ledger: Ledger, service: Service, before: datetime, now: datetime) -> tuple[Text, ...]:
    """New types since the round before, for the card of this one."""
    found = [each for each in ledger.errors.first_seen(service.key, before, now) if each.severity in ALARMING]
    watch = _watch_of(ledger, service.key)
    lines = tuple(told(each, watch) for each in found[:_TOLD])
    if len(found) <= _TOLD:
        return lines
    return (*lines, say("and {count} more: `/monitor errors` lists them", count=len(found) - _TOLD))


def _watch_of(ledger: Ledger, service: str) -> Watch | None:
    watches = ledger.watches.open_all(service)
    return watches[-1] if watches else None
