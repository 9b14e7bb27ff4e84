"""Derived metrics: what may be written, what it means, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.derived.evaluate import evaluate, increase, rate
from bot.domain.measures.derived.expression import Newest, Over, metrics_of
from bot.domain.measures.derived.order import cycle, following
from bot.domain.measures.derived.parse import parse_expression
from bot.domain.measures.history import Labels, Summary, roll_up, summarise

T0 = datetime(2026, 1, 19, tzinfo=UTC)
A: Labels = (("host", "a"),)
B: Labels = (("host", "b"),)
VALUES: dict[str, dict[Labels, float]] = {
    "errors": {(): 3.0},
    "requests": {(): 60.0},
    "nothing": {(): 0.0},
    "push-rate": {(): 7.0},
    "used": {A: 30.0, B: 80.0},
    "size": {A: 60.0, B: 100.0},
    "half": {A: 1.0},
}


class Known:
    """Newest values as above; in any window the values 1, 2, …, 100, one a second."""

    def newest(self, metric: str) -> Mapping[Labels, float]:
        return VALUES.get(metric, {})

    def summaries(self, metric: str, window: timedelta) -> Mapping[Labels, Summary]:
        samples = [(second * 1_000_000, float(second)) for second in range(1, 101)]
        if metric == "silent":
            return {(): summarise([], T0, T0 + window)}
        whole = summarise([roll_up(T0, samples)], T0, T0 + window)
        return dict.fromkeys(VALUES.get(metric, {}), whole)

    def values(self, metric: str, window: timedelta) -> Mapping[Labels, Sequence[tuple[datetime, float]]]:
        if metric == "silent":
            return {(): counter(1)}
        return {labels: counter(1, 5, 2) for labels in VALUES.get(metric, {})}

    def baseline(self, metric: str) -> float | None:
        return {"requests": 50.0}.get(metric)


def counter(*values: float) -> list[tuple[datetime, float]]:
    return [(T0 + timedelta(seconds=10 * number), value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("errors / requests * 100", {(): 5.0}),  # a ratio in per cent
        ("100*errors/requests", {(): 5.0}),  # without spaces
        ("errors - requests / 2", {(): -27.0}),  # products before sums
        ("(errors - requests) / 2", {(): -28.5}),
        ("10 - 3 - 2", {(): 5.0}),  # from the left
        ("-errors + 1", {(): -2.0}),
        ("2 - -errors", {(): 5.0}),
        ("1.5e2 + .5", {(): 150.5}),
        ("push-rate * 2", {(): 14.0}),  # a name may hold a hyphen
        ("push-rate - 2", {(): 5.0}),
        ("errors / nothing", {}),  # by nothing is no value, neither 0 nor an error
        ("errors / missing", {}),  # what was not measured has no value
        ("1e308 * 1e308", {}),  # nor has what no number can hold
        ("used / size * 100", {A: 50.0, B: 80.0}),  # series by series
        ("used / half", {A: 30.0}),  # where both have one
        ("used * requests", {A: 1800.0, B: 4800.0}),  # one without labels goes with every one
        ("requests - used", {A: 30.0, B: -20.0}),
        ("sum(used)", {(): 110.0}),  # all series as one
        ("max(used / size)", {(): 0.8}),
        ("min(used)", {(): 30.0}),
        ("avg(used)", {(): 55.0}),
        ("count(used)", {(): 2.0}),
        ("sum(missing)", {}),
        ("abs(errors - requests)", {(): 57.0}),
        ("requests - baseline(requests)", {(): 10.0}),  # the difference to before the deployment
        ("requests - baseline(errors)", {}),  # no baseline, no difference
        ("rate(requests, 5m)", {(): 0.3}),  # 4 more, a reset, 2 more, in 20 seconds
        ("increase(requests, 5m)", {(): 6.0}),
        ("avg(requests, 1h)", {(): 50.5}),
        ("sum(requests, 90s)", {(): 5050.0}),
        ("count(used, 1 h)", {A: 100.0, B: 100.0}),
        ("min(requests, 5m) + max(requests, 5m)", {(): 101.0}),
        ("percentile(requests, 0, 5m)", {(): 1.0}),
        ("percentile(requests, 100, 5m)", {(): 100.0}),
        ("sum(rate(used, 5m))", {(): 0.6}),
        ("avg(silent, 5m)", {}),  # a window without a value
        ("sum(silent, 5m)", {}),
        ("rate(silent, 5m)", {}),  # one value is no growth
        ("percentile(silent, 99, 5m)", {}),
    ],
)
def test_an_expression_comes_to(text: str, value: dict[Labels, float]) -> None:
    assert evaluate(parse_expression(text), Known()) == pytest.approx(value, rel=0.01)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "ends where a metric, a number or `(` should follow"),
        ("errors /", "ends where a metric, a number or `(` should follow"),
        ("errors requests", "has `requests` at 8 where an operator: + - * / should stand"),
        ("(errors", "ends where `)` should follow"),
        ("errors)", "has `)` at 7 where an operator"),
        ("errors ** 2", "has `*` at 9 where a metric, a number or `(` should stand"),
        ("errors % 2", "has `%` at 8 where an operator"),
        ("__import__('os')", "there is no function `__import__` (at 1); there are abs, avg, baseline"),
        ("rat(errors, 5m)", "there is no function `rat` (at 1); did you mean `rate`?"),
        ("rate(errors)", "`rate` (at 1) needs a window; write `rate(NAME, 5m)`"),
        ("rate(errors[5m])", "has `[` at 12 where `)` should stand"),
        ("rate(errors, 5)", "has `5` at 14 where a window such as `5m` should stand"),
        ("rate(errors + 1, 5m)", "`rate` (at 1) takes the name of a metric; write `rate(NAME, 5m)`"),
        ("rate(errors, 0s)", "the window `0s` must be longer than nothing and at most 31d"),
        ("avg(errors, 99d)", "the window `99d` must be longer"),
        ("percentile(errors, 5m)", "`percentile` (at 1) takes a rank from 0 to 100; write `percentile(NAME"),
        ("percentile(errors, 101, 5m)", "takes a rank from 0 to 100"),
        ("percentile(errors)", "`percentile` (at 1) needs a window"),
        ("baseline(errors, 5m)", "has `,` at 16 where `)` should stand"),
        ("baseline(1)", "`baseline` (at 1) takes the name of a metric; write `baseline(NAME)`"),
        ("abs(errors, 5m)", "has `,` at 11 where `)` should stand"),
        ("(" * 99 + "1" + ")" * 99, "is nested more than 30 deep"),
        ("-" * 400 + "1", "is nested more than 30 deep"),
        ("1+" * 400 + "1", "is longer than 500 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the text is the assertion
        parse_expression(text)
    assert problem in str(raised.value)


@given(st.text(alphabet="ab1.5+-*/(), \t'\"$rate 5m", max_size=60))
def test_any_text_is_an_expression_or_a_readable_error(text: str) -> None:
    problem = ""
    try:
        evaluate(parse_expression(text), Known())
    except ValueError as error:
        problem = str(error)
    assert "\n" not in problem
    assert len(problem) < 200


def test_an_expression_tells_its_metrics() -> None:
    expression = parse_expression("a + rate(b, 5m) / max(c) - baseline(d) * abs(-e)")
    assert metrics_of(expression) == {"a", "b", "c", "d", "e"}
    assert parse_expression("a") == Newest("a")
    assert parse_expression("percentile(a, 99.9, 5m)") == Over("percentile", "a", timedelta(minutes=5), 99.9)


# Counters ----------------------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=30)


@given(start=st.integers(0, 100), steps=STEPS)
def test_a_counter_that_starts_anew_loses_nothing_that_was_seen(
    start: int, steps: list[tuple[int, bool]]
) -> None:
    values, grown = [float(start)], 0
    for step, reset in steps:
        # After a reset the counter shows what came since; a reset that ends as high as before is no reset.
        if reset and step < values[-1]:
            values.append(float(step))
        else:
            values.append(values[-1] + step)
        grown += step
    assert increase(counter(*values)) == grown
    assert rate(counter(*values)) == pytest.approx(grown / (10 * len(steps)))


def test_one_value_is_no_growth() -> None:
    assert increase(counter(5)) is None
    assert rate(counter()) is None
    assert rate([(T0, 1.0), (T0, 2.0)]) is None


# Order -------------------------------------------------------------------------------------------

MADE = {"c": frozenset({"a", "b"}), "d": frozenset({"c"}), "e": frozenset({"d", "x"}), "f": frozenset({"y"})}


@pytest.mark.parametrize(
    ("changed", "follow"),
    [
        ({"a"}, ("c", "d", "e")),  # each after what it is made of
        ({"x"}, ("e",)),
        ({"y"}, ("f",)),
        ({"z"}, ()),
        ({"c"}, ("d", "e")),
    ],
)
def test_what_follows_from_a_change(changed: set[str], follow: tuple[str, ...]) -> None:
    assert following(MADE, changed) == follow


def test_what_is_made_of_itself_is_found() -> None:
    assert cycle(MADE) == ()
    assert cycle({"a": frozenset({"a"})}) == ("a", "a")
    loop = cycle({"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"})})
    assert len(loop) == 4
    assert loop[0] == loop[-1]
