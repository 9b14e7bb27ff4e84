"""Maintenance windows: quiet by calendar, once, weekly or by cron, in a zone's wall-clock time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alerts.quiet.cron import Cron
from bot.domain.alerts.quiet.matcher import Matcher
from bot.domain.localtime import DAY, MIDNIGHT_AFTER, instant, wall

LONGEST = timedelta(days=14)
"""How long one window may be open."""

_AHEAD = 366 * 5
"""Days to look for the next one: a 29 February may be four years away, or eight, and that is nobody's."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """On these weekdays (Monday is 0) from `since` to `until` local time; past midnight where that is
    not later."""

    weekdays: frozenset[int]
    since: time
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCron:
    """From each time the expression names, for `length`."""

    cron: Cron
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Alerts that fit every matcher are quiet while it is open."""

    name: str
    matchers: tuple[Matcher, ...]
    times: Once | Weekly | ByCron
    zone: str
    reason: str = ""


def open_stretch(window: Window, now: datetime) -> Stretch | None:
    """The stretch (half-open) that holds `now`; of several the one that ends last."""
    around = _stretches(window, now - _reach(window) - DAY, now)
    return max((each for each in around if each[0] <= now < each[1]), key=lambda each: each[1], default=None)


def next_opening(window: Window, now: datetime) -> datetime | None:
    """The first beginning after `now`; None when there is none any more."""
    return next((since for since, _ in _stretches(window, now, None) if since > now), None)


def _reach(window: Window) -> timedelta:
    return window.times.length if isinstance(window.times, ByCron) else 2 * DAY


def _stretches(window: Window, earliest: datetime, latest: datetime | None) -> Iterator[Stretch]:
    """Those that begin on the local days from `earliest` to `latest`, in order."""
    times, zone = window.times, ZoneInfo(window.zone)
    if isinstance(times, Once):
        yield times.since, times.until
        return
    first = wall(zone, earliest).date()
    days = _AHEAD if latest is None else (wall(zone, latest).date() - first).days
    for number in range(days + 1):
        day = first + number * DAY
        if isinstance(times, Weekly):
            yield from _weekly(times, zone, day)
        elif times.cron.on(day):
            begins = (instant(zone, day, at) for at in times.cron.times())
            yield from ((since, since + times.length) for since in begins)


def _weekly(times: Weekly, zone: ZoneInfo, day: date) -> Iterator[Stretch]:
    if day.weekday() not in times.weekdays:
        return
    over_midnight = times.until != MIDNIGHT_AFTER and times.until <= times.since
    since = instant(zone, day, times.since)
    until = instant(zone, day + DAY if over_midnight else day, times.until)
    if since < until:  # a window that lies in the gap of a clock put forward is empty
        yield since, until
