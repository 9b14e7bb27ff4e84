from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from checks.duration import Duration, parse_duration


class Waits(BaseModel):
    wait: Duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("5s", timedelta(seconds=5)),
        ("10m", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("1 week", timedelta(weeks=1)),
        ("2 weeks", timedelta(weeks=2)),
        (" 30 Minutes ", timedelta(minutes=30)),  # spaces and capitals are no matter
        ("1.5h", timedelta(minutes=90)),
        ("0", timedelta(0)),  # nothing is nothing in every unit
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_reads_as_the_configuration_writes_it(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length
    assert Waits.model_validate({"wait": text}).wait == length


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("5", "not a duration"),  # of what?
        ("", "not a duration"),
        ("m", "not a duration"),
        ("-5m", "not a duration"),
        ("5,5m", "not a duration"),
        ("1h30m", "not a duration"),
        ("5x", "no unit 'x'"),
        ("5 ss", "no unit 'ss'"),  # only words have a plural
        ("1 month", "months differ in length"),
        ("3 months", "months differ in length"),
        ("9999999999999d", "too long"),
        ("9" * 400 + "d", "too long"),
    ],
)
def test_a_wrong_duration_is_refused_with_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_duration(text)


@pytest.mark.parametrize("bare", [5, 0.5, True, False, None, [1]])
def test_a_field_refuses_what_has_no_unit(bare: object) -> None:
    with pytest.raises(ValidationError, match="has no unit; write a number and a unit"):
        Waits.model_validate({"wait": bare})


def test_a_field_takes_a_timedelta_and_a_bare_zero() -> None:
    assert Waits(wait=timedelta(hours=1)).wait == timedelta(hours=1)
    assert Waits.model_validate({"wait": 0}).wait == timedelta(0)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        length = parse_duration(text)
    except ValueError:
        return
    assert length >= timedelta(0)
