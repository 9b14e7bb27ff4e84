import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.nagios import Range, parse_output, parse_perfdata, state_of_exit
from checks.numbers import plain
from checks.result import Measurement, State

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "quiet", "alerting", "said"),
    [
        ("10", [0, 5, 10], [-0.1, 10.1], "0:10"),  # the table of the plugin guidelines
        ("10:", [10, 1e9], [9.9], "10:"),
        ("~:10", [-1e9, 10], [10.1], "~:10"),
        ("10:20", [10, 20], [9.9, 20.1], "10:20"),
        ("@10:20", [9.9, 20.1], [10, 20], "@10:20"),
        ("@10", [-1, 11], [0, 10], "@0:10"),
        (":5", [0, 5], [-1, 6], "0:5"),  # some plugins leave the start out
        ("~:", [-1e9, 1e9], [], "~:"),
        ("-5:-1", [-5, -1], [-6, 0], "-5:-1"),
        ("1,5:2,5", [1.5, 2.5], [1.4, 2.6], "1.5:2.5"),  # decimal commas
        ("80%", [80], [81], "0:80"),  # some plugins repeat the unit
    ],
)
def test_a_range_alerts_outside_or_inside_its_ends(
    text: str, quiet: list[float], alerting: list[float], said: str
) -> None:
    found = Range.parse(text)
    assert [value for value in quiet if found.alerts(value)] == []
    assert [value for value in alerting if not found.alerts(value)] == []
    assert str(found) == said


@pytest.mark.parametrize("text", ["", " ", "@", "x", "20:10", "1:2:3", "~", "10:~", "nan", "1e999", "@@1"])
def test_a_wrong_range_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|number"):
        Range.parse(text)


@given(st.tuples(finite | st.just(-math.inf), finite | st.just(math.inf)).map(sorted), st.booleans(), finite)
def test_a_range_reads_back_as_itself_and_its_opposite_alerts_elsewhere(
    ends: list[float], inside: bool, value: float
) -> None:
    one = Range(ends[0], ends[1], inside)
    assert Range.parse(str(one)) == one
    assert one.alerts(value) != Range(ends[0], ends[1], not inside).alerts(value)
    assert not one.alerts(math.nan)


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        (0, State.OK, ""),
        (1, State.WARNING, ""),
        (2, State.CRITICAL, ""),
        (3, State.UNKNOWN, ""),
        (4, State.UNKNOWN, "exited 4 (the plugin protocol knows 0 to 3)"),
        (126, State.UNKNOWN, "exited 126 (found but not executable)"),
        (127, State.UNKNOWN, "exited 127 (not found)"),
        (137, State.UNKNOWN, "exited 137 (killed by SIGKILL)"),  # as a shell says it
        (-11, State.UNKNOWN, "killed by SIGSEGV"),  # as subprocess says it
        (-40, State.UNKNOWN, "killed by signal 40"),  # a nameless one
        (168, State.UNKNOWN, "exited 168 (the plugin protocol knows 0 to 3)"),
        (255, State.UNKNOWN, "exited 255 (the plugin protocol knows 0 to 3)"),
    ],
)
def test_an_exit_code_is_a_state_or_unknown_in_words(code: int, state: State, words: str) -> None:
    assert state_of_exit(code) == (state, words)


