"""Maintenance windows and inhibitions: the vocabulary's models → the domain's frozen values."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.config.model.quiet import GroupingWords, InhibitionWords, MaintenanceWords, WebhooksWords
from bot.config.parsing import clock_time, local_time
from bot.domain.alerts.grouping import Grouping
from bot.domain.alerts.quiet.hush import Inhibition
from bot.domain.alerts.quiet.window import ByCron, Once, Weekly, Window
from bot.domain.incoming.severities import CRITICAL
from bot.domain.incoming.template import Template
from bot.domain.localtime import instant
from bot.domain.setup import Webhooks


def build_window(name: str, words: MaintenanceWords, zone: str) -> Window:
    """A maintenance window; `zone` is the file's."""
    own = words.timezone or zone
    return Window(name=name, matchers=words.match, times=_times(words, own), zone=own, reason=words.reason)


def _times(words: MaintenanceWords, zone: str) -> Once | Weekly | ByCron:
    if words.cron is not None and words.for_ is not None:
        return ByCron(cron=words.cron, length=words.for_)
    since, until = words.since or "", words.to or ""
    if words.days is not None:
        return Weekly(weekdays=words.days, since=clock_time(since), until=clock_time(until))
    first, last = (local_time(each) for each in (since, until))
    here = ZoneInfo(zone)
    return Once(
        since=instant(here, first.date(), first.time()), until=instant(here, last.date(), last.time())
    )


def build_grouping(words: GroupingWords) -> Grouping:
    return Grouping(
        by=words.group_by,
        wait=words.group_wait,
        interval=words.group_interval,
        repeat=words.repeat_interval,
    )


def build_webhooks(words: WebhooksWords) -> Webhooks:
    given = words.template.model_dump() | {"resolved": tuple(map(str.lower, words.template.resolved))}
    critical = CRITICAL if words.critical is None else frozenset(map(str.lower, words.critical))
    return Webhooks(escalation=words.escalation, critical=critical, template=Template(**given))


def build_inhibition(words: InhibitionWords) -> Inhibition:
    return Inhibition(source=words.source, target=words.target, equal=words.equal)
