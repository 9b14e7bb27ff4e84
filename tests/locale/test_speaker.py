from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, say
from bot.locale import Speaker
from bot.locale.forms import number

ZONE = "Asia/Shanghai"
EN = Speaker("en", ZONE, {"lin": "Lin Wei"})
ZH = Speaker("zh", ZONE, {"lin": "林伟"})
NOW = datetime(2026, 1, 19, 6, 30, tzinfo=UTC)
"""14:30 in Shanghai."""


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (12.1, "s", "12.1 s"),
        (0.201, "s", "201 ms"),  # a part of a second
        (0.0, "s", "0 s"),
        (1.0, "s", "1 s"),
        (0.3, "%", "0.3%"),
        (0.1 + 0.2, "%", "0.3%"),  # no binary dust
        (99.49, "%", "99.49%"),
        (115.0, "/s", "115/s"),
        (201.0, "ms", "201 ms"),
        (1234567.0, "", "1234567"),
        (0.00012345, "", "0.0001234"),
        (-0.0, "", "0"),
        (-12.3456, "°C", "-12.35 °C"),
        (1e20, "", "1e+20"),
        (float("nan"), "s", "NaN s"),
        (float("-inf"), "", "-∞"),
    ],
)
def test_a_quantity_has_sensible_digits_and_its_unit(value: float, unit: str, said: str) -> None:
    assert EN.quantity(Quantity(value, unit)) == said
    assert ZH.quantity(Quantity(value, unit)) == said


@given(st.floats(min_value=1e-6, max_value=1e14))
def test_a_number_is_said_to_within_a_part_in_a_thousand(value: float) -> None:
    assert abs(float(number(value)) - value) <= value * 6e-4


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0s", "0 秒"),
        (0.34, "0.3s", "0.3 秒"),
        (9.97, "10s", "10 秒"),
        (60, "1m", "1 分钟"),
        (725, "12m 5s", "12 分钟 5 秒"),
        (3599.7, "1h", "1 小时"),  # rounded up as a whole
        (7500, "2h 5m", "2 小时 5 分钟"),
        (3605, "1h", "1 小时"),  # the smaller of the two largest units is empty
        (3 * 86400 + 4 * 3600 + 59, "3d 4h", "3 天 4 小时"),
        (-90, "-1m 30s", "-1 分钟 30 秒"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, english: str, chinese: str) -> None:
    assert EN.span(Span(seconds)) == english
    assert ZH.span(Span(seconds)) == chinese


@pytest.mark.parametrize(
    ("at", "now", "english", "chinese"),
    [
        (NOW, NOW, "14:30", "14:30"),
        (NOW, None, "19 Jan 14:30", "1月19日 14:30"),  # nobody says what today is
        (NOW - timedelta(hours=14, minutes=29), NOW, "00:01", "00:01"),  # yesterday in UTC, today here
        (NOW - timedelta(hours=15), NOW, "18 Jan 23:30", "1月18日 23:30"),
        (NOW - timedelta(days=30), NOW, "20 Dec 2025 14:30", "2025年12月20日 14:30"),
    ],
)
def test_a_moment_is_said_in_the_zone_with_the_day_where_it_is_not_today(
    at: datetime, now: datetime | None, english: str, chinese: str
) -> None:
    assert EN.instant(at, now) == english
    assert ZH.instant(at, now) == chinese


def test_a_day_is_said_with_its_weekday() -> None:
    assert EN.day(NOW) == "Mon 19 Jan"
    assert ZH.day(NOW) == "1月19日 周一"
    assert EN.time_of_day(NOW) == ZH.time_of_day(NOW) == "14:30"


def test_a_sentence_is_said_with_all_its_parts() -> None:
    reason = say(
        "{metric} {value} {limit}",
        metric=Label("Latency"),
        value=Quantity(2, "s"),
        limit=say("off target {target}", target="< 1"),
    )
    assert EN.say(say("Resolved after {span}: {reason}", span=Span(90), reason=reason)) == (
        "Resolved after 1m 30s: Latency 2 s off target < 1"
    )
    assert ZH.say(say("Resolved after {span}: {reason}", span=Span(90), reason=reason)) == (
        "1 分钟 30 秒后恢复：Latency 2 s 未达目标 < 1"
    )
    taken = say("Acknowledged by {person} at {at}", person=Name("lin"), at=Instant(NOW))
    assert EN.say(taken, NOW) == "Acknowledged by Lin Wei at 14:30"
    assert ZH.say(taken, NOW) == "林伟于 14:30 确认"
    assert EN.say(say("Level {level} of {levels}", level=2, levels=2.5)) == "Level 2 of 2.5"


def test_a_label_without_chinese_is_said_in_english() -> None:
    assert (ZH.label(Label("Latency", "延迟")), ZH.label(Label("Latency"))) == ("延迟", "Latency")
    assert EN.label(Label("Latency", "延迟")) == "Latency"


def test_an_unknown_person_is_said_by_key_and_nobody_in_particular_as_somebody() -> None:
    assert (EN.name("zhao"), EN.name(""), ZH.name("")) == ("zhao", "somebody", "某人")


def test_braces_from_outside_are_not_places() -> None:
    assert (
        EN.say(say("{check}: {summary}", check=Label("a{b}"), summary="{0} {check}")) == "a{b}: {0} {check}"
    )


def test_a_sentence_that_is_not_in_the_catalogue_is_said_in_english() -> None:
    assert ZH.say(Text("Said {count} often", (("count", 3),))) == "Said 3 often"


def test_people_are_listed_with_the_comma_of_the_language() -> None:
    assert (EN.join(["a", "b"]), ZH.join(["a", "b"])) == ("a, b", "a、b")
