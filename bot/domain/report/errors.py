"""Errors from logs in a report: how many, of which classes, and whether they are new."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.alerts.alert import AlertKind
from bot.domain.measures.errors import ErrorClass
from bot.domain.panel import Standing
from bot.domain.report.facts import Facts, LoggedErrors
from bot.domain.report.report import Row
from bot.domain.report.rows import moved
from bot.domain.text import Quantity, Text, joined, say

MOST_CLASSES = 10

_UNNAMED = {
    "critical": say("Other critical errors"),
    "error": say("Other errors"),
    "warning": say("Other warnings"),
}
"""What no exception's class is known of, by severity."""


def error_rows(facts: Facts) -> Iterator[Row]:
    """What came in the logs that are followed, in all and by class; nothing where none is."""
    errors = facts.errors
    if errors is None:
        return
    yield _whole(facts, errors)
    earlier = {(each.name, each.severity): each.count for each in errors.before or ()}
    for each in errors.classes[:MOST_CLASSES]:
        before = None if errors.before is None else earlier.get((each.name, each.severity), 0)
        trend = None if before is None else moved(each.count, before, facts.tolerance)
        yield Row(name=_name(each), value=Quantity(each.count), note=joined(_types(each.types), trend))
    if len(errors.classes) > MOST_CLASSES:
        yield Row(value=say("and {count} more", count=len(errors.classes) - MOST_CLASSES))


def _whole(facts: Facts, errors: LoggedErrors) -> Row:
    """The template's line about the log: in order while no error came, and no data when it was not read."""
    count = sum(each.count for each in errors.classes)
    unread = any(
        alert.subject.key in errors.logs and alert.subject.kind is not AlertKind.BREACH
        for alert in facts.blind()
    )
    hole = say("it could not be read all the time") if unread else None
    fresh = _fresh(errors.fresh) if errors.fresh else None
    trend = None
    if errors.before is not None:
        trend = moved(count, sum(each.count for each in errors.before), facts.tolerance)
    if not count:
        quiet = None if unread else say("in order")
        standing = Standing.NO_DATA if unread else Standing.OK
        return Row(name=say("Log"), value=quiet, note=joined(hole), standing=standing)
    value = say("1 error or warning") if count == 1 else say("{count} errors and warnings", count=count)
    standing = Standing.WARNING if errors.fresh else Standing.NO_DATA if unread else Standing.OK
    return Row(name=say("Log"), value=value, note=joined(fresh, trend, hole), standing=standing)


def _name(each: ErrorClass) -> Text:
    if each.name == each.severity:
        return _UNNAMED.get(each.severity, _UNNAMED["error"])
    return say("Errors of class {name}", name=each.name)


def _types(count: int) -> Text:
    return say("of 1 type") if count == 1 else say("of {count} types", count=count)


def _fresh(count: int) -> Text:
    return (
        say("1 type never seen before") if count == 1 else say("{count} types never seen before", count=count)
    )
