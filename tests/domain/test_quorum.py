"""One answer of a check that was asked from several sites."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.quorum import agreed
from checks.result import Measurement, Result, Sighting, State

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
OK, WARNING, CRITICAL, UNKNOWN = State.OK, State.WARNING, State.CRITICAL, State.UNKNOWN
BADNESS = {OK: 0, WARNING: 1, CRITICAL: 2}


def result(state: State, summary: str = "", value: float | None = None, seen: int = 0) -> Result:
    return Result(
        check="shop",
        state=state,
        summary=summary or state.word,
        measurements=() if value is None else (Measurement(metric="latency", value=value, unit="s"),),
        started_at=T0,
        duration_s=0.1,
        sightings=(Sighting(key="k", template="t", severity="error", count=seen, sample="s"),)
        if seen
        else (),
    )


def asked(*states: State) -> dict[str, Result]:
    return {f"site-{number}": result(state) for number, state in enumerate(states, start=1)}


@pytest.mark.parametrize(
    ("states", "quorum", "said"),
    [
        # one site alone decides
        ((CRITICAL,), 1, CRITICAL),
        ((UNKNOWN,), 1, UNKNOWN),
        # one site of three that cannot reach the shop is that site's trouble
        ((OK, OK, CRITICAL), 2, OK),
        # two of three are the shop's
        ((OK, CRITICAL, CRITICAL), 2, CRITICAL),
        # one critical and one warning are two that say it is bad: at least a warning
        ((OK, WARNING, CRITICAL), 2, WARNING),
        ((WARNING, WARNING, OK), 2, WARNING),
        # a site that says nothing is on neither side: the two others agree
        ((OK, OK, UNKNOWN), 2, OK),
        ((CRITICAL, CRITICAL, UNKNOWN), 2, CRITICAL),
        # and here it would decide, so nobody knows
        ((OK, CRITICAL, UNKNOWN), 2, UNKNOWN),
        ((OK, UNKNOWN, UNKNOWN), 2, UNKNOWN),
        ((UNKNOWN, UNKNOWN, UNKNOWN), 2, UNKNOWN),
        # any single site is enough
        ((OK, OK, WARNING), 1, WARNING),
        ((OK, OK, UNKNOWN), 1, UNKNOWN),
        # all must say so
        ((CRITICAL, CRITICAL, OK), 3, OK),
        ((CRITICAL, CRITICAL, CRITICAL), 3, CRITICAL),
        ((CRITICAL, CRITICAL, UNKNOWN), 3, UNKNOWN),
    ],
)
def test_it_is_bad_when_so_many_sites_say_so(states: tuple[State, ...], quorum: int, said: State) -> None:
    assert agreed(asked(*states), quorum).state is said


SITES = st.lists(st.sampled_from(list(State)), min_size=1, max_size=6)


@given(SITES, st.data())
def test_whatever_silent_sites_would_have_said_a_known_answer_stands(
    states: list[State], data: st.DataObject
) -> None:
    quorum = data.draw(st.integers(1, len(states)))
    said = agreed(asked(*states), quorum).state
    filled = [data.draw(st.sampled_from(list(BADNESS))) if each is UNKNOWN else each for each in states]
    told = agreed(asked(*filled), quorum).state
    assert told is not UNKNOWN
    if said is not UNKNOWN:
        assert BADNESS[told] >= BADNESS[said]
        assert (told is OK) == (said is OK)


@given(st.lists(st.sampled_from([OK, WARNING, CRITICAL]), min_size=1, max_size=6), st.data())
def test_where_all_answer_it_is_what_the_quorumth_worst_says(
    states: list[State], data: st.DataObject
) -> None:
    quorum = data.draw(st.integers(1, len(states)))
    assert agreed(asked(*states), quorum).state is sorted(states, key=BADNESS.__getitem__)[-quorum]


def test_the_answer_of_a_single_site_is_passed_on_as_it_is() -> None:
    only = result(CRITICAL, "connection refused", 3.0)
    assert agreed({"web-1": only}, 1) is only


def test_the_summary_names_who_says_what_with_the_worst_first() -> None:
    answers = {
        "web-1": result(OK, "200 in 0.1 s"),
        "web-2": result(CRITICAL, "connection refused"),
        "web-3": result(CRITICAL, "connection refused"),
    }
    assert agreed(answers, 2).summary == (
        "2 of 3 sites say critical; web-2, web-3: connection refused; web-1: 200 in 0.1 s"
    )


def test_a_figure_is_the_median_over_the_sites_that_measured_it() -> None:
    answers = {
        "web-1": result(OK, value=0.2),
        "web-2": result(OK, value=9.0),
        "web-3": result(OK, value=0.3),
        "web-4": result(UNKNOWN),
    }
    assert agreed(answers, 2).measurements == (Measurement(metric="latency", value=0.3, unit="s"),)


def test_an_error_seen_at_two_sites_is_one_type_seen_twice_as_often() -> None:
    answers = {"web-1": result(OK, seen=2), "web-2": result(OK, seen=3)}
    assert [each.count for each in agreed(answers, 1).sightings] == [5]


def test_it_took_from_the_first_start_as_long_as_the_slowest_site() -> None:
    late = Result(
        check="shop",
        state=OK,
        summary="ok",
        started_at=T0 + timedelta(seconds=1),
        duration_s=4,
        hint="slow line",
        output="…",
        offline=True,
    )
    told = agreed({"web-1": result(OK), "web-2": late}, 1)
    assert (told.started_at, told.duration_s, told.hint, told.output, told.offline) == (
        T0,
        4,
        "web-2: slow line",
        "--- web-2\n…",
        False,
    )
