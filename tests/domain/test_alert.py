"""What observations and people do to an alert, decision by decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

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
    policy,
    refused,
    said,
    saw,
    subject,
)

from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Refusal, Severity, Transition
from bot.domain.alerts.course import observe
from bot.domain.alerts.response import ANSWER_WITHIN, acknowledge, ask, resolve, unacknowledge
from bot.domain.oncall.chain import climb, due, escalate
from bot.domain.oncall.escalation import Policy
from bot.domain.text import Instant, Name, Quantity, Span, Text, say

WITHIN_30 = policy(level("lin"), level("chen"), resolve_within=30)


def lived(
    words: str, *, for_: float = 0, recover_for: float = 0, step: float = 1, max_attempts: int = 1
) -> list[str]:
    """One letter a step of a minute (`.`: no observation) → the events, each with its minute."""
    alert: Alert | None = None
    events: list[str] = []
    for number, word in enumerate(words):
        if word == ".":
            continue
        about = replace(subject(for_=for_, recover_for=recover_for), max_attempts=max_attempts)
        transition = observe(alert, about, saw(word), at(number * step))
        if transition:
            events.append(f"{number} {transition.event.removeprefix('alert.')}")
            alert = transition.alert if transition.alert.open else None
    return events


@pytest.mark.parametrize(
    ("words", "for_", "recover_for", "events"),
    [
        ("o", 0, 0, []),  # good from the start
        ("-", 0, 0, []),  # between the limits is no problem that begins
        ("c", 0, 0, ["0 firing"]),  # for 0: at once
        ("ccc", 0, 0, ["0 firing"]),  # more of the same says nothing
        ("co", 0, 0, ["0 firing", "1 resolved"]),  # and over at once
        ("coc", 0, 0, ["0 firing", "1 resolved", "2 firing"]),  # a new problem
        ("cccc", 2, 0, ["0 pending", "2 firing"]),  # `for` has passed at exactly two minutes
        ("c.c.c", 3, 0, ["0 pending", "4 firing"]),  # sampled rarely: at the first sample after it
        ("co", 2, 0, ["0 pending", "1 resolved"]),  # a pending one that goes away
        ("cocc", 2, 0, ["0 pending", "1 resolved", "2 pending"]),  # and begins anew, from zero
        ("w-w", 2, 0, ["0 pending", "2 firing"]),  # between the limits the breach is not over
        ("w--", 2, 0, ["0 pending"]),  # but only a bad value makes it fire
        ("c-ccc", 2, 0, ["0 pending", "1 pending", "2 pending", "4 firing"]),  # critical counts anew
        ("c--", 2, 0, ["0 pending", "1 pending"]),  # forgotten once
        ("wwcc", 3, 0, ["0 pending", "2 pending"]),  # a critical end is not critical for `for`
        ("wwccwc", 3, 0, ["0 pending", "2 pending", "4 firing", "5 worsening"]),  # but bad for that long
        ("wwcccc", 3, 0, ["0 pending", "2 pending", "5 firing"]),  # and critical in the end
        ("ccww", 3, 0, ["0 pending", "2 pending", "3 firing"]),  # a warning after all
        ("wco", 3, 0, ["0 pending", "1 pending", "2 resolved"]),  # neither
        ("wwwccc", 2, 0, ["0 pending", "2 firing", "3 worsening", "5 severity"]),  # a firing one rises
        ("wwwcc", 2, 0, ["0 pending", "2 firing", "3 worsening"]),  # not before `for` is over
        ("wwwcwcc", 2, 0, ["0 pending", "2 firing", "3 worsening", "4 eased", "5 worsening"]),  # a spike
        ("wwwc-cc", 2, 0, ["0 pending", "2 firing", "3 worsening", "4 eased", "5 worsening"]),  # is no rise
        ("wwwco", 2, 0, ["0 pending", "2 firing", "3 worsening", "4 resolved"]),  # good at once
        ("cccwcw", 2, 0, ["0 pending", "2 firing", "3 severity", "4 worsening", "5 eased"]),  # down at once
        ("ccc-c", 2, 0, ["0 pending", "2 firing"]),  # once critical, `for` is over for good
        (
            "wwwcoccc",
            2,
            9,
            ["0 pending", "2 firing", "3 worsening", "4 recovering", "5 relapsed", "7 severity"],
        ),  # good for a moment: critical counts anew
        ("cw", 0, 0, ["0 firing", "1 severity"]),  # down
        ("wc", 0, 0, ["0 firing", "1 severity"]),  # up
        ("wcwc", 0, 0, ["0 firing", "1 severity", "2 severity", "3 severity"]),  # each change is said
        ("c-o", 0, 0, ["0 firing", "2 resolved"]),  # hysteresis: only `recovery` ends it
        ("c-c", 0, 0, ["0 firing"]),  # and dipping between the limits is nothing new
        ("cooo", 0, 2, ["0 firing", "1 recovering", "3 resolved"]),  # good for two minutes
        ("coo", 0, 2, ["0 firing", "1 recovering"]),  # good for one of two minutes
        (
            "cocooo",
            0,
            2,
            ["0 firing", "1 recovering", "2 relapsed", "3 recovering", "5 resolved"],
        ),  # bad again
        (
            "co-ooo",
            0,
            2,
            ["0 firing", "1 recovering", "2 relapsed", "3 recovering", "5 resolved"],
        ),  # not good
        ("cowooo", 0, 2, ["0 firing", "1 recovering", "2 severity", "3 recovering", "5 resolved"]),  # worse
        ("co", 2, 9, ["0 pending", "1 resolved"]),  # pending needs no recovery time
    ],
)
def test_observations_make_a_life(words: str, for_: float, recover_for: float, events: list[str]) -> None:
    assert lived(words, for_=for_, recover_for=recover_for) == events


def test_a_problem_that_fires_posts_its_card_and_is_due_at_once() -> None:
    fired = happened(observe(None, subject(), saw("c"), T0))
    assert said(fired) == ["card"]
    alert = fired.alert
    assert (alert.state, alert.severity, alert.version, alert.turn) == ("firing", "critical", 1, 1)
    assert (alert.began_at, alert.fired_at, alert.next_at) == (T0, T0, T0)
    assert alert.value == Quantity(12.0, "s")
    assert fired.reason == alert.reason == saw("c").reason


def test_a_pending_problem_tells_nobody() -> None:
    pending = happened(observe(None, subject(for_=2), saw("c"), T0))
    assert pending.effects == ()
    assert (pending.alert.state, pending.alert.fired_at, pending.alert.next_at) == ("pending", None, None)
    gone = happened(observe(pending.alert, pending.alert.subject, saw("o"), at(1)))
    assert gone.effects == ()
    assert gone.reason.key == "Good again before it had lasted long enough: {reason}"
    assert (gone.alert.open, gone.alert.resolved_at, gone.alert.turn) == (False, at(1), 1)


def watched(words: str, for_: float) -> Transition:
    """The last change that values a minute apart make, one a letter."""
    found: Transition | None = None
    for number, word in enumerate(words):
        alert = found.alert if found else None
        found = observe(alert, subject(for_=for_), saw(word), at(number)) or found
    return happened(found)


@pytest.mark.parametrize(
    ("words", "severity", "reason"),
    [
        # critical all the time: the limit was broken for `for`
        ("ccc", "critical", say("{reason} for {span}", reason=saw("c").reason, span=Span(120))),
        # critical since the second minute
        ("wccc", "critical", say("{reason} for {span}", reason=saw("c").reason, span=Span(120))),
        # only the problem has lasted so long, not this value's limit
        (
            "ccw",
            "warning",
            say("{reason}; the problem has lasted {span}", reason=saw("w").reason, span=Span(120)),
        ),
        # a warning is late when a critical value came when it was due
        (
            "wwcw",
            "warning",
            say("{reason}; the problem has lasted {span}", reason=saw("w").reason, span=Span(180)),
        ),
    ],
)
def test_a_problem_fires_as_what_has_lasted_and_says_so(words: str, severity: str, reason: Text) -> None:
    fired = watched(words, 2)
    assert (fired.event, fired.alert.severity) == ("alert.firing", severity)
    assert fired.reason == fired.alert.reason == reason
    assert fired.alert.value == saw(words[-1]).value
    assert (fired.alert.began_at, fired.alert.fired_at) == (T0, at(len(words) - 1))
    assert fired.alert.worse_since is None


def test_a_pending_problem_keeps_since_when_it_is_critical() -> None:
    worse = watched("wc", 5)
    assert (worse.event, worse.effects, worse.reason) == ("alert.pending", (), saw("c").reason)
    assert (worse.alert.worse_since, worse.alert.version) == (at(1), 2)
    assert watched("wccc", 5) == worse  # told once
    assert watched("c", 5).alert.worse_since == T0
    assert watched("ccw", 5).alert.worse_since is None


@pytest.mark.parametrize("taken", [False, True])
def test_a_single_spike_of_a_warning_pages_nobody_but_is_kept(taken: bool) -> None:
    warning = watched("www", 2).alert
    if taken:
        warning = happened(acknowledge(warning, "lin", at(2))).alert
    spike = happened(observe(warning, warning.subject, saw("c"), at(3)))
    assert spike.reason.key == "Critical now, counts as worse if it stays so for {span}: {reason}"
    assert dict(spike.reason.params) == {"span": Span(120), "reason": saw("c").reason}
    assert said(spike) == ["redraw"]  # no note in the thread
    assert spike.alert == replace(warning, worse_since=at(3), version=warning.version + 1)
    over = happened(observe(spike.alert, warning.subject, saw("w"), at(4)))
    assert over.reason == say("No longer critical: {reason}", reason=saw("w").reason)
    assert said(over) == ["redraw"]
    assert over.alert == replace(warning, version=warning.version + 2)


@pytest.mark.parametrize("taken", [False, True])
def test_a_warning_that_stays_critical_rises_once_that_has_lasted(taken: bool) -> None:
    warning = watched("wwwc", 2).alert
    if taken:
        warning = happened(acknowledge(warning, "lin", at(3))).alert
    assert observe(warning, warning.subject, saw("c"), at(4)) is None
    risen = happened(observe(warning, warning.subject, saw("c"), at(5)))
    lasted = say("{reason} for {span}", reason=saw("c").reason, span=Span(120))
    assert risen.reason == say("Worse: {reason}", reason=lasted)
    assert said(risen) == ["note", "redraw"]
    assert (risen.alert.severity, risen.alert.reason, risen.alert.worse_since) == ("critical", lasted, None)
    assert risen.alert.next_at == (None if taken else at(5))


@pytest.mark.parametrize(
    ("words", "events"),
    [
        ("ccc", ["0 pending", "1 pending", "2 firing"]),  # the third in a row is hard
        ("wcw", ["0 pending", "1 pending", "2 firing"]),  # whatever is bad counts
        ("cco", ["0 pending", "1 pending", "2 resolved"]),  # a soft problem went by itself
        ("cocc", ["0 pending", "1 resolved", "2 pending", "3 pending"]),  # counted anew
        ("cc-c", ["0 pending", "1 pending", "2 pending", "3 firing"]),  # between the limits is neither
        ("cccw", ["0 pending", "1 pending", "2 firing", "3 severity"]),  # hard states change at once
        ("ccco", ["0 pending", "1 pending", "2 firing", "3 resolved"]),  # and end at once
    ],
)
def test_a_soft_state_becomes_hard_with_its_last_attempt(words: str, events: list[str]) -> None:
    assert lived(words, max_attempts=3) == events


def test_each_attempt_says_which_it_is() -> None:
    about = replace(subject(), max_attempts=3)
    first = happened(observe(None, about, saw("c"), T0))
    third = happened(observe(replace(first.alert, attempts=2), about, saw("c"), at(2)))
    counted = "{reason} (attempt {number} of {most})"
    assert first.reason == say(counted, reason=saw("c").reason, number=1, most=3)
    assert third.reason == say(counted, reason=saw("c").reason, number=3, most=3)


@pytest.mark.parametrize(
    ("tier", "kind", "word", "pages"),
    [
        (1, AlertKind.BREACH, "c", True),  # a critical metric of tier 1
        (None, AlertKind.BREACH, "c", True),  # a failing check without a metric
        (1, AlertKind.BREACH, "w", False),  # warnings never
        (2, AlertKind.BREACH, "c", False),  # tier 2 never
        (3, AlertKind.BREACH, "c", False),  # nor tier 3
        (1, AlertKind.NO_DATA, "c", False),  # silence is no breach
        (None, AlertKind.ERROR, "c", False),  # nor a check that cannot run
    ],
)
def test_only_what_matters_now_pages(tier: int | None, kind: AlertKind, word: str, pages: bool) -> None:
    alert = happened(observe(None, subject(tier=tier, kind=kind), saw(word), T0)).alert
    assert alert.pages is pages
    assert alert.next_at == (T0 if pages else None)


@pytest.mark.parametrize(
    ("kind", "labels", "fingerprint"),
    [
        (AlertKind.BREACH, (), "orders/latency_p99"),
        (AlertKind.BREACH, (("zone", "b"), ("host", "a")), "orders/latency_p99{host=a,zone=b}"),  # sorted
        (AlertKind.NO_DATA, (), "orders/latency_p99:no_data"),
        (AlertKind.ERROR, (("host", "a"),), "orders/latency_p99{host=a}:error"),
    ],
)
def test_a_fingerprint_names_service_key_labels_and_kind(
    kind: AlertKind, labels: tuple[tuple[str, str], ...], fingerprint: str
) -> None:
    assert subject(kind=kind, labels=labels).fingerprint == fingerprint


def test_getting_better_stops_the_chain_and_getting_worse_resumes_it() -> None:
    paged = climb(firing(), everybody(), T0).alert
    better = happened(observe(paged, paged.subject, saw("w"), at(2)))
    assert (better.alert.severity, better.alert.next_at, better.reason.key) == (
        Severity.WARNING,
        None,
        "Better, not yet good: {reason}",
    )
    assert said(better) == ["note", "redraw"]
    worse = happened(observe(better.alert, better.alert.subject, saw("c"), at(4)))
    assert (worse.alert.next_at, worse.reason.key) == (at(10), "Worse: {reason}")  # level 1 had ten minutes
    late = happened(observe(better.alert, better.alert.subject, saw("c"), at(40)))
    assert late.alert.next_at == at(40)  # they are long over


@pytest.mark.parametrize(
    ("tier", "next_at"),
    [
        (1, at(5)),  # a warning that becomes critical begins its chain
        (2, None),  # what does not page has none
    ],
)
def test_a_warning_that_rises_pages_if_it_matters_now(tier: int, next_at: object) -> None:
    warning = firing(word="w", tier=tier)
    assert warning.next_at is None
    assert happened(observe(warning, warning.subject, saw("c"), at(5))).alert.next_at == next_at


def test_a_chain_that_was_exhausted_does_not_begin_again_by_itself() -> None:
    spent = happened(due(firing(NOBODY_HOME), everybody(), T0)).alert
    better = happened(observe(spent, spent.subject, saw("w"), at(1))).alert
    assert happened(observe(better, better.subject, saw("c"), at(2))).alert.next_at is None


@pytest.mark.parametrize("words", ["c", "w", "cw", "wc"])
def test_what_never_pages_by_itself_keeps_the_chain_a_person_began(words: str) -> None:
    alert = happened(escalate(firing(word=words[0], tier=2), "lin", everybody(), at(1))).alert
    for word in words[1:]:
        alert = happened(observe(alert, alert.subject, saw(word), at(2))).alert
    assert alert.next_at == at(11)


def acknowledged(chain: Policy = WITHIN_30, word: str = "c", by: str = "lin") -> Alert:
    return happened(acknowledge(firing(chain, word), by, at(1))).alert


def asked() -> Alert:
    return ask(acknowledged(), at(31)).alert


def given_back() -> Alert:
    return happened(unacknowledge(acknowledged(), "lin", at(2))).alert


def resolved() -> Alert:
    return happened(resolve(firing(), "lin", at(1))).alert


def pending() -> Alert:
    return happened(observe(None, subject(for_=5), saw("c"), T0)).alert


@pytest.mark.parametrize("word", ["c", "w"])
def test_a_severity_that_changes_under_an_acknowledgement_changes_nothing_else(word: str) -> None:
    before = acknowledged(word="w" if word == "c" else "c")
    changed = happened(observe(before, before.subject, saw(word), at(3)))
    assert said(changed) == ["note", "redraw"]
    assert (changed.alert.state, changed.alert.acknowledged_by, changed.alert.turn) == (
        "acknowledged",
        "lin",
        before.turn,
    )
    assert changed.alert.next_at == before.next_at == at(31)  # still the question after 30 minutes


def test_a_warning_that_rose_under_an_acknowledgement_pages_once_it_is_given_back() -> None:
    before = acknowledged(word="w")
    risen = happened(observe(before, before.subject, saw("c"), at(3))).alert
    freed = happened(unacknowledge(risen, "lin", at(5))).alert
    assert said(happened(due(freed, everybody(), at(5)))) == ["page 0.1 lin", "redraw"]


def test_an_acknowledged_alert_resolves_by_itself() -> None:
    before = acknowledged()
    over = happened(observe(before, before.subject, saw("o"), at(12)))
    assert (over.alert.state, over.alert.next_at, over.alert.resolved_by) == ("resolved", None, None)
    assert (over.alert.acknowledged_by, over.by) == ("lin", None)  # the card still tells who had it
    assert over.reason == say("Resolved after {span}: {reason}", span=Span(720), reason=saw("o").reason)
    assert said(over) == ["note", "redraw"]


def test_an_acknowledgement_names_who_and_when_and_stops_the_chain() -> None:
    taken = happened(acknowledge(climb(firing(), everybody(), T0).alert, "chen", at(3)))
    assert (taken.event, taken.by) == ("alert.acknowledged", "chen")
    assert taken.reason == say("Acknowledged by {person}; the escalation stops", person=Name("chen"))
    assert said(taken) == ["note", "redraw"]
    alert = taken.alert
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_at) == ("acknowledged", "chen", at(3))
    assert alert.next_at is None  # no `resolve_within`: nothing is due
    assert alert.turn == 2


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        # its chain has begun, or begins at once
        (firing, "Acknowledged by {person}; the escalation stops"),
        # a warning has no chain
        (lambda: firing(word="w"), "Acknowledged by {person}"),
        # but one that somebody escalated has
        (
            lambda: happened(escalate(firing(word="w"), "lin", everybody(), T0)).alert,
            "Acknowledged by {person}; the escalation stops",
        ),
        # a chain at its end has stopped already
        (lambda: happened(due(firing(NOBODY_HOME), everybody(), T0)).alert, "Acknowledged by {person}"),
        # and so has one that somebody has stopped
        (lambda: asked(), "Acknowledged by {person}"),
    ],
)
def test_an_acknowledgement_says_that_the_escalation_stops_where_one_goes_on(
    made: Callable[[], Alert], reason: str
) -> None:
    assert happened(acknowledge(made(), "chen", at(32))).reason == say(reason, person=Name("chen"))


def test_resolve_within_counts_from_the_acknowledgement() -> None:
    late = happened(acknowledge(firing(WITHIN_30), "lin", at(25)))
    assert late.alert.next_at == at(55)


@pytest.mark.parametrize("by", ["lin", "chen"])  # who was asked keeps it, anybody else takes it over
def test_anybody_may_answer_the_question_and_has_the_whole_time(by: str) -> None:
    again = happened(acknowledge(asked(), by, at(33))).alert
    assert (again.state, again.acknowledged_by, again.turn) == ("acknowledged", by, asked().turn + 1)
    assert (again.asked_at, again.acknowledged_at, again.next_at) == (None, at(33), at(63))


def test_the_question_goes_to_who_acknowledged_and_gives_them_five_minutes() -> None:
    question = happened(due(acknowledged(), everybody(), at(31)))
    assert (question.event, said(question)) == ("alert.asked", ["remind lin", "redraw"])
    assert (question.alert.asked_at, question.alert.next_at) == (at(31), at(36))
    assert dict(question.reason.params) == {"at": Instant(at(1)), "span": Span.of(ANSWER_WITHIN)}
    assert timedelta(minutes=5) == ANSWER_WITHIN


@pytest.mark.parametrize("by", ["lin", "chen"])
def test_a_give_back_frees_the_alert_and_is_due_at_once(by: str) -> None:
    freed = happened(unacknowledge(acknowledged(), by, at(4)))
    assert freed.reason == say("Given back by {person}; the escalation goes on", person=Name(by))
    alert = freed.alert
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_at) == ("firing", None, None)
    assert (alert.next_at, alert.turn) == (at(4), 3)


def test_a_give_back_of_what_does_not_page_promises_no_escalation() -> None:
    freed = happened(unacknowledge(acknowledged(word="w"), "lin", at(4)))
    assert freed.reason == say("Given back by {person}", person=Name("lin"))
    assert freed.alert.next_at is None
    unanswered = happened(due(ask(acknowledged(word="w"), at(31)).alert, everybody(), at(36)))
    assert unanswered.reason == say("No answer from {person}", person=Name("lin"))


def test_a_give_back_after_the_end_of_the_chain_is_not_silent() -> None:
    spent = happened(due(firing(NOBODY_HOME), everybody(), T0)).alert
    freed = happened(unacknowledge(happened(acknowledge(spent, "lin", at(1))).alert, "lin", at(2))).alert
    assert said(happened(due(freed, everybody(), at(2)))) == ["announce", "redraw"]


def test_a_resolve_by_hand_says_by_whom_and_how_long_it_lasted() -> None:
    closed = happened(resolve(firing(), "chen", at(90)))
    by_chen = say("closed by {person}", person=Name("chen"))
    assert closed.reason == say("Resolved after {span}: {reason}", span=Span(5400), reason=by_chen)
    assert (closed.by, closed.alert.resolved_by, closed.alert.resolved_at) == ("chen", "chen", at(90))
    assert closed.alert.next_at is None
    assert said(closed) == ["note", "redraw"]


def test_a_value_still_bad_after_a_resolve_by_hand_is_a_new_problem() -> None:
    first = happened(resolve(firing(), "chen", at(1))).alert
    second = happened(observe(None, first.subject, saw("c"), at(2))).alert
    assert second.id != first.id


Act = Callable[[Alert, int | None], Transition | Refusal]
ACTS: dict[str, Act] = {
    "ack": lambda alert, turn: acknowledge(alert, "chen", at(40)),
    "ack again": lambda alert, turn: acknowledge(alert, "lin", at(40)),
    "unack": lambda alert, turn: unacknowledge(alert, "chen", at(40), turn),
    "resolve": lambda alert, turn: resolve(alert, "chen", at(40), turn),
    "escalate": lambda alert, turn: escalate(alert, "chen", everybody(), at(40), turn),
}


@pytest.mark.parametrize(
    ("act", "made", "answer"),
    [
        ("ack", pending, "{alert} is not firing yet"),
        ("ack", resolved, "{alert} was resolved at {at}; nothing was changed"),
        ("ack", acknowledged, "{alert} is already acknowledged by {person}, since {at}"),
        ("ack again", acknowledged, "{alert} is already acknowledged by {person}, since {at}"),  # twice
        ("unack", pending, "{alert} is not firing yet"),
        ("unack", firing, "{alert} is not acknowledged by anybody"),
        ("unack", given_back, "{alert} is not acknowledged by anybody"),  # given back twice
        ("unack", resolved, "{alert} was resolved at {at}; nothing was changed"),
        ("resolve", pending, "{alert} is not firing yet"),
        ("resolve", resolved, "{alert} was resolved at {at}; nothing was changed"),
        ("escalate", pending, "{alert} is not open; nothing was changed"),
        ("escalate", resolved, "{alert} is not open; nothing was changed"),
    ],
)
def test_what_cannot_be_done_is_refused_with_why(act: str, made: Callable[[], Alert], answer: str) -> None:
    assert refused(ACTS[act](made(), None)) == answer


@pytest.mark.parametrize("act", ["unack", "resolve", "escalate"])
def test_a_late_click_on_an_old_card_changes_nothing(act: str) -> None:
    now = acknowledged()
    late = refused(ACTS[act](now, now.turn - 1))
    assert late == ("{alert} has changed since that card was drawn; nothing was changed. Look at it again")
    assert happened(ACTS[act](now, now.turn))
    assert happened(ACTS[act](now, None))  # a command shows no card


def test_a_card_drawn_before_an_acknowledgement_can_not_close_what_was_given_back_since() -> None:
    drawn = firing(WITHIN_30)
    assert given_back().turn > drawn.turn
    assert refused(resolve(given_back(), "chen", at(3), drawn.turn)).startswith("{alert} has changed")


@pytest.mark.parametrize("made", [firing, acknowledged])
def test_two_clicks_on_one_escalate_button_page_one_level(made: Callable[[], Alert]) -> None:
    drawn = made()
    once = happened(escalate(drawn, "chen", everybody(), at(2), drawn.turn)).alert
    assert refused(escalate(once, "lin", everybody(), at(2), drawn.turn)).startswith("{alert} has changed")


def test_refusals_name_the_alert_and_when() -> None:
    answer = acknowledge(resolved(), "chen", at(40))
    assert isinstance(answer, Refusal)
    assert dict(answer.reason.params) == {"alert": "orders/latency_p99", "at": Instant(at(1))}


def test_an_alert_is_open_until_it_is_resolved() -> None:
    assert [each().open for each in (pending, firing, acknowledged, resolved)] == [True, True, True, False]
    assert {state.value for state in AlertState} == {"pending", "firing", "acknowledged", "resolved"}


def test_a_reason_is_a_sentence_with_its_numbers() -> None:
    fired = happened(observe(None, replace(subject(ONE_TWO_THREE), labels=(("host", "a"),)), saw("c"), T0))
    assert isinstance(fired.reason, Text)
    assert dict(fired.reason.params)["value"] == Quantity(12.0, "s")
