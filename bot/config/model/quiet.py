"""The vocabulary of quiet: maintenance windows, and causes that silence their consequences."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from bot.config.parsing import clock_time, local_time, one_or_more, written
from bot.config.values import AnyDuration, Key, NonEmpty, PositiveDuration, Weekdays, Words, Zone
from bot.domain.alerts.quiet.cron import Cron, parse_cron
from bot.domain.alerts.quiet.matcher import Matcher, parse_matcher
from bot.domain.alerts.quiet.window import LONGEST
from bot.domain.incoming.severities import CRITICAL
from bot.domain.incoming.template import Template


def matcher(value: object) -> Matcher:
    """`severity=warning`, `host=~"db-.*"`; ValueError otherwise."""
    return parse_matcher(written(value))


def cron_expression(value: object) -> Cron:
    return parse_cron(written(value))


Matchers = Annotated[
    tuple[Annotated[Matcher, PlainValidator(matcher, json_schema_input_type=str)], ...],
    BeforeValidator(one_or_more),
    Field(min_length=1),
]


class MaintenanceWords(Words):
    """Quiet by calendar: once (`from`, `to` with dates), on weekdays, or by cron."""

    match: Matchers = Field(description="What is quiet: matchers that must all fit, `service=orders`.")
    since: NonEmpty | None = Field(
        None, alias="from", description='Begins: 2026-01-20T02:00, or with `days` "02:00".'
    )
    to: NonEmpty | None = Field(None, description="Ends, written like `from`.")
    days: Weekdays | None = Field(None, description="Every week on these days: `Mon-Fri`, `Sat, Sun`.")
    cron: Annotated[Cron, PlainValidator(cron_expression, json_schema_input_type=str)] | None = Field(
        None, description='Begins at these times: "0 3 * * sat" (minute hour day month weekday).'
    )
    for_: PositiveDuration | None = Field(None, alias="for", description="With `cron`: how long it lasts.")
    timezone: Zone | None = Field(None, description="IANA zone of its times; default the file's.")
    reason: str = Field("", description="Why, for those who read the notice.")

    @model_validator(mode="after")
    def _one_calendar(self) -> MaintenanceWords:
        if self.cron is not None:
            if (self.since, self.to, self.days) != (None, None, None):
                raise ValueError("has `cron` beside `from`, `to` or `days`; keep one calendar")
            if self.for_ is None:
                raise ValueError("has `cron` without `for`; say how long it lasts: `for: 1h`")
            if self.for_ > LONGEST:
                raise ValueError(f"lasts too long; `for` is {LONGEST.days}d at most")
            return self
        if self.for_ is not None:
            raise ValueError("has `for` without `cron`; write `to`")
        if self.since is None or self.to is None:
            raise ValueError("needs `from` and `to`, or `cron` and `for`")
        self._check_times(self.since, self.to)
        return self

    def _check_times(self, since: str, to: str) -> None:
        if self.days is not None:
            clock_time(since), clock_time(to)
            return
        length = local_time(to) - local_time(since)
        if length <= timedelta(0):
            raise ValueError("`to` is not later than `from`; with `days` they are times of day")
        if length > LONGEST:
            raise ValueError(f"lasts too long; {LONGEST.days} days at most")


class GroupingWords(Words):
    """Which alerts share a card; the terms are Alertmanager's."""

    group_by: Annotated[tuple[NonEmpty, ...], BeforeValidator(one_or_more)] | None = Field(
        None,
        description="Labels whose values alerts of one card share for as long as one of them is open; "
        "default: what begins within `group_wait` in one service.",
    )
    group_wait: AnyDuration = Field(
        timedelta(seconds=10), description="How long a new card gathers alerts; a page never waits for it."
    )
    group_interval: PositiveDuration = Field(
        timedelta(minutes=5), description="How long the thread of a group gathers news before it tells them."
    )
    repeat_interval: PositiveDuration = Field(
        timedelta(hours=4), description="How often the channel is told of what is open and nobody has taken."
    )


class TemplateWords(Words):
    """How alerts of any shape are read: `{path}` takes its words from the alert, `{check.name}`."""

    each: str = Field("alerts", description='Path of the list of alerts in the body; "" for the body itself.')
    alert: NonEmpty = Field("{alert}", description="Its name.")
    summary: str = Field("{summary}", description="What it says.")
    severity: str = Field("{severity}", description="How bad it is.")
    state: str = Field(
        "{state}", description="Whether it fires: all but `resolved` do. Default: `status` too."
    )
    resolved: Annotated[tuple[NonEmpty, ...], BeforeValidator(one_or_more)] = Field(
        Template().resolved, description="The values of `state` that say that it is over, in lower case."
    )
    labels: dict[Key, str] = Field(default_factory=dict, description="Labels beside its own ones.")
    link: str = Field("{link}", description="Where to look.")


class WebhooksWords(Words):
    """How alerts of other programs are taken."""

    escalation: Key = Field("default", description="The policy in `escalations` that critical ones follow.")
    critical: Annotated[tuple[NonEmpty, ...], BeforeValidator(one_or_more)] | None = Field(
        None,
        description="Severities of theirs that are critical; default: " + ", ".join(sorted(CRITICAL)) + ".",
    )
    template: TemplateWords = Field(
        default_factory=TemplateWords, description="How `POST /api/v1/webhooks/alerts` is read."
    )


class InhibitionWords(Words):
    """While an alert fires that fits `source`, alerts that fit `target` are quiet."""

    source: Matchers = Field(description="The cause: matchers that must all fit.")
    target: Matchers = Field(description="The consequences: matchers that must all fit.")
    equal: Annotated[tuple[NonEmpty, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Labels that must be the same in both; one that both lack is the same."
    )
