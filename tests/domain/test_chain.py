"""The escalation chain on its clock: who is paged when, what is skipped, and where it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from problems_of_orders import (
    NOBODY_HOME,
    ONE_TWO_THREE,
    T0,
    at,
    everybody,
    firing,
    happened,
    level,
    pages,
    person,
    policy,
    refused,
    said,
    saw,
    subject,
)

from bot.domain.alerts.alert import Alert, Effect, Say
from bot.domain.alerts.course import observe
from bot.domain.alerts.response import acknowledge, resolve, unacknowledge
from bot.domain.oncall.chain import NextStep, Reach, Rung, due, escalate, next_rung, next_step
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.oncall.roster import Reached
from bot.domain.text import Name, Text, say

LONELY = policy(level("lin"), level("chen"), level("zhao"))


def told(alert: Alert, reach: Reach, until: datetime) -> list[str]:
    """What the clock does up to and including an instant, by minute: `0 page 0.1 lin`."""
    lines = []
    while alert.next_at is not None and alert.next_at <= until:
        now = alert.next_at
        transition = happened(due(alert, reach, now))
        minute = (now - T0).total_seconds() / 60
        lines += [f"{minute:g} {line}" for line in said(transition) if line != "redraw"]
        alert = transition.alert
    return lines


@pytest.mark.parametrize(
    ("chain", "absent", "lines"),
    [
        # each level's wait passes before the next; after the last one the channel is told
        (ONE_TWO_THREE, "", ["0 page 0.1 lin", "10 page 0.2 chen,wang", "15 page 0.3 zhao", "30 announce"]),
        # somebody of a level is enough
        (ONE_TWO_THREE, "chen", ["0 page 0.1 lin", "10 page 0.2 wang", "15 page 0.3 zhao", "30 announce"]),
        # an empty first level: said aloud, the next one at once
        (LONELY, "lin", ["0 announce", "0 page 0.2 chen", "10 page 0.3 zhao", "20 announce"]),
        # an empty level in the middle
        (LONELY, "chen", ["0 page 0.1 lin", "10 announce", "10 page 0.3 zhao", "20 announce"]),
        # an empty last level: skipped aloud, and the end is told
        (LONELY, "zhao", ["0 page 0.1 lin", "10 page 0.2 chen", "20 announce", "20 announce"]),
        # nobody at all: every level and the end
        (LONELY, "lin chen zhao", ["0 announce", "0 announce", "0 announce", "0 announce"]),
        # no levels: that is told at once
        (NOBODY_HOME, "", ["0 announce"]),
        # repeated once: all again after the last wait
        (
            policy(level("lin"), level("chen", wait=5), repeat=1),
            "",
            ["0 page 0.1 lin", "10 page 0.2 chen", "15 page 1.1 lin", "25 page 1.2 chen", "30 announce"],
        ),
        # an empty level is skipped in every cycle
        (
            policy(level("lin"), level("chen"), repeat=1),
            "chen",
            ["0 page 0.1 lin", "10 announce", "10 page 1.1 lin", "20 announce", "20 announce"],
        ),
        # one that nobody is in is not said again for each of its repetitions
        (policy(level("lin"), repeat=9), "lin", ["0 announce", "0 announce"]),
        # repetitions of nothing are nothing
        (policy(repeat=3), "", ["0 announce"]),
    ],
)
def test_the_chain_runs_on_its_clock_until_it_ends(chain: Policy, absent: str, lines: list[str]) -> None:
    assert told(firing(chain), everybody(*absent.split()), at(1000)) == lines


def test_nothing_is_done_before_it_is_due() -> None:
    alert = happened(due(firing(), everybody(), T0)).alert
    assert alert.next_at == at(10)
    assert due(alert, everybody(), at(9.99)) is None
    assert due(replace(alert, next_at=None), everybody(), at(999)) is None


def test_a_late_clock_pages_one_level_and_counts_its_wait_from_the_page() -> None:
    paged = happened(due(firing(), everybody(), at(45)))
    assert said(paged) == ["page 0.1 lin", "redraw"]
    assert (paged.alert.paged_at, paged.alert.next_at) == (at(45), at(55))


def test_a_page_says_whom_by_which_ways_and_why() -> None:
    loud = policy(level("lin", by=("slack", "phone")), level("chen"))
    first = happened(due(firing(loud), everybody(), T0))
    assert (pages(first)[0].by, pages(first)[0].people) == (("slack", "phone"), ("lin",))
    assert pages(first)[0].reason == first.reason == say("first notification")
    assert (first.event, first.alert.paged, first.alert.level) == ("alert.escalated", ("lin",), 1)
    second = happened(due(first.alert, everybody(), at(10)))
    assert second.reason == say("nobody acknowledged at level {level}", level=1)


ASKED = policy(level("lin"), level("chen"), level("zhao"), resolve_within=30)


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ("unack", say("given back by {person}", person=Name("wang"))),  # whoever did it
        ("silence", say("no answer from {person}", person=Name("lin"))),  # who had it and was asked
        ("", say("nobody acknowledged at level {level}", level=1)),  # nobody ever had it
    ],
)
def test_a_page_after_a_give_back_says_who_had_it(left: str, reason: Text) -> None:
    alert = happened(due(firing(ASKED), everybody(), T0)).alert
    if left:
        alert = happened(acknowledge(alert, "lin", at(1))).alert
    if left == "unack":
        alert = happened(unacknowledge(alert, "wang", at(2))).alert
    if left == "silence":
        alert = happened(due(alert, everybody(), at(31))).alert
        alert = happened(due(alert, everybody(), at(36))).alert
    second = happened(due(alert, everybody(), at(36)))
    assert pages(second)[0].reason == second.reason == reason
    assert second.alert.given_back is None
    third = happened(due(second.alert, everybody(), at(46)))
    assert third.reason == say("nobody acknowledged at level {level}", level=2)  # who had it is said once


def test_what_was_never_paged_before_it_was_given_back_is_a_first_notification() -> None:
    alert = happened(acknowledge(firing(), "lin", at(1))).alert
    alert = happened(unacknowledge(alert, "lin", at(2))).alert
    assert happened(due(alert, everybody(), at(2))).reason == say("first notification")


def test_a_new_acknowledgement_forgets_who_gave_the_alert_back() -> None:
    alert = happened(acknowledge(happened(due(firing(), everybody(), T0)).alert, "lin", at(1))).alert
    alert = happened(unacknowledge(alert, "lin", at(2))).alert
    assert alert.given_back
    assert happened(acknowledge(alert, "chen", at(3))).alert.given_back is None


def announced(effects: object) -> list[object]:
    assert isinstance(effects, tuple)
    return [each.text for each in effects if isinstance(each, Say) and each.effect is Effect.ANNOUNCE]


def test_a_skipped_level_says_which_and_why() -> None:
    skipped = happened(due(firing(), everybody("lin"), T0))
    why = say("{target} has nobody now", target="person:lin")
    assert announced(skipped.effects) == [say("Level {level} was skipped: {why}", level=1, why=why)]
    assert pages(skipped)[0].reason == say("first notification")
    nameless = happened(due(firing(policy(level(), level("lin"))), everybody(), T0))
    assert announced(nameless.effects) == [
        say("Level {level} was skipped: {why}", level=1, why=say("it names nobody"))
    ]


def test_the_end_of_a_chain_is_told_in_the_channel_and_nothing_is_due_after_it() -> None:
    only = happened(due(firing(policy(level("lin"))), everybody(), T0)).alert
    end = happened(due(only, everybody(), at(10)))
    assert end.event == "alert.exhausted"
    assert end.reason.key == "Nobody has acknowledged, and the escalation chain is exhausted"
    assert (end.alert.exhausted, end.alert.next_at, end.alert.state) == (True, None, "firing")
    empty = happened(due(firing(NOBODY_HOME), everybody(), T0))
    assert empty.reason == say(
        "Nobody is paged: the escalation policy {policy} has no levels", policy="default"
    )


def test_user_groups_alone_are_somebody() -> None:
    def reach(targets: object, now: datetime) -> Reached:
        return Reached(usergroups=("S0123",))

    group = Level(notify=(Target(TargetKind.USERGROUP, "S0123"),), wait=T0 - at(-10))
    paged = happened(due(firing(policy(group)), reach, T0))
    assert (pages(paged)[0].usergroups, pages(paged)[0].people, paged.alert.paged) == (("S0123",), (), ())


def test_asked_without_an_answer_is_given_back_and_the_chain_goes_on_at_the_next_level() -> None:
    alert = happened(due(firing(ASKED), everybody(), T0)).alert
    alert = happened(acknowledge(alert, "lin", at(3))).alert
    assert told(alert, everybody(), at(48)) == [
        "33 remind lin",
        "38 note",
        "38 page 0.2 chen",
        "48 page 0.3 zhao",
    ]
    question = happened(due(alert, everybody(), at(33))).alert
    silence = happened(due(question, everybody(), at(38)))
    assert (silence.event, silence.by) == ("alert.unacknowledged", None)
    assert silence.reason == say("No answer from {person}; the escalation goes on", person=Name("lin"))


def test_an_answer_keeps_the_alert_and_is_asked_for_again() -> None:
    alert = happened(acknowledge(firing(ASKED), "lin", at(0))).alert
    question = happened(due(alert, everybody(), at(30))).alert
    again = happened(acknowledge(question, "lin", at(34))).alert
    assert told(again, everybody(), at(68)) == ["64 remind lin"]


def test_a_person_hands_up_and_the_next_level_is_paged_at_once() -> None:
    alert = happened(due(firing(), everybody(), T0)).alert
    up = happened(escalate(alert, "lin", everybody(), at(2)))
    assert (up.by, up.reason) == ("lin", say("escalated by {person}", person=Name("lin")))
    assert said(up) == ["page 0.2 chen,wang", "redraw"]
    assert up.alert.next_at == at(7)  # level 2 waits five minutes from now


def test_handing_up_undoes_the_acknowledgement() -> None:
    alert = happened(acknowledge(happened(due(firing(ASKED), everybody(), T0)).alert, "lin", at(1))).alert
    up = happened(escalate(alert, "lin", everybody(), at(2)))
    assert said(up) == ["page 0.2 chen", "redraw"]
    assert (up.alert.state, up.alert.acknowledged_by, up.alert.acknowledged_at) == ("firing", None, None)
    assert up.alert.turn == alert.turn + 1
    assert told(up.alert, everybody(), at(12)) == ["12 page 0.3 zhao"]


def test_handing_up_skips_empty_levels_aloud() -> None:
    up = happened(escalate(firing(LONELY), "lin", everybody("lin", "chen"), at(2)))
    assert said(up) == ["announce", "announce", "page 0.3 zhao", "redraw"]


@pytest.mark.parametrize("word", ["c", "w"])
def test_a_chain_begun_by_hand_goes_on_until_somebody_acknowledges(word: str) -> None:
    alert = happened(escalate(firing(LONELY, word, tier=2), "lin", everybody(), at(0))).alert
    assert told(alert, everybody(), at(60)) == ["10 page 0.2 chen", "20 page 0.3 zhao", "30 announce"]


@pytest.mark.parametrize(
    ("absent", "level_reached"),
    [
        ((), 3),  # the last level has been paged
        (("zhao",), 2),  # or nobody is left in it
    ],
)
def test_handing_up_at_the_end_is_refused_and_leaves_everything_as_it_is(
    absent: tuple[str, ...], level_reached: int
) -> None:
    alert = firing(LONELY)
    for _ in range(level_reached):
        assert alert.next_at
        alert = happened(due(alert, everybody(*absent), alert.next_at)).alert
    held = happened(acknowledge(alert, "chen", at(25))).alert
    for each in (alert, held):
        key = refused(escalate(each, "lin", everybody(*absent), at(26)))
        assert key == "{alert} is at the end of its chain (level {level}): there is nobody above to page"


def test_a_chain_without_levels_has_nobody_to_hand_up_to() -> None:
    assert "nobody above" in refused(escalate(firing(NOBODY_HOME), "lin", everybody(), T0))
    assert next_rung(firing(NOBODY_HOME)) is None


def test_a_chain_that_found_nobody_can_be_handed_up_once_somebody_is_there() -> None:
    weekend = policy(level("lin"), repeat=1)
    spent = happened(due(firing(weekend), everybody("lin"), T0)).alert
    assert spent.exhausted
    up = happened(escalate(spent, "chen", everybody(), at(60)))
    assert said(up) == ["page 1.1 lin", "redraw"]
    assert (up.alert.exhausted, up.alert.next_at) == (False, at(70))


@pytest.mark.parametrize(
    ("cycle", "level_now", "rung"),
    [
        (0, 0, Rung(0, 1)),  # none yet
        (0, 1, Rung(0, 2)),
        (0, 2, Rung(1, 1)),  # the next cycle
        (1, 1, Rung(1, 2)),
        (1, 2, None),  # the end
    ],
)
def test_the_next_rung_follows_the_last_one_tried(cycle: int, level_now: int, rung: Rung | None) -> None:
    twice = policy(level("lin"), level("chen"), repeat=1)
    assert next_rung(replace(firing(twice), cycle=cycle, level=level_now)) == rung


def shift_at_20(absent_before: str, absent_after: str) -> Reach:
    """A roster that changes at minute 20."""

    def reach(targets: object, now: datetime) -> Reached:
        return everybody(absent_before if now < at(20) else absent_after)(targets, now)  # type: ignore[arg-type]

    return reach


@pytest.mark.parametrize(
    "reach",
    [
        everybody(),
        everybody("lin"),  # an empty level is not promised
        everybody("chen", "zhao"),  # across the end of a cycle
        everybody("lin", "chen", "zhao"),  # nobody: nothing is promised
        shift_at_20("lin", "chen"),  # the roster of then, not of now
        shift_at_20("chen", "lin"),
    ],
)
def test_what_the_card_promises_is_what_the_clock_does(reach: Reach) -> None:
    alert = firing(policy(level("lin"), level("chen"), level("zhao"), repeat=1))
    while alert.next_at is not None:
        promised = next_step(alert, reach)
        done = happened(due(alert, reach, alert.next_at))
        kept = [
            NextStep(
                rung=Rung(page.cycle, page.level), people=page.people, usergroups=page.usergroups, at=done.at
            )
            for page in pages(done)
        ]
        assert kept == ([promised] if promised else [])
        alert = done.alert
    assert next_step(alert, reach) is None


def test_nothing_is_promised_for_what_somebody_has_or_what_is_over() -> None:
    held = happened(acknowledge(firing(ASKED), "lin", at(1))).alert
    assert held.next_at is not None
    assert next_step(held, everybody()) is None
    assert next_step(happened(resolve(held, "lin", at(2))).alert, everybody()) is None
    assert next_step(firing(word="w"), everybody()) is None


def test_a_level_is_reached_as_the_roster_stands_when_it_is_paged() -> None:
    asked_for: list[tuple[list[Target], datetime]] = []

    def reach(targets: object, now: datetime) -> Reached:
        assert isinstance(targets, tuple)
        asked_for.append((list(targets), now))
        return Reached(people=("lin",))

    happened(due(firing(), reach, at(7)))
    assert asked_for == [([person("lin")], at(7))]


def test_a_new_problem_pages_anew_from_level_1() -> None:
    alert = happened(due(firing(), everybody(), T0)).alert
    over = happened(observe(alert, alert.subject, saw("o"), at(3))).alert
    anew = happened(observe(None, subject(), saw("c"), at(4))).alert
    assert over.next_at is None
    assert told(anew, everybody(), at(4)) == ["4 page 0.1 lin"]


def test_a_give_back_after_the_last_level_tells_the_end_at_once() -> None:
    alert = happened(due(firing(policy(level("lin"))), everybody(), T0)).alert
    alert = happened(acknowledge(alert, "lin", at(1))).alert
    alert = happened(unacknowledge(alert, "lin", at(2))).alert
    assert told(alert, everybody(), at(2)) == ["2 announce"]
    end = happened(due(alert, everybody(), at(2)))
    assert end.reason == say(
        "Nobody has it now, and the escalation chain is exhausted: {why}",
        why=say("given back by {person}", person=Name("lin")),
    )
    assert end.alert.given_back is None
