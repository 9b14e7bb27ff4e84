"""Silences, windows and causes: whether an alert is quiet, and what that does to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from problems_of_orders import (
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

from bot.domain.alerts.alert import Alert, AlertKind, Refusal, Suppression, SuppressionKind
from bot.domain.alerts.course import observe
from bot.domain.alerts.quiet.hush import (
    Inhibition,
    awaken,
    began_quiet,
    by_cause,
    by_silence,
    by_window,
    labels_of,
    suppress,
)
from bot.domain.alerts.quiet.silence import Everything, Silence, Wish, begin_silence, end_silence
from bot.domain.alerts.quiet.window import Once, Window
from bot.domain.alerts.quiet.wording import parse_matchers
from bot.domain.alerts.response import acknowledge, resolve, unacknowledge
from bot.domain.oncall.chain import due, escalate


def silence(matching: str = "alertname=latency_p99", minutes: float = 60) -> Silence:
    wish = Wish(matchers=parse_matchers(matching), length=timedelta(minutes=minutes), reason="deploying")
    begun = begin_silence(wish, "lin", ["orders"], T0)
    assert isinstance(begun, Silence), begun
    return begun


def quiet(until: float = 60) -> Suppression:
    found = by_silence(labels_of(firing()), [silence(minutes=until)], T0)
    assert found
    return found


@pytest.mark.parametrize(
    ("matching", "minute", "is_quiet"),
    [
        ("alertname=latency_p99", 0, True),
        ("alertname=latency_p99", 59.9, True),
        ("alertname=latency_p99", 60, False),  # over in the very instant of its end
        ("service=orders severity=critical", 5, True),
        ("severity=warning", 5, False),
        ("host=a", 5, True),  # its own label
        ("kind=breach tier=1", 5, True),
    ],
)
def test_a_silence_holds_for_what_fits_until_its_end(matching: str, minute: float, is_quiet: bool) -> None:
    alert = happened(observe(None, replace(subject(), labels=(("host", "a"),)), saw("c"), T0)).alert
    assert (by_silence(labels_of(alert), [silence(matching)], at(minute)) is not None) is is_quiet


def test_of_several_silences_the_longest_says_until_when() -> None:
    found = by_silence(labels_of(firing()), [silence(minutes=90), silence(minutes=30)], T0)
    assert found
    assert (found.until, found.kind) == (at(90), SuppressionKind.SILENCE)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(matchers=(), length=timedelta(hours=1), reason=""), "Say what to silence"),
        (Wish(matchers=parse_matchers("a=b"), length=timedelta(0), reason=""), "A silence lasts from"),
        (Wish(matchers=parse_matchers("a=b"), length=timedelta(days=31), reason=""), "A silence lasts from"),
        (Wish(matchers=parse_matchers("a=b") * 21, length=timedelta(hours=1), reason=""), "A silence has"),
        (
            Wish(matchers=parse_matchers(f"a={'b' * 400}") * 3, length=timedelta(hours=1), reason=""),
            "The matchers",
        ),
        (
            Wish(matchers=parse_matchers("a=~.*"), length=timedelta(hours=1), reason=""),
            "`{matchers}` fits every",
        ),
    ],
)
def test_what_cannot_be_silenced_is_refused_with_why(wish: Wish, why: str) -> None:
    outcome = begin_silence(wish, "lin", ["orders"], T0)
    assert isinstance(outcome, Refusal)
    assert outcome.reason.key.startswith(why)
    assert isinstance(outcome, Everything) is why.startswith("`")


def test_who_is_sure_may_silence_everything() -> None:
    wish = Wish(matchers=parse_matchers("a=~.*"), length=timedelta(hours=1), reason="", sure=True)
    assert isinstance(begin_silence(wish, "lin", ["orders"], T0), Silence)


def test_a_silence_that_is_over_cannot_be_ended() -> None:
    once = end_silence(silence(), "chen", at(5))
    assert isinstance(once, Silence)
    assert not once.active(at(5))
    assert refused(end_silence(once, "chen", at(6))).startswith("The silence {id} was over")  # type: ignore[arg-type]
    assert isinstance(end_silence(silence(), "chen", at(60)), Refusal)


def test_a_window_makes_quiet_what_fits_while_it_is_open() -> None:
    window = Window(
        name="upgrade",
        matchers=parse_matchers("service=orders"),
        times=Once(since=at(10), until=at(20)),
        zone="UTC",
    )
    labels = labels_of(firing())
    held = [minute for minute in (9, 10, 19, 20) if by_window(labels, [window], at(minute))]
    assert held == [10, 19]


def alert_of(key: str, severity: str = "c", **labels: str) -> Alert:
    about = replace(subject(), key=key, labels=tuple(labels.items()))
    return happened(observe(None, about, saw(severity), T0)).alert


CAUSE = Inhibition(
    source=parse_matchers("alertname=db-down"), target=parse_matchers("severity=warning"), equal=("cluster",)
)
MUTUAL = Inhibition(source=parse_matchers("severity=critical"), target=parse_matchers("alertname=~db.*"))


@pytest.mark.parametrize(
    ("inhibition", "source", "target", "is_quiet"),
    [
        # the same cluster
        (CAUSE, alert_of("db-down", cluster="a"), alert_of("slow", "w", cluster="a"), True),
        # another one
        (CAUSE, alert_of("db-down", cluster="a"), alert_of("slow", "w", cluster="b"), False),
        # a label that both lack is the same
        (CAUSE, alert_of("db-down"), alert_of("slow", "w"), True),
        # one that is empty is one that is lacking
        (CAUSE, alert_of("db-down", cluster=""), alert_of("slow", "w"), True),
        # a label that one of them lacks is not
        (CAUSE, alert_of("db-down", cluster="a"), alert_of("slow", "w"), False),
        # no target
        (CAUSE, alert_of("db-down"), alert_of("slow", "c"), False),
        # no source
        (CAUSE, alert_of("db-up"), alert_of("slow", "w"), False),
        # both are cause and consequence: they do not silence each other
        (MUTUAL, alert_of("db1"), alert_of("db2"), False),
        # a cause that is none of its own consequences does
        (MUTUAL, alert_of("power"), alert_of("db2"), True),
        # nor does one that is only a consequence
        (MUTUAL, alert_of("db1"), alert_of("db2", "w"), True),
    ],
)
def test_a_cause_makes_its_consequences_quiet(
    inhibition: Inhibition, source: Alert, target: Alert, is_quiet: bool
) -> None:
    found = by_cause(target, labels_of(target), [inhibition], [(source, labels_of(source))])
    assert (found is not None) is is_quiet
    assert found is None or (found.source, found.until) == (source.id, None)


def test_nothing_is_its_own_cause() -> None:
    alert = alert_of("power")
    all_of_it = Inhibition(source=parse_matchers("alertname=power"), target=parse_matchers("service=orders"))
    assert by_cause(alert, labels_of(alert), [all_of_it], [(alert, labels_of(alert))]) is None


def test_what_begins_in_a_silence_is_noted_and_nobody_hears_of_it() -> None:
    fired = happened(observe(None, subject(), saw("c"), T0))
    unheard, hushed = began_quiet(fired, quiet(), T0)
    assert [unheard.event, hushed.event] == ["alert.firing", "alert.suppressed"]
    assert [said(unheard), said(hushed)] == [[], []]  # no card, no note, no page
    assert [unheard.alert.version, hushed.alert.version] == [1, 2]
    assert (hushed.alert.next_at, hushed.alert.card) == (at(60), None)
    assert hushed.reason.key == "Quiet: {why}"


@pytest.mark.parametrize(
    ("word", "effects", "next_at"),
    [
        ("c", ["card"], at(60)),  # still firing: it is heard, and it pages
        ("w", ["card"], None),  # a warning is heard, and pages nobody
    ],
)
def test_what_still_fires_at_the_end_of_its_silence_is_heard_then(
    word: str, effects: list[str], next_at: object
) -> None:
    fired = happened(observe(None, subject(), saw(word), T0))
    _, hushed = began_quiet(fired, quiet(), T0)
    heard = awaken(hushed.alert, at(60))
    assert (heard.event, said(heard), heard.alert.next_at) == ("alert.unsuppressed", effects, next_at)
    assert heard.alert.quiet is None
    if word == "c":
        assert said(happened(due(heard.alert, everybody(), at(60)))) == ["page 0.1 lin", "redraw"]


def test_what_is_over_before_its_silence_is_never_heard_of() -> None:
    fired = happened(observe(None, subject(), saw("c"), T0))
    _, hushed = began_quiet(fired, quiet(), T0)
    over = happened(observe(hushed.alert, subject(), saw("o"), at(5)))
    assert (over.event, said(over), over.alert.next_at) == ("alert.resolved", [], None)


def test_a_silence_stops_a_chain_and_its_end_lets_it_go_on() -> None:
    paged = happened(due(firing(), everybody(), T0)).alert
    hushed = suppress(paged, quiet(5), at(1))
    assert said(hushed) == ["note", "redraw"]
    assert hushed.alert.next_at == at(5)
    # level 1 still has its ten minutes
    assert awaken(hushed.alert, at(5)).alert.next_at == at(10)
    assert awaken(hushed.alert, at(60)).alert.next_at == at(60)


@pytest.mark.parametrize(
    ("word", "next_at"),
    [
        ("c", at(60)),  # getting worse in a silence wakes nobody before its end
        ("w", at(60)),
    ],
)
def test_a_quiet_alert_keeps_its_time_whatever_is_measured(word: str, next_at: object) -> None:
    other = "w" if word == "c" else "c"
    hushed = suppress(firing(word=other), quiet(), at(1)).alert
    changed = happened(observe(hushed, hushed.subject, saw(word), at(2)))
    assert (changed.event, changed.alert.next_at) == ("alert.severity", next_at)


def test_people_may_take_give_back_and_close_a_quiet_alert_but_not_hand_it_up() -> None:
    hushed = suppress(firing(policy(level("lin"))), quiet(), at(1)).alert
    taken = happened(acknowledge(hushed, "lin", at(2))).alert
    assert taken.next_at == at(60)  # nobody is asked, but the silence's end is seen
    assert awaken(taken, at(60)).alert.next_at is None
    assert happened(unacknowledge(taken, "lin", at(3)))
    assert happened(resolve(hushed, "lin", at(2)))
    assert refused(escalate(hushed, "lin", everybody(), at(2))) == (
        "{alert} is quiet ({why}): nobody is paged; end that first"
    )


def test_an_acknowledged_alert_is_asked_about_once_its_silence_is_over() -> None:
    chain = policy(level("lin"), resolve_within=30)
    taken = happened(acknowledge(firing(chain), "lin", at(1))).alert
    hushed = suppress(taken, quiet(60), at(31)).alert
    assert awaken(hushed, at(60)).alert.next_at == at(60)


@pytest.mark.parametrize(
    "change",
    [
        {"exhausted": True},  # its chain is at its end
        {"subject": subject(ONE_TWO_THREE, kind=AlertKind.NO_DATA)},  # it never pages
        {"flapping": 40.0, "paged_at": T0, "level": 1},  # it has paged, and flaps
    ],
)
def test_what_would_not_page_anyway_does_not_page_after_a_silence(change: dict[str, object]) -> None:
    hushed = suppress(replace(firing(), **change), quiet(), at(1)).alert  # type: ignore[arg-type]
    assert awaken(hushed, at(60)).alert.next_at is None
