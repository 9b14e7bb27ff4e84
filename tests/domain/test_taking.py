"""Several who must acknowledge, taking over, sleeping on it, and what is tried before anybody is woken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from problems_of_orders import (
    MINUTE,
    T0,
    at,
    everybody,
    firing,
    happened,
    level,
    pages,
    policy,
    refused,
    said,
    saw,
)

from bot.domain.alerts.alert import Alert, AlertState, Try
from bot.domain.alerts.course import observe
from bot.domain.alerts.response import acknowledge, missing_of, resolve, snooze, take_over, unacknowledge
from bot.domain.oncall.chain import due, escalate, next_step
from bot.domain.oncall.escalation import Policy, Recover
from bot.domain.oncall.recovery import ended, watching
from bot.domain.text import say

TOGETHER = policy(replace(level("lin", "chen", "wang"), everyone=True), level("zhao"))
CHAIN = policy(level("lin"), level("chen"), level("zhao"))
ASKED = policy(level("lin"), level("chen"), resolve_within=30)


def paged(chain: Policy) -> Alert:
    return happened(due(firing(chain), everybody(), T0)).alert


def told(alert: Alert, deeds: str) -> list[str]:
    """What each deed (`who:what@minute`) changes: who still must, who has it, or why nothing changed."""
    lines = []
    for deed in deeds.split():
        who, _, rest = deed.partition(":")
        what, _, minute = rest.partition("@")
        now = at(float(minute))
        outcome = {
            "ack": lambda a, w, n: acknowledge(a, w, n),
            "take": lambda a, w, n: take_over(a, w, n),
            "snooze": lambda a, w, n: snooze(a, w, 60 * MINUTE, n),
            "unack": lambda a, w, n: unacknowledge(a, w, n),
            "clock": lambda a, w, n: due(a, everybody(), n),
        }[what](alert, who, now)
        if not hasattr(outcome, "alert"):
            lines.append("-" if outcome is None else outcome.reason.key.split("; ")[0].split(":")[0])
            continue
        alert = outcome.alert
        paging = [f"pages {','.join(page.people)}" for page in pages(outcome)]
        still = missing_of(alert)
        standing = f"{alert.state}{' ' + alert.acknowledged_by if alert.acknowledged_by else ''}"
        lines.append("; ".join([standing, *paging, *([f"still {','.join(still)}"] if alert.took else [])]))
    return lines


@pytest.mark.parametrize(
    ("chain", "deeds", "expected"),
    [
        # one of three does not stop it, the last one does
        (
            TOGETHER,
            "lin:ack@1 wang:ack@2 chen:ack@3",
            ["firing; still chen,wang", "firing; still chen", "acknowledged chen"],
        ),
        # twice is once
        (TOGETHER, "lin:ack@1 lin:ack@2", ["firing; still chen,wang", "You have acknowledged"]),
        # somebody else cannot acknowledge in their place, but may take it alone
        (
            TOGETHER,
            "zhao:ack@1 zhao:take@2",
            ["Everybody of level {level} must acknowledge", "acknowledged zhao"],
        ),
        # who is missing is waited for no longer than the level's wait; the next level is asked anew
        (
            TOGETHER,
            "lin:ack@1 x:clock@10 zhao:ack@11",
            ["firing; still chen,wang", "firing; pages zhao", "acknowledged zhao"],
        ),
        # an ordinary level: the first one has it, the second is told so, and may take it over
        (
            CHAIN,
            "lin:ack@1 chen:ack@2 chen:take@3 chen:take@4 lin:take@5",
            [
                "acknowledged lin",
                "{alert} is already acknowledged by {person}, since {at}",
                "acknowledged chen",
                "{alert} is already acknowledged by {person}, since {at}",
                "acknowledged lin",
            ],
        ),
        # taking over also starts the time to resolve anew
        (
            ASKED,
            "lin:ack@1 chen:take@20 x:clock@31 x:clock@50 x:clock@55",
            ["acknowledged lin", "acknowledged chen", "-", "acknowledged chen", "firing"],
        ),
        # a snooze ends by paging the same level again, then the chain goes on
        (
            CHAIN,
            "lin:snooze@1 x:clock@60 x:clock@61 x:clock@61 x:clock@71",
            ["acknowledged lin", "-", "firing", "firing; pages lin", "firing; pages chen"],
        ),
        # an acknowledgement in between keeps the snooze, a take-over ends it, giving back too
        (
            CHAIN,
            "lin:snooze@1 lin:take@2 x:clock@61",
            ["acknowledged lin", "acknowledged lin", "-"],
        ),
        (CHAIN, "lin:snooze@1 lin:unack@2 x:clock@2", ["acknowledged lin", "firing", "firing; pages chen"]),
        # whoever has it may sleep on it
        (
            CHAIN,
            "chen:ack@1 chen:snooze@5 x:clock@65 x:clock@65",
            ["acknowledged chen", "acknowledged chen", "firing", "firing; pages lin"],
        ),
    ],
)
def test_who_has_it_and_who_is_paged(chain, deeds, expected):
    assert told(paged(chain), deeds) == expected


def test_a_snooze_after_the_end_of_the_chain_pages_its_last_level_once_more():
    alert = paged(policy(level("lin")))
    alert = happened(due(alert, everybody(), at(10))).alert
    assert alert.exhausted
    assert told(alert, "lin:snooze@11 x:clock@71 x:clock@71 x:clock@81") == [
        "acknowledged lin",
        "firing",
        "firing; pages lin",
        "firing",
    ]


def test_why_a_level_is_paged_again_is_said():
    alert = happened(snooze(paged(CHAIN), "lin", 60 * MINUTE, at(1))).alert
    woken = happened(due(alert, everybody(), at(61))).alert
    again = happened(due(woken, everybody(), at(61)))
    assert pages(again)[0].reason.key == "the snooze of {person} is over"


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1), timedelta(days=8)])
def test_a_snooze_of_nothing_or_for_ever_is_refused(length):
    assert refused(snooze(paged(CHAIN), "lin", length, at(1))) == "An alert sleeps {span} at most"


def test_what_is_over_is_neither_taken_nor_slept_on():
    closed = happened(resolve(paged(CHAIN), "lin", at(1))).alert
    assert "was resolved" in refused(take_over(closed, "lin", at(2)))
    assert "was resolved" in refused(snooze(closed, "lin", MINUTE, at(2)))


def test_a_warning_that_was_slept_on_is_nobodys_again_and_pages_nobody():
    warning = firing(CHAIN, "w")
    slept = happened(snooze(warning, "lin", MINUTE, at(1))).alert
    woken = happened(due(slept, everybody(), at(2))).alert
    assert (woken.state, woken.next_at) == (AlertState.FIRING, None)


# What is tried before anybody is woken

RECOVERS = replace(CHAIN, recover=Recover(action="restart", within=5 * MINUTE))


def tried() -> Alert:
    transition = happened(due(firing(RECOVERS), everybody(), T0))
    assert (transition.event, pages(transition)) == ("recovery.started", [])
    assert [effect for effect in transition.effects if isinstance(effect, Try)] == [Try("restart")]
    return transition.alert


def test_recovery_comes_first_and_level_one_is_promised_for_its_end():
    alert = tried()
    assert watching(alert)
    step = next_step(alert, everybody())
    assert (step.people, step.at) == (("lin",), at(5))
    assert due(alert, everybody(), at(4.9)) is None


@pytest.mark.parametrize(
    ("outcome", "minute", "reason"),
    [
        # nobody knows yet, it ran but did not help, it failed
        (None, 5, "automatic recovery did not help in time: {action}"),
        (True, 5, "automatic recovery did not help in time: {action}"),
        (False, 1, "automatic recovery failed: {action}"),
    ],
)
def test_what_did_not_recover_pages_level_one_and_says_why(outcome, minute, reason):
    alert = tried()
    if outcome is not None:
        finished = happened(ended(alert, outcome, say("exit 1"), at(1)))
        assert finished.event == "recovery.finished"
        alert = finished.alert
    assert alert.next_at == at(minute)
    page = happened(due(alert, everybody(), at(minute)))
    assert (pages(page)[0].people, pages(page)[0].reason.key) == (("lin",), reason)
    assert not watching(page.alert)
    # it is tried once
    assert pages(happened(due(page.alert, everybody(), at(minute + 10))))[0].people == ("chen",)


def test_what_recovers_by_itself_wakes_nobody():
    alert = tried()
    over = happened(observe(alert, alert.subject, saw("o"), at(2))).alert
    assert (over.state, over.next_at) == (AlertState.RESOLVED, None)
    assert happened(ended(over, True, say("x"), at(3))).alert.next_at is None


def test_an_action_that_fails_after_somebody_has_it_pages_nobody():
    alert = happened(acknowledge(tried(), "chen", at(1))).alert
    finished = happened(ended(alert, False, say("exit 1"), at(2))).alert
    assert (finished.state, finished.next_at) == (AlertState.ACKNOWLEDGED, None)


def test_who_escalates_does_not_wait_for_the_recovery():
    climbed = happened(escalate(tried(), "wang", everybody(), at(1)))
    assert pages(climbed)[0].people == ("lin",)


def test_an_action_is_over_once():
    alert = happened(ended(tried(), True, say("x"), at(1))).alert
    assert ended(alert, False, say("x"), at(2)) is None
    assert ended(paged(CHAIN), True, say("x"), at(2)) is None


def test_the_timeline_tells_of_every_deed():
    deeds = [snooze(paged(CHAIN), "lin", MINUTE, at(1)), take_over(paged(TOGETHER), "zhao", at(1))]
    assert [said(happened(deed)) for deed in deeds] == [["note", "redraw"]] * 2
