import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.result import Measurement, Sighting, State
from checks.runner import Guard, run

NOW = datetime(2026, 1, 12, tzinfo=UTC)
SITUATION = Situation(now=NOW, timeout_s=1, folder=Path())


class Scripted:
    """A kind that answers, or raises, what it was built with."""

    name: ClassVar[str] = "scripted"
    options_model: ClassVar[type[Options]] = Options

    def __init__(self, answer: Answer | Exception) -> None:
        self._answer = answer

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer, {"times": 2}


def test_an_answer_becomes_a_result_with_who_when_and_how_long() -> None:
    answer = Answer(state=State.WARNING, summary="slow", measurements=(Measurement(metric="m", value=1),))
    result, cursor = run("the-check", Scripted(answer), SITUATION, {"times": 1})
    assert (result.check, result.state, result.summary) == ("the-check", State.WARNING, "slow")
    assert result.measurements == answer.measurements
    assert result.started_at == NOW
    assert 0 <= result.duration_s < 1
    assert cursor == {"times": 2}


def test_no_answer_is_unknown_with_its_hint_and_the_cursor_stays() -> None:
    could_not = CouldNotMeasure("no such mount", "correct `mounts`", "what it said")
    result, cursor = run("c", Scripted(could_not), SITUATION, {"times": 1})
    assert (result.state, result.summary, result.hint) == (State.UNKNOWN, "no such mount", "correct `mounts`")
    assert result.output == "what it said"
    assert cursor == {"times": 1}


@pytest.mark.parametrize(
    "error",
    [ZeroDivisionError("division"), KeyError("k"), json.JSONDecodeError("bad", "", 0), RecursionError()],
)
def test_a_defect_of_a_kind_is_unknown_and_says_where(error: Exception) -> None:
    result, _ = run("c", Scripted(error), SITUATION, None)
    assert result.state is State.UNKNOWN
    assert result.summary.startswith(f"the scripted check failed: {type(error).__name__}")
    assert "test_runner.py:" in result.hint
    assert "in probe" in result.hint


def test_a_long_answer_is_capped_to_one_line_and_four_kibibytes() -> None:
    answer = Answer(state=State.OK, summary="one\ntwo " * 100, hint="h" * 2000, output="o" * 5000)
    result, _ = run("c", Scripted(answer), SITUATION, None)
    assert result.summary.startswith("one two one two")
    assert result.summary.endswith("…")
    assert len(result.summary) == 300
    assert (len(result.hint), len(result.output)) == (1000, 4096)


def test_control_characters_do_not_get_through() -> None:
    answer = Answer(
        state=State.OK, summary="a\x00b\x1b[31mc", output="x\x00\n\t订\u3000y\ud800", hint="h\x07"
    )
    result, _ = run("c", Scripted(answer), SITUATION, None)
    assert (result.summary, result.output, result.hint) == ("ab[31mc", "x\n\t订\u3000y", "h")


def test_a_measurement_that_is_no_number_is_left_out_and_named() -> None:
    values = {"good": 1.0, "nan": math.nan, "endless": math.inf}
    measurements = tuple(Measurement(metric=name, value=value) for name, value in values.items())
    answer = Answer(state=State.OK, summary="s", measurements=measurements, hint="first")
    result, _ = run("c", Scripted(answer), SITUATION, None)
    assert [m.metric for m in result.measurements] == ["good"]
    assert result.hint == "first; not a finite number, left out: nan, endless"


def test_a_silent_answer_is_called_by_its_state() -> None:
    assert run("c", Scripted(Answer(state=State.OK, summary="")), SITUATION, None)[0].summary == "ok"


def test_a_sighting_is_handed_on_in_lines_of_printable_text() -> None:
    seen = Sighting(
        key="k", template="no …\x00", severity="error", count=2, sample="no\nway " * 100, category="Oh\x1b"
    )
    answer = Answer(state=State.OK, summary="s", sightings=(seen,))
    (found,) = run("c", Scripted(answer), SITUATION, None)[0].sightings
    assert (found.key, found.template, found.severity, found.count, found.category) == (
        "k",
        "no …",
        "error",
        2,
        "Oh",
    )
    assert len(found.sample) == 300
    assert found.sample.startswith("no way no way")


def test_a_secret_is_masked_before_anything_is_cut() -> None:
    answer = Answer(state=State.OK, summary="x" * 296 + "hunter22", hint="hunter22", output="say hunter22")
    result, _ = run("c", Scripted(answer), SITUATION, None, Guard(secrets=frozenset({"hunter22"})))
    assert (result.summary[290:], result.hint, result.output) == ("xxxxxx***", "***", "say ***")


@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize("why", ["", "it has no route to other networks"])
def test_nobody_is_blamed_while_this_machine_is_offline(reached: bool, why: str) -> None:
    down = Answer(
        state=State.CRITICAL,
        summary="no answer",
        measurements=(Measurement(metric="up", value=0),),
        reached=reached,
    )
    result, _ = run("c", Scripted(down), SITUATION, None, Guard(cut_off=lambda: why))
    if why and not reached:
        assert (result.state, result.summary) == (State.UNKNOWN, f"this machine is offline: {why}")
        assert (result.measurements, result.output, result.offline) == ((), "no answer", True)
    else:
        assert (result.state, result.summary, result.offline) == (State.CRITICAL, "no answer", False)


def test_what_could_not_be_measured_for_want_of_a_network_says_so() -> None:
    lost = CouldNotMeasure("the name shop cannot be resolved", reached=False)
    result, _ = run("c", Scripted(lost), SITUATION, None, Guard(cut_off=lambda: "it has no route"))
    assert (result.summary, result.offline) == ("this machine is offline: it has no route", True)