def test_output_is_a_summary_long_text_and_performance_data_in_two_places() -> None:
    output = parse_output(
        "DISK WARNING - / nearly full | /=2643MB;5948;5958;0;5968\n"
        "/ 15272 MB (77%);\r\n"
        "/boot 68 MB (69%) | /boot=68MB;88;93;0;98\n"
        "/home=69357MB;253404;253409;0;253414\n"
    )
    assert output.summary == "DISK WARNING - / nearly full"
    assert output.details == "/ 15272 MB (77%);\n/boot 68 MB (69%)"
    assert [(m.metric, m.value) for m in output.measurements] == [
        ("/", 2643),
        ("/boot", 68),
        ("/home", 69357),
    ]
    assert output.passed_over == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", Measurement(metric="a", value=1)),
        ("a=1s", Measurement(metric="a", value=1, unit="s")),
        ("a=1us", Measurement(metric="a", value=1, unit="us")),
        ("a=1.5ms", Measurement(metric="a", value=1.5, unit="ms")),
        ("a=99%", Measurement(metric="a", value=99, unit="%")),
        ("a=5c", Measurement(metric="a", value=5, unit="c")),
        ("a=5TB", Measurement(metric="a", value=5, unit="TB")),
        ("a=-3;;;-10;0", Measurement(metric="a", value=-3, min=-10, max=0)),
        ("a=1;@2:3;~:4;0;5", Measurement(metric="a", value=1, warn="@2:3", crit="~:4", min=0, max=5)),
        ("a=1;2;3;;;", Measurement(metric="a", value=1, warn="2", crit="3")),  # trailing separators
        ("'free space'=1", Measurement(metric="free space", value=1)),
        ("'it''s'=1", Measurement(metric="it's", value=1)),
        ("'a=b'=1", Measurement(metric="a=b", value=1)),
        ("'C:\\ Label  x'=1", Measurement(metric="C:\\ Label x", value=1)),
        ("a=0,25s;0,5;1,5", Measurement(metric="a", value=0.25, unit="s", warn="0,5", crit="1,5")),
        ("a=1e-3s", Measurement(metric="a", value=0.001, unit="s")),
        ("rate/s=+.5", Measurement(metric="rate/s", value=0.5)),
    ],
)
def test_one_item_of_performance_data_is_a_measurement(text: str, expected: Measurement) -> None:
    assert parse_perfdata(text) == ((expected,), ())


@pytest.mark.parametrize(
    ("text", "kept", "complaint"),
    [
        ("a=U b=2", ["b"], "a: the plugin could not find out the value"),
        ("a=x b=2", ["b"], "a: 'x' is not a number"),
        ("a= b=2", ["b"], "a: '' is not a number"),
        ("a=nan b=2", ["b"], "a: 'nan' is not a number"),
        ("a=1e999 b=2", ["b"], "too large"),
        ("what b=2", ["b"], "'what' is not 'label'=value"),
        ("=1 b=2", ["b"], "'=1' is not 'label'=value"),
        ("''=1 b=2", ["b"], "'1' is not 'label'=value"),
        ("'open=1 b=2", ["b"], "'open=1\" is not 'label'=value"),
        ("a=1,000.5 b=2", ["b"], "a: '1.000.5' is not a number"),
        ("a=1;x:y b=2", ["a", "b"], "a: 'x' is not a number"),  # the number is kept without its limits
        ("a=1;9:1 b=2", ["a", "b"], "a range starts at its lower end"),
        ("a=1;;;x b=2", ["a", "b"], "a: 'x' is not a number"),
        ("a=1;;;;;7 b=2", ["a", "b"], "more than warn;crit;min;max"),
    ],
)
def test_malformed_performance_data_is_passed_over_and_named(
    text: str, kept: list[str], complaint: str
) -> None:
    measurements, passed_over = parse_perfdata(text)
    assert [m.metric for m in measurements] == kept
    assert len(passed_over) == 1
    assert complaint in passed_over[0]


@given(st.text() | st.text("'=;:@~|,.eU0123456789 \n%ms"))
def test_any_output_can_be_read(text: str) -> None:
    for measurement in parse_output(text).measurements:
        assert math.isfinite(measurement.value)
        assert measurement.metric


labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), min_size=1)
units = st.sampled_from(["", "s", "us", "ms", "%", "B", "KB", "MB", "GB", "TB", "c"])
bounds = st.none() | finite
ranges = st.none() | st.tuples(finite, finite).map(lambda ends: str(Range(min(ends), max(ends))))


@given(
    st.lists(
        st.builds(
            Measurement,
            metric=labels,
            value=finite,
            unit=units,
            warn=ranges,
            crit=ranges,
            min=bounds,
            max=bounds,
        )
    )
)
def test_performance_data_reads_back_as_it_was_written(written: list[Measurement]) -> None:
    def bound(value: float | None) -> str:
        return "" if value is None else plain(value)

    text = " ".join(
        "'{}'={}{};{};{};{};{}".format(
            m.metric.replace("'", "''"),
            plain(m.value),
            m.unit,
            m.warn or "",
            m.crit or "",
            bound(m.min),
            bound(m.max),
        )
        for m in written
    )
    assert parse_perfdata(text) == (tuple(written), ())
