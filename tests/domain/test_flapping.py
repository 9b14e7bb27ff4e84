"""Flap damping: Nagios's arithmetic, and what it does to an alert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems_of_orders import NOBODY_HOME, at, everybody, happened, pages, said, saw, subject

from bot.domain.alerts.alert import Alert, AlertState, Transition
from bot.domain.alerts.course import observe
from bot.domain.alerts.flapping import HIGH, LOW, RESULTS, STEADY, Swings, swing
from bot.domain.alerts.response import acknowledge, resolve
from bot.domain.oncall.chain import due, escalate
from bot.domain.text import Quantity, say


def swung(words: str) -> Swings:
    swings = STEADY
    for word in words:
        swings = swing(swings, saw(word))
    return swings


@pytest.mark.parametrize(
    ("results", "percent"),
    [
        ("o" * 21, 0),  # nothing changed
        ("oc" * 10 + "o", 100),  # everything did
        ("c" + "o" * 20, 3.75),  # one change, the oldest: 0.75 of 20
        ("o" * 20 + "c", 6.25),  # one change, the newest: 1.25 of 20
        ("o" * 11 + "c" * 10, 5.066),  # one change in the middle
        ("oooocwccccccccccccccc", 12.829),  # from warning to critical is a change too
        ("oooooooooooooooococoo", 23.684),  # four changes near the end
    ],
)
def test_newer_changes_count_more(results: str, percent: float) -> None:
    assert len(results) == RESULTS
    assert Swings(results=results).percent == pytest.approx(percent, abs=0.001)


@pytest.mark.parametrize(
    ("words", "flapping"),
    [
        ("c", False),  # one problem
        ("cocc", False),  # three changes: 18 %
        ("cococ", False),  # five: 29.9 %, just below
        ("cococo", True),  # six: 35 %
        ("cococo" + "o" * 9, True),  # between the thresholds it goes on: 20.5 %
        ("cococo" + "o" * 13, True),  # the six changes have grown old: 22 % still
        ("cococo" + "o" * 16, False),  # the oldest of them are forgotten
        ("c-c-c-c-c-", False),  # a value between the limits is no change
        ("cwcwcw", True),  # the severity alone may flap
    ],
)
def test_flapping_begins_at_thirty_and_ends_at_twenty_percent(words: str, flapping: bool) -> None:
    assert swung(words).flapping is flapping


@given(st.text("cw-o", max_size=60))
def test_whether_it_flaps_follows_from_the_last_results_and_whether_it_did(words: str) -> None:
    before = swung(words[:-1])
    after = swung(words)
    assert len(after.results) == RESULTS
    assert 0 <= after.percent <= 100
    if after.percent >= HIGH:
        assert after.flapping
    elif after.percent <= LOW:
        assert not after.flapping
    else:
        assert after.flapping is before.flapping


def test_who_has_been_well_for_long_is_not_remembered() -> None:
    assert swung("c" + "o" * 20).steady is False
    assert swung("c" + "o" * 21).steady is True


def lived(words: str, *, paged: bool = True, recover_for: float = 0) -> tuple[list[Transition], Alert | None]:
    """One result a minute; with `paged` the clock does what is due after each."""
    alert: Alert | None = None
    swings, told = STEADY, []
    about = subject(recover_for=recover_for)
    for minute, word in enumerate(words):
        swings = swing(swings, saw(word))
        outcomes = [observe(alert, about, saw(word), at(minute), swings)]
        alert = outcomes[0].alert if outcomes[0] else alert
        if alert and paged:
            outcomes.append(due(alert, everybody(), at(minute)))
            alert = outcomes[1].alert if outcomes[1] else alert
        told += [each for each in outcomes if each]
        alert = alert if alert and alert.open else None
    return told, alert


def events(told: list[Transition]) -> list[str]:
    return [each.event.removeprefix("alert.") for each in told]


def test_what_flaps_stays_one_alert_pages_once_and_settles() -> None:
    # Three problems come and go; the third flaps as it would resolve, and stays open until it settles.
    told, alert = lived("cococ" + "ococococ" + "o" * 20)
    assert alert is None
    assert events(told) == [
        *("firing", "escalated", "resolved") * 2,
        *("firing", "escalated", "flapping", "resolved"),
    ]
    flapping, over = told[-2:]
    assert flapping.reason == say(
        "Flapping: {percent} of the last {count} results changed; quiet until it settles",
        percent=Quantity(35.5, "%"),
        count=21,
    )
    assert said(flapping) == ["note", "redraw"]
    assert flapping.alert.next_at is None  # level 2 is not woken by it
    assert over.reason.key == "Resolved after {span}: {reason}"
    assert dict(over.reason.params)["reason"].key.startswith("Settled, {percent}")  # type: ignore[union-attr]


def test_what_settles_while_it_is_bad_goes_on_up_the_chain() -> None:
    told, alert = lived("cococo" + "c" * 20)
    assert alert is not None
    assert events(told)[-3:] == ["flapping", "settled", "escalated"]
    settled, next_level = told[-2:]
    assert said(settled) == ["note", "redraw"]
    assert [page.level for page in pages(next_level)] == [2]


def test_a_problem_that_begins_while_it_flaps_pages_once_and_no_more() -> None:
    swings = Swings(results="oc" * 10 + "o", flapping=True)
    fired = happened(observe(None, subject(), saw("c"), at(0), swings)).alert
    assert fired.flapping == 100
    paged = happened(due(fired, everybody(), at(0)))
    assert said(paged) == ["page 0.1 lin", "redraw"]
    assert (paged.alert.next_at, due(paged.alert, everybody(), at(600))) == (None, None)


@pytest.mark.parametrize(
    ("words", "severity", "news"),
    [
        ("wow", "warning", False),  # as bad as it was
        ("wcw", "critical", True),  # worse than it ever was: told, and it pages
        ("cwc", "critical", False),  # it has been critical before
    ],
)
def test_while_it_flaps_an_alert_is_as_bad_as_it_ever_was(words: str, severity: str, news: bool) -> None:
    flaps = Swings(results="oc" * 10 + "o", flapping=True)
    first, *rest = words
    alert = happened(observe(None, subject(), saw(first), at(0), flaps)).alert
    told = []
    for word in rest:
        if outcome := observe(alert, alert.subject, saw(word), at(1), flaps):
            told.append(outcome.event)
            alert = outcome.alert
    assert alert.severity == severity
    assert told == (["alert.severity"] if news else [])
    assert (alert.next_at is not None) is (severity == "critical")  # the one page is still to come


def test_a_person_may_take_close_and_hand_up_what_flaps() -> None:
    _, alert = lived("cococo")
    assert alert is not None
    assert happened(acknowledge(alert, "lin", at(6))).alert.state is AlertState.ACKNOWLEDGED
    assert happened(resolve(alert, "lin", at(6))).alert.state is AlertState.RESOLVED
    up = happened(escalate(alert, "lin", everybody(), at(6)))
    assert said(up) == ["page 0.2 chen,wang", "redraw"]
    assert up.alert.next_at == at(11)  # whoever sets the chain going has it go on


def test_what_settles_and_is_good_still_has_to_stay_so() -> None:
    told, alert = lived("cococo" + "o" * 16, recover_for=5)
    assert alert is not None
    assert told[-1].event == "alert.settled"
    assert (alert.good_since, alert.next_at) == (at(21), at(26))  # nobody is woken before that is known


def test_an_exhausted_chain_does_not_begin_again_when_it_settles() -> None:
    spent = happened(
        due(happened(observe(None, subject(NOBODY_HOME), saw("c"), at(0))).alert, everybody(), at(0))
    )
    flaps = Swings(results="oc" * 10 + "o", flapping=True)
    flapping = happened(observe(spent.alert, spent.alert.subject, saw("c"), at(1), flaps)).alert
    assert happened(observe(flapping, flapping.subject, saw("c"), at(2), STEADY)).alert.next_at is None
