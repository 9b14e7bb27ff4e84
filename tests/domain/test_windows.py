"""Maintenance windows: their calendars against the clock, also where the clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alerts.quiet.cron import parse_cron
from bot.domain.alerts.quiet.matcher import parse_matcher
from bot.domain.alerts.quiet.window import ByCron, Once, Weekly, Window, next_opening, open_stretch
from bot.domain.localtime import MIDNIGHT_AFTER

BERLIN = "Europe/Berlin"


def window(times: Once | Weekly | ByCron, zone: str = BERLIN) -> Window:
    return Window(name="w", matchers=(parse_matcher("a=b"),), times=times, zone=zone)


def local(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


WEEKDAYS = Weekly(weekdays=frozenset(range(5)), since=time(2), until=time(2, 30))
OVER_MIDNIGHT = Weekly(weekdays=frozenset({4}), since=time(23), until=time(1))
WHOLE_SUNDAY = Weekly(weekdays=frozenset({6}), since=time(0), until=MIDNIGHT_AFTER)


@pytest.mark.parametrize(
    ("times", "at", "until"),
    [
        (WEEKDAYS, "2026-01-19T01:59:59", None),  # a Monday, before
        (WEEKDAYS, "2026-01-19T02:00", "2026-01-19T02:30"),  # the first instant is in
        (WEEKDAYS, "2026-01-19T02:30", None),  # the last is not
        (WEEKDAYS, "2026-01-17T02:10", None),  # a Saturday
        (OVER_MIDNIGHT, "2026-01-24T00:30", "2026-01-24T01:00"),  # began on Friday evening
        (OVER_MIDNIGHT, "2026-01-23T00:30", None),  # Thursday evening is none
        (WHOLE_SUNDAY, "2026-03-29T23:59", "2026-03-30T00:00"),  # a day of 23 hours
        (
            ByCron(cron=parse_cron("0 3 * * sat"), length=timedelta(hours=30)),
            "2026-01-25T08:59",
            "2026-01-25T09:00",
        ),
        (
            ByCron(cron=parse_cron("*/15 * * * *"), length=timedelta(minutes=20)),
            "2026-01-25T08:16",
            "2026-01-25T08:35",
        ),
        (
            ByCron(cron=parse_cron("0 3 1 * *"), length=timedelta(days=14)),
            "2026-02-14T12:00",
            "2026-02-15T03:00",
        ),
    ],
)
def test_a_window_is_open_from_its_beginning_until_its_end(
    times: Weekly | ByCron, at: str, until: str | None
) -> None:
    found = open_stretch(window(times), local(at))
    assert (found and found[1]) == (until and local(until))


@pytest.mark.parametrize(
    ("times", "after", "begins"),
    [
        (WEEKDAYS, "2026-01-16T02:00", "2026-01-19T02:00"),  # Friday → Monday, not the one that begins now
        (WEEKDAYS, "2026-03-26T03:00", "2026-03-27T02:00"),
        (
            ByCron(cron=parse_cron("30 2 * * *"), length=timedelta(hours=1)),
            "2026-03-29T00:00",
            "2026-03-29T03:00",
        ),  # 02:30 does not exist
        (
            ByCron(cron=parse_cron("0 0 29 2 *"), length=timedelta(hours=1)),
            "2026-01-01T00:00",
            "2028-02-29T00:00",
        ),
        (ByCron(cron=parse_cron("0 0 31 2 *"), length=timedelta(hours=1)), "2026-01-01T00:00", None),  # never
    ],
)
def test_the_next_beginning_is_told(times: Weekly | ByCron, after: str, begins: str | None) -> None:
    assert next_opening(window(times), local(after)) == (begins and local(begins))


def test_a_window_once_has_no_second_time() -> None:
    once = window(Once(since=local("2026-01-20T02:00"), until=local("2026-01-20T04:00")))
    assert open_stretch(once, local("2026-01-20T03:00")) == (once.times.since, once.times.until)  # type: ignore[union-attr]
    assert next_opening(once, local("2026-01-19T00:00")) == local("2026-01-20T02:00")
    assert next_opening(once, local("2026-01-20T02:00")) is None


def test_a_time_that_comes_twice_opens_a_window_once() -> None:
    nightly = window(ByCron(cron=parse_cron("30 2 * * *"), length=timedelta(minutes=10)))
    first = next_opening(nightly, local("2026-10-25T00:00"))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # summer time's 02:30
    assert next_opening(nightly, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "fits", "misses"),
    [
        ("0 0 1-7 * mon", date(2026, 2, 3), date(2026, 2, 10)),  # either the day or the weekday
        ("0 0 * * 7", date(2026, 2, 1), date(2026, 2, 2)),  # Sunday is 7 too
        ("0 0 */10 * *", date(2026, 2, 11), date(2026, 2, 12)),  # steps
        ("0 0 * feb-apr *", date(2026, 4, 30), date(2026, 5, 1)),  # names
        ("0 0 5/10 * *", date(2026, 2, 25), date(2026, 2, 26)),  # from a number on
    ],
)
def test_cron_names_days(written: str, fits: date, misses: date) -> None:
    cron = parse_cron(written)
    assert (cron.on(fits), cron.on(misses)) == (True, False)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0 3 * *", "has 4 fields"),
        ("60 3 * * *", "is no minute; it lies between 0 and 59"),
        ("x 3 * * *", "is no minute"),
        ("0 3 * * funday", "is no weekday; write 0-7 or sun…sat"),
        ("0 5-3 * * *", "is no hour"),
        ("*/0 * * * *", "is no minute"),
        ("@daily", "has 1 fields"),
    ],
)
def test_what_is_no_cron_says_which_field(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_cron(written)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        [BERLIN, "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
    day=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    minutes=st.lists(st.integers(0, 2879), min_size=1, max_size=20),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    since=st.integers(0, 23).map(time),
    until=st.one_of(st.integers(0, 23).map(time), st.just(MIDNIGHT_AFTER)),
)
def test_a_weekly_window_is_what_somebody_reads_off_the_wall(
    zone: str, day: date, minutes: list[int], weekdays: frozenset[int], since: time, until: time
) -> None:
    """Away from the hours in which clocks jump, the wall clock alone decides."""
    times = Weekly(weekdays=weekdays, since=since, until=until)
    for minute in minutes:
        shown = datetime.combine(day, time()) + timedelta(minutes=minute)
        at = shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        around = [at + timedelta(hours=hours) for hours in (-26, 0, 26)]
        if len({each.astimezone(ZoneInfo(zone)).utcoffset() for each in around}) > 1:
            continue
        begins_today = shown.weekday() in weekdays and shown.time() >= since
        if until == MIDNIGHT_AFTER:
            holds = begins_today
        elif since < until:
            holds = begins_today and shown.time() < until
        else:
            holds = begins_today or ((shown.weekday() - 1) % 7 in weekdays and shown.time() < until)
        assert (open_stretch(window(times, zone), at) is not None) is holds
        opening = next_opening(window(times, zone), at)
        assert opening is not None
        assert opening > at
        assert open_stretch(window(times, zone), opening) is not None
