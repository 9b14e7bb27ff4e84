"""Alerts that share a card: which, for how long, and when their thread hears of what happened since.

The terms are Alertmanager's: alerts with the same values of the labels `by` are one group. Without `by` a
group takes in what begins within `wait` of its first alert, by service, and is closed then: what comes
later is a problem of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

STORM = 10
"""From so many alerts on that one page woke somebody for, they come as a storm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """`wait`: how long a new group gathers before its thread hears of it; `interval`: how long it gathers
    news afterwards; `repeat`: how often what nobody has taken is told of again."""

    by: tuple[str, ...] | None = None
    wait: timedelta = timedelta(seconds=10)
    interval: timedelta = timedelta(minutes=5)
    repeat: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alerts on one card; `id` is that of the first of them, and `size` how many there have ever been.

    `told_at` is until when its thread has been told; `news` says that something has happened since.
    `repeat_at` is when the channel is told again that something is open.
    """

    id: str
    key: str
    service: str
    channel: str
    since: datetime
    size: int
    told_at: datetime
    news: bool = False
    repeat_at: datetime


def group_key(grouping: Grouping, labels: Mapping[str, str], channel: str) -> str:
    """What alerts of one group have in common."""
    names = ("service",) if grouping.by is None else grouping.by
    values = ",".join(f"{name}={labels.get(name, '')}" for name in names)
    return f"{channel}/{values}"


def begin_group(grouping: Grouping, alert_id: str, of: tuple[str, str, str], now: datetime) -> Group:
    """A group of one alert; `of` is (key, service, channel)."""
    key, service, channel = of
    return Group(
        id=alert_id,
        key=key,
        service=service,
        channel=channel,
        since=now,
        size=1,
        told_at=now,
        repeat_at=now + grouping.repeat,
    )


def takes_in(grouping: Grouping, group: Group, is_open: bool, now: datetime) -> bool:
    """Whether a new alert of the same key joins it; `is_open`: one of its alerts is."""
    return is_open and (grouping.by is not None or now - group.since < grouping.wait)


def joined(group: Group, count: int = 1) -> Group:
    """The group with so many alerts more."""
    return replace(group, size=group.size + count, news=True) if count else group


def next_look(grouping: Grouping, group: Group) -> datetime:
    """When there is something to tell about it."""
    if not group.news:
        return group.repeat_at
    first = group.told_at == group.since
    return min(group.told_at + (grouping.wait if first else grouping.interval), group.repeat_at)


def woken_lately(grouping: Grouping, woken_at: datetime, riders: int, now: datetime) -> bool:
    """Whether somebody was woken so short a time ago that another page would say the same.

    `riders` are the alerts that this page has already stood for.
    """
    window = grouping.interval if riders >= STORM else grouping.wait
    return now - woken_at < window
