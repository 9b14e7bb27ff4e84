"""What new types of errors mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.measures.errors import BEFORE, ErrorType, first_seen, judge_news
from bot.domain.watches.plan import Plan
from bot.domain.watches.watch import Watch

T0 = datetime(2026, 1, 19, tzinfo=UTC)
ERROR = ErrorType(
    id="1",
    service="orders",
    check="log",
    severity="error",
    category="",
    template="`a` <*>",
    sample="a 1",
    first_at=T0,
    last_at=T0,
    count=1,
)
WATCH = Watch(
    id="w1",
    service="orders",
    channel="oncall",
    version="v1.0",
    owner=None,
    deployed_at=T0 - timedelta(minutes=12),
    started_at=T0,
    plan=Plan(zone="UTC"),
    revision=1,
)


@pytest.mark.parametrize(
    ("fresh", "unknown", "severity", "recovered", "reason"),
    [
        ((ERROR,), 1, "warning", False, "new type of error: `{template}`"),
        ((ERROR, ERROR), 2, "warning", False, "{count} new types of errors, such as `{template}`"),
        ((), 2, None, False, "{count} types of errors are not marked as known"),  # an open alert stays
        ((), 0, None, True, "every type of error is known"),
    ],
)
def test_new_types_are_bad_until_they_are_known(
    fresh: tuple[ErrorType, ...], unknown: int, severity: str | None, recovered: bool, reason: str
) -> None:
    judgement = judge_news(fresh, unknown)
    assert (judgement.severity, judgement.recovered, judgement.reason.key) == (severity, recovered, reason)


@pytest.mark.parametrize(
    ("error", "news"),
    [
        (ERROR, True),
        (replace(ERROR, severity="critical"), True),
        (replace(ERROR, severity="warning"), False),  # only listed
        (replace(ERROR, known_by="lin"), False),
        (replace(ERROR, known_by=BEFORE), False),
    ],
)
def test_what_somebody_should_look_at(error: ErrorType, news: bool) -> None:
    assert error.news is news


def test_a_template_can_be_quoted() -> None:
    assert ERROR.quotable == "'a' <*>"


def test_an_error_is_dated_by_the_deployment_it_came_after() -> None:
    assert first_seen(ERROR, WATCH).key == "first seen {span} after {version}"
    assert (
        first_seen(replace(ERROR, first_at=WATCH.deployed_at - timedelta(1)), WATCH).key == "first seen {at}"
    )
    assert first_seen(ERROR, None).key == "first seen {at}"
