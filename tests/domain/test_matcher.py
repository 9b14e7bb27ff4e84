"""Matchers: what they fit, how they are written, and that none of them can hang the bot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts.quiet.matcher import LONGEST_VALUE, fits, parse_matcher
from bot.domain.alerts.quiet.silence import Wish, matches_everything
from bot.domain.alerts.quiet.wording import parse_matchers, parse_silence, sure_value, wish_of

LABELS = {"service": "orders", "severity": "warning", "host": "db-1.example.com", "note": "two\nlines"}


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("severity=warning", True),
        ("severity=warn", False),  # not a part of it
        ("severity!=critical", True),
        ("severity!=warning", False),
        ('host=~"db-.*"', True),
        ("host=~db-", False),  # the whole value has to fit
        ("host=~.*example.*", True),
        ("host!~web-.*", True),
        ("host!~db-.*", False),
        ("severity=~warning|critical", True),
        ("rack=", True),  # a label that is absent is empty
        ("rack!=", False),
        ("rack=~.*", True),
        ("rack=~.+", False),
        ("rack!=a1", True),
        ("note=~two.lines", True),  # a dot is any sign
        ("host=~DB-.*", False),  # as it is written
        ("host=~(?i)DB-.*", True),
        ('service = "orders"', True),  # blanks around are nothing
    ],
)
def test_a_matcher_fits_the_whole_value_of_its_label(written: str, holds: bool) -> None:
    assert parse_matcher(written).fits(LABELS) is holds


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("severity", "is no matcher"),
        ("=warning", "is no matcher"),
        ("a b=c", "is no matcher"),
        ("host=~(", "is no expression"),
        ("host=~(?<=a)b", "is no expression"),  # what needs backtracking
        (r"host=~(a)\1", "is no expression"),
        ("host=~a{5000}", "is no expression"),
        ("host=" + "a" * (LONGEST_VALUE + 1), "is too long"),
    ],
)
def test_what_is_no_matcher_is_refused_with_why(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_matcher(written)


def test_no_expression_takes_long_whatever_it_is_held_against() -> None:
    assert not parse_matcher("host=~(a+)+b").fits({"host": "a" * 100_000})
    assert not parse_matcher("host=~(a|a|a?)*(a*)*b").fits({"host": "a" * 100_000})


VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=30)


@given(label=st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), value=VALUES)
def test_a_matcher_says_itself_as_it_can_be_read_again(label: str, value: str) -> None:
    matcher = parse_matcher(f'{label}="{value}"') if '"' not in value and "\\" not in value else None
    if matcher:
        assert (matcher.label, matcher.value) == (label, value)
        assert parse_matchers(str(matcher)) == (matcher,)


@pytest.mark.parametrize(
    ("written", "everything"),
    [
        ("alertname=~.*", True),
        ("alertname=~.+", True),
        ("service!=nothing-is-called-so", True),
        ("rack=", True),  # nothing has that label
        ("severity=~warning|critical service=~.*", True),
        ("severity=warning", False),
        ("service=orders", False),  # the only one there is may be meant
        ("alertname=latency_p99", False),
        ("severity=~.* alertname=latency_p99", False),
    ],
)
def test_matchers_that_fit_whatever_comes_fit_everything(written: str, everything: bool) -> None:
    assert matches_everything(parse_matchers(written), ["orders"]) is everything


@pytest.mark.parametrize(
    ("typed", "matchers", "alerts", "minutes", "reason"),
    [
        ("severity=warning 2h deploying now", "severity=warning", (), 120, "deploying now"),
        ("latency_p99 30m", "", ("latency_p99",), 30, ""),
        ("service=orders host=~“db-.*” 1h", "service=orders host=~db-.*", (), 60, ""),  # smart quotes
        ('note="two words" 1d because of a=b', 'note="two words"', (), 1440, "because of a=b"),
        ("1h", "", (), 60, ""),  # nothing said: refused later
        ("it's=broken 1h don't", "", ("it's=broken",), 60, "don't"),
    ],
)
def test_a_silence_is_typed_as_what_how_long_and_why(
    typed: str, matchers: str, alerts: tuple[str, ...], minutes: int, reason: str
) -> None:
    worded = parse_silence(typed)
    assert worded.matchers == parse_matchers(matchers)
    assert (worded.alerts, worded.length, worded.reason) == (alerts, timedelta(minutes=minutes), reason)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("severity=warning", "say how long"),
        ("", "say how long"),
        ("host=~( 1h", "is no expression"),
        ('host="a 1h', "is not closed"),
    ],
)
def test_a_silence_that_is_not_understood_says_what_is_missing(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_silence(typed)


def test_the_button_that_is_sure_carries_the_whole_wish() -> None:
    wish = Wish(
        matchers=parse_matchers('a=~".*" b="x y"'), length=timedelta(hours=2), reason="a\nb: c", sure=True
    )
    verb, _, value = sure_value(wish).partition(":")
    assert (verb, wish_of(value)) == ("silence-sure", wish)
    assert fits(wish.matchers, {"b": "x y"})
