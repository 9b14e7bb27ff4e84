import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.threshold import Condition

numbers = st.floats(allow_nan=False, allow_infinity=False)
conditions = st.one_of(
    st.builds(Condition, st.sampled_from(["<", "<=", "=", ">=", ">"]), numbers),
    st.tuples(numbers, numbers).map(lambda ends: Condition("outside", min(ends), max(ends))),
)


@pytest.mark.parametrize(
    ("text", "said", "holds", "fails"),
    [
        ("> 0.1", "> 0.1", 0.11, 0.1),  # the limit itself is not above it
        (">0.1", "> 0.1", 1, 0),  # spaces are optional
        (">= 5", ">= 5", 5, 4.999),  # the limit belongs to it
        ("< 10", "< 10", 9.99, 10),
        ("<=10", "<= 10", 10, 10.01),
        ("= 0", "= 0", 0, 0.0001),
        ("  =  -2.50 ", "= -2.5", -2.5, 2.5),  # the shortest form is said
        ("> 1e3", "> 1000", 1001, 1000),
        ("> .5", "> 0.5", 0.6, 0.5),
        ("outside 0..4", "outside 0..4", 4.1, 4),  # both ends are inside
        ("outside 0 .. 4", "outside 0..4", -0.1, 0),
        ("outside-1.5..-.5", "outside -1.5..-0.5", -2, -1),  # signs and points beside the dots
        ("outside 3..3", "outside 3..3", 2, 3),  # a single normal value
    ],
)
def test_a_condition_reads_as_the_plan_writes_it(text: str, said: str, holds: float, fails: float) -> None:
    condition = Condition.parse(text)
    assert str(condition) == said
    assert condition.holds(holds)
    assert not condition.holds(fails)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not a condition"),
        ("0.1", "not a condition"),  # no comparison
        ("== 5", "'= 5' is not a number"),
        ("=> 5", "'> 5' is not a number"),
        ("!= 5", "not a condition"),
        (">", "'' is not a number"),
        ("> 0,1", "'0,1' is not a number"),  # neither a decimal comma nor a thousands separator
        ("> 1,000", "'1,000' is not a number"),
        ("> nan", "'nan' is not a number"),
        ("> inf", "'inf' is not a number"),
        ("> 1e999", "is not a number"),  # would be read as infinity
        ("> 5%", "leave out '%'"),
        ("< 2 s", "leave out 's'"),
        ("> ٣", "is not a number"),  # digits of another script
        ("outside 4..0", "write 'outside A..B', A <= B"),
        ("outside 1...5", "the first limit is above"),  # 1 to .5
        ("outside 4", "not a condition"),
        ("outside ..", "'' is not a number"),
        ("inside 0..4", "not a condition"),
    ],
)
def test_a_wrong_condition_is_refused_with_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="write") as refused:
        Condition.parse(text)
    assert complaint in str(refused.value)


@given(conditions)
def test_what_a_condition_says_reads_back_as_itself(condition: Condition) -> None:
    assert Condition.parse(str(condition)) == condition


@given(conditions)
def test_not_a_number_meets_no_condition(condition: Condition) -> None:
    assert not condition.holds(math.nan)


@given(numbers, numbers)
def test_exactly_one_of_below_equal_and_above_holds(value: float, limit: float) -> None:
    assert [Condition(operator, limit).holds(value) for operator in "<=>"].count(True) == 1


@given(st.text(max_size=30) | st.text("<>=outside.0123456789 -+eE%", max_size=20))
def test_any_text_is_a_condition_or_a_value_error(text: str) -> None:
    try:
        condition = Condition.parse(text)
    except ValueError:
        return
    assert math.isfinite(condition.limit)
