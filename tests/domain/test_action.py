"""The life of a run of an action, and what is hidden of its output."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import (
    LEASE,
    ActionRun,
    Facts,
    Ran,
    RunState,
    begun,
    finished,
    interrupted,
    run_id,
    told,
)
from bot.domain.secrecy import masked
from bot.domain.text import Label, say
from bot.locale import Speaker

T0 = datetime(2026, 1, 19, 2, tzinfo=UTC)
SPEAKER = Speaker(language="en", zone="UTC", names={"lin": "Lin Wei"})
ASKED = ActionRun(
    id="x1",
    key="k",
    service="orders",
    channel="oncall",
    action="rollback",
    label=Label("Roll back"),
    facts=Facts(service="orders"),
    by="lin",
    asked_at=T0,
    look_at=T0,
)
GOOD = Ran(succeeded=True, reason=say("it said nothing"))
BAD = Ran(succeeded=False, reason=say("exit code {code}", code=1))


def test_a_try_holds_a_lease_and_ends_without_one() -> None:
    running = begun(ASKED, T0)
    assert (running.state, running.attempts, running.look_at) == (RunState.RUNNING, 1, T0 + LEASE)
    ended = finished(running, GOOD, 0, T0 + timedelta(seconds=3))
    assert (ended.state, ended.look_at, ended.ended) == (RunState.SUCCEEDED, None, True)
    assert SPEAKER.say(told(ended)) == "Roll back succeeded after 3s: it said nothing"


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_failure_is_tried_again_as_often_as_asked_for_and_no_more(retries: int) -> None:
    run, tries = ASKED, 0
    while not run.ended:
        run = finished(begun(run, T0), BAD, retries, T0)
        tries += 1
    assert (tries, run.state, run.look_at) == (retries + 1, RunState.FAILED, None)


def test_an_interrupted_run_is_never_due_again() -> None:
    run = interrupted(begun(ASKED, T0), T0 + LEASE)
    assert (run.state, run.look_at) == (RunState.INTERRUPTED, None)
    assert SPEAKER.say(told(run)) == "Roll back: interrupted, its outcome is unknown; run it again or verify"


def test_who_asked_is_said() -> None:
    assert SPEAKER.say(told(ASKED)) == "Roll back is run by Lin Wei"
    assert SPEAKER.say(told(replace(ASKED, by=None))) == "Roll back is run by the bot"


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_cause_has_one_run(one: str, other: str) -> None:
    assert (run_id(one) == run_id(other)) is (one == other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=abc", "password=***"),
        ("DB_PASSWORD: 'a b c'", "DB_PASSWORD: ***"),
        ('{"api_key": "abc"}', '{"api_key": ***}'),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("sent bearer abcdefgh1234", "sent bearer ***"),
        ("postgresql://lin:secret@db/x", "postgresql://lin:***@db/x"),
        ("xoxb-123456-abcdef", "***"),
        # the words of every day stay
        ("the version v1.0 serves 10 % of the requests", "the version v1.0 serves 10 % of the requests"),
        ("http://127.0.0.1:8091/deeds", "http://127.0.0.1:8091/deeds"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


@given(st.text(), st.text(min_size=4, alphabet="abcdef0123"), st.text())
def test_a_known_secret_never_shows(before: str, secret: str, after: str) -> None:
    assert secret not in masked(f"{before}{secret}{after}", [secret])
