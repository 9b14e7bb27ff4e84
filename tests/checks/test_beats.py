"""Jobs that must call in: what they said, when they are late, and what that means."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.base import Situation
from checks.beats import (
    MOST_RUNS,
    Beats,
    Call,
    Rhythm,
    Said,
    due_at,
    dump_beats,
    heard,
    load_beats,
    stands,
)
from checks.kinds.heartbeat import Heartbeat, HeartbeatOptions
from checks.result import State
from checks.runner import run

T0 = datetime(2026, 1, 19, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHTLY = Rhythm(period=24 * HOUR, grace=HOUR)
OK, CRITICAL = State.OK, State.CRITICAL


def after(*calls: tuple[float, str]) -> Beats:
    """What is known after calls: (hours after the start, what is said) as in the path, a run after `@`."""
    beats = Beats(since=T0)
    for hours, said in calls:
        word, _, rid = said.partition("@")
        code = int(word) if word.isdigit() else None
        kind = Said.FAIL if code else Said.SUCCESS if code == 0 else Said(word)
        beats = heard(beats, Call(said=kind, run=rid, exit_code=code or None), T0 + hours * HOUR)
    return beats


@pytest.mark.parametrize(
    ("calls", "at", "state", "summary"),
    [
        ([], 0, OK, "has not called yet"),
        ([], 24.9, OK, "has not called yet"),
        ([], 25, CRITICAL, "has never called in 1 d 1 h; wanted every 1 d, at most 1 h late"),
        ([(3, "success")], 4, OK, "called 1 h ago"),
        ([(3, "success")], 27.9, OK, "called 1 d ago"),  # late by less than the grace
        ([(3, "success")], 28, CRITICAL, "no success for 1 d 1 h; wanted every 1 d, at most 1 h late"),
        ([(3, "success"), (28.5, "success")], 29, OK, "called 30 min ago"),  # late, and back
        ([(3, "start")], 3.5, OK, "running for 30 min"),
        ([(3, "start"), (3.5, "success")], 4, OK, "called 30 min ago, took 30 min"),
        ([(3, "start"), (3.5, "0")], 4, OK, "called 30 min ago, took 30 min"),
        # One that began and never ended.
        ([(3, "start")], 4, CRITICAL, "started 1 h ago and has not ended within 1 h"),
        # A run keeps a job from being late: its own end is waited for.
        ([(3, "success"), (27.9, "start")], 28.5, OK, "running for 36 min"),
        ([(3, "fail")], 4, CRITICAL, "said that it failed 1 h ago"),
        ([(3, "3")], 4, CRITICAL, "ended with exit code 3 1 h ago"),
        ([(3, "fail"), (4, "success")], 5, OK, "called 1 h ago"),
        (
            [(3, "fail"), (4, "start")],
            4.5,
            CRITICAL,
            "said that it failed 1 h 30 min ago",
        ),  # until it went well
        ([(3, "log")], 25, CRITICAL, "has never called in 1 d 1 h; wanted every 1 d, at most 1 h late"),
        # Runs that overlap, told apart by their names.
        ([(3, "start@a"), (3.5, "start@b"), (3.6, "success@b")], 3.9, OK, "running for 54 min"),
        ([(3, "start@a"), (3.5, "start@b"), (3.6, "success@b")], 4, CRITICAL, "started 1 h ago and has not"),
        (
            [(3, "start@a"), (3.5, "start@b"), (3.6, "success@b"), (3.7, "success@a")],
            4,
            OK,
            "called 18 min ago",
        ),
        # Without names the latest start counts.
        ([(3, "start"), (3.5, "start"), (4.2, "success")], 4.3, OK, "called 6 min ago, took 42 min"),
        # An end days after its start belongs to another run.
        ([(0, "start"), (80, "success")], 80, OK, "called 0 s ago"),
    ],
)
def test_how_a_job_stands(calls: list[tuple[float, str]], at: float, state: State, summary: str) -> None:
    found, why = stands(after(*calls), NIGHTLY, T0 + at * HOUR)
    assert found is state
    assert why.startswith(summary)


CALLS = st.lists(
    st.tuples(
        st.floats(0, 100),
        st.sampled_from(["start", "success", "fail", "log", "0", "7", "start@a", "success@a", "start@b"]),
    ),
    max_size=12,
).map(lambda calls: sorted(calls, key=lambda call: call[0]))


@given(calls=CALLS, wait=st.floats(0, 200))
def test_silence_turns_bad_exactly_when_it_is_due(calls: list[tuple[float, str]], wait: float) -> None:
    beats = after(*calls)
    now = T0 + (calls[-1][0] if calls else 0) * HOUR + wait * HOUR
    due = due_at(beats, NIGHTLY)
    assert (stands(beats, NIGHTLY, now)[0] is CRITICAL) == (due is None or now >= due)


@pytest.mark.parametrize(
    ("period", "away_until", "due"),
    [
        (24 * HOUR, 0, 25),  # was listening all the time
        (24 * HOUR, 26, 26.25),  # a daily job that was due meanwhile: a quarter of an hour
        (24 * HOUR, 24.9, 25.15),
        (HOUR / 12, 26, 26 + 1 / 12),  # a job of every five minutes: its next call
    ],
)
def test_who_was_away_may_have_missed_a_call(period: timedelta, away_until: float, due: float) -> None:
    rhythm = Rhythm(period=period, grace=HOUR)
    found = due_at(Beats(since=T0), rhythm, T0 + away_until * HOUR)
    assert found is not None
    assert abs(found - (T0 + due * HOUR)) < timedelta(seconds=1)


@given(calls=CALLS)
def test_what_is_known_survives_as_json(calls: list[tuple[float, str]]) -> None:
    beats = after(*calls)
    assert load_beats(json.loads(json.dumps(dump_beats(beats)))) == beats


def test_a_job_that_starts_and_starts_fills_nothing() -> None:
    beats = after(*((number, f"start@{number}") for number in range(99)))
    assert list(beats.running) == [str(number) for number in range(99 - MOST_RUNS, 99)]
    assert len(heard(beats, Call(said=Said.LOG, body="x" * 99_999), T0).body) < 5_000


@pytest.mark.parametrize(
    ("cursor", "state"), [(None, State.UNKNOWN), (dump_beats(after((3, "success"))), State.OK)]
)
def test_asking_looks_at_what_it_said(cursor: dict[str, object] | None, state: State) -> None:
    options = HeartbeatOptions(key="0123456789", period="1d", grace="1h")  # type: ignore[arg-type]
    situation = Situation(now=T0 + 4 * HOUR, timeout_s=1, folder=Path())
    result, kept = run("backup", Heartbeat(options), situation, cursor)
    assert (result.state, kept) == (state, cursor)


@pytest.mark.parametrize("key", ["short", "with/slash/in", "with space", "ключ-ключ", ""])
def test_a_key_fits_a_path_and_cannot_be_guessed(key: str) -> None:
    with pytest.raises(ValueError, match="8 to 100 letters"):
        HeartbeatOptions(key=key, period="1d")  # type: ignore[arg-type]
