"""Wall-clock times and the instants they stand for."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.localtime import DAY, MIDNIGHT_AFTER, instant, local_day, next_night, wall

ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu")
FAR_ZONES = (*ZONES, "America/St_Johns", "Pacific/Apia", "America/Havana", "Asia/Beirut")


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # no change of clocks, ever
        ("Asia/Shanghai", date(2026, 1, 19), time(0), "2026-01-18T16:00:00"),
        # an offset that is no whole hour
        ("Asia/Kathmandu", date(2026, 1, 19), time(9), "2026-01-19T03:15:00"),
        # winter and summer
        ("America/New_York", date(2026, 1, 19), time(9), "2026-01-19T14:00:00"),
        ("America/New_York", date(2026, 7, 19), time(9), "2026-07-19T13:00:00"),
        # before, in, and after the gap from 02:00 to 03:00
        ("America/New_York", date(2026, 3, 8), time(1, 59), "2026-03-08T06:59:00"),
        ("America/New_York", date(2026, 3, 8), time(2), "2026-03-08T07:00:00"),
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00:00"),
        ("America/New_York", date(2026, 3, 8), time(3), "2026-03-08T07:00:00"),
        ("America/New_York", date(2026, 3, 8), time(3, 1), "2026-03-08T07:01:00"),
        # the doubled hour from 01:00 to 02:00: its first occurrence
        ("America/New_York", date(2026, 11, 1), time(1), "2026-11-01T05:00:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 59), "2026-11-01T05:59:00"),
        ("America/New_York", date(2026, 11, 1), time(2), "2026-11-01T07:00:00"),
        # `fold` is not asked for
        ("America/New_York", date(2026, 11, 1), time(1, 30, fold=1), "2026-11-01T05:30:00"),
        # a gap and a fold of half an hour
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-03T15:30:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45:00"),
        # a midnight that does not exist: the day begins at 01:00
        ("Asia/Beirut", date(2026, 3, 29), time(0), "2026-03-28T22:00:00"),
        # a midnight that exists twice
        ("America/Havana", date(2026, 11, 1), time(0), "2026-11-01T04:00:00"),
        # a day that does not exist: all of it is the midnight after
        ("Pacific/Apia", date(2011, 12, 30), time(15), "2011-12-30T10:00:00"),
        # 24:00 is the next day's midnight
        ("Europe/London", date(2026, 3, 28), MIDNIGHT_AFTER, "2026-03-29T00:00:00"),
        ("Europe/London", date(2026, 3, 29), MIDNIGHT_AFTER, "2026-03-29T23:00:00"),
    ],
)
def test_a_local_time_is_the_instant_at_which_the_clock_first_shows_or_passes_it(zone, day, at, expected):
    assert instant(ZoneInfo(zone), day, at) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_instants_are_in_utc():
    assert instant(ZoneInfo("Asia/Shanghai"), date(2026, 1, 19), time(9)).tzinfo is UTC


def test_the_wall_shows_local_time_without_a_zone():
    shown = wall(ZoneInfo("America/New_York"), datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    assert shown.isoformat() == "2026-11-01T01:30:00"


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        # evening in UTC is the next day in Shanghai
        ("Asia/Shanghai", "2026-01-18T15:59", date(2026, 1, 18)),
        ("Asia/Shanghai", "2026-01-18T16:00", date(2026, 1, 19)),
        # at 00:01 the clock went back to 23:01: the new day had begun and stays
        ("America/St_Johns", "2010-11-07T02:29", date(2010, 11, 6)),
        ("America/St_Johns", "2010-11-07T02:30", date(2010, 11, 7)),
        ("America/St_Johns", "2010-11-07T02:31", date(2010, 11, 7)),
        ("America/St_Johns", "2010-11-07T03:29", date(2010, 11, 7)),
        # the Friday that Samoa left out
        ("Pacific/Apia", "2011-12-30T09:59", date(2011, 12, 29)),
        ("Pacific/Apia", "2011-12-30T10:00", date(2011, 12, 31)),
    ],
)
def test_the_local_day_is_the_one_whose_midnights_enclose_the_instant(zone, at, expected):
    assert local_day(ZoneInfo(zone), datetime.fromisoformat(at).replace(tzinfo=UTC)) == expected


zones = st.sampled_from(FAR_ZONES).map(ZoneInfo)
walls = st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2040-01-01")).map(
    lambda at: at.replace(microsecond=0)
)


@given(zones, walls, walls)
def test_a_later_wall_clock_time_is_never_an_earlier_instant(zone, one, other):
    early, late = sorted([one, other])
    assert instant(zone, early.date(), early.time()) <= instant(zone, late.date(), late.time())


@given(zones, walls)
def test_the_clock_shows_the_time_at_its_instant_unless_it_jumped_over_it(zone, shown):
    at = instant(zone, shown.date(), shown.time())
    assert wall(zone, at) == shown or (wall(zone, at) > shown > wall(zone, at - timedelta.resolution))


@given(zones, walls)
def test_every_instant_lies_within_its_local_day(zone, at):
    at = at.replace(tzinfo=UTC)
    day = local_day(zone, at)
    assert instant(zone, day, time(0)) <= at < instant(zone, day, MIDNIGHT_AFTER)
    assert instant(zone, day + DAY, time(0)) == instant(zone, day, MIDNIGHT_AFTER)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-01-19T02:59:59", "2026-01-19T03:00"),  # the same night
        ("2026-01-19T03:00", "2026-01-20T03:00"),  # the next one, not this very instant
        ("2026-03-28T12:00", "2026-03-29T03:00"),  # clocks jump from 02:00 to 03:00
    ],
)
def test_the_next_night_is_at_three_by_the_clock(now: str, night: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=berlin)
    assert next_night("Europe/Berlin", at) == datetime.fromisoformat(night).replace(tzinfo=berlin)
