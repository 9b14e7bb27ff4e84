"""The proof that every due escalation ran, from the transitions alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems_of_orders import ONE_TWO_THREE, at, everybody, firing, happened

from bot.domain.alerts.response import acknowledge
from bot.domain.oncall.chain import due
from bot.domain.oncall.proof import Late, Step, proof

T0 = datetime(2026, 1, 19, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def steps(told: str) -> list[Step]:
    """`0:firing>0 1:escalated>600 30:acknowledged`: seconds, event, and when the next is due."""
    found = []
    for version, word in enumerate(told.split(), start=1):
        when, _, rest = word.partition(":")
        event, _, next_at = rest.partition(">")
        due_at = T0 + float(next_at) * SECOND if next_at else None
        found.append(Step(version=version, at=T0 + float(when) * SECOND, event=event, next_at=due_at))
    return found


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        # nothing, nothing due
        ("", 99, []),
        ("0:pending", 9999, []),
        # due and done, in time or a little late
        ("0:firing>0 1:escalated>600 600:escalated>1200", 1200, []),
        ("0:firing>0 60:escalated>660", 700, []),
        # not due yet, due just now, due for a minute: fine
        ("0:firing>0 1:escalated>600", 660, []),
        # due, and nobody came
        ("0:firing>0 1:escalated>600", 661, ["escalated due 600 missing"]),
        ("0:firing>0", 61, ["firing due 0 missing"]),
        # came late
        ("0:firing>0 90:escalated>690 690:escalated", 9999, ["firing due 0 came 90"]),
        # something else came in time: an acknowledgement stops the chain
        ("0:firing>0 1:escalated>600 30:acknowledged", 9999, []),
        # or the value changed, and the step stayed due
        ("0:firing>0 1:escalated>600 500:severity>600 700:escalated", 9999, ["severity due 600 came 700"]),
        # acknowledged, and nobody asked
        ("0:firing>0 1:escalated>600 30:acknowledged>1830", 1900, ["acknowledged due 1830 missing"]),
    ],
)
def test_what_was_due_and_did_not_run_is_found(told, now, expected):
    def seconds(moment: datetime) -> str:
        return f"{(moment - T0).total_seconds():g}"

    found = [
        f"{each.after} due {seconds(each.due_at)} "
        + (f"came {seconds(each.came_at)}" if each.came_at else "missing")
        for each in proof(steps(told), T0 + now * SECOND)
    ]
    assert found == expected


def test_a_hole_in_the_numbers_is_found():
    first, _, third = steps("0:firing>0 1:escalated>600 30:acknowledged")
    (late,) = proof([first, third], T0 + 99 * SECOND)
    assert late == Late(after="firing", due_at=first.at, came_at=third.at, lost=True)


@given(st.lists(st.floats(0, 3), max_size=8), st.booleans())
@settings(max_examples=60, deadline=None)
def test_an_engine_that_keeps_time_is_always_proved_and_one_that_sleeps_never(delays, acknowledges):
    alert = firing(ONE_TWO_THREE)
    found = [Step(version=1, at=at(0), event="alert.firing", next_at=alert.next_at)]
    worst = 0.0
    for delay in delays:
        if alert.next_at is None:
            break
        now = alert.next_at + timedelta(minutes=delay)
        worst = max(worst, delay)
        transition = happened(due(alert, everybody(), now))
        alert = transition.alert
        found.append(Step(version=alert.version, at=now, event=transition.event, next_at=alert.next_at))
    if acknowledges and alert.next_at:
        transition = happened(acknowledge(alert, "lin", found[-1].at))
        found.append(Step(version=transition.alert.version, at=transition.at, event="ack", next_at=None))
    assert bool(proof(found, found[-1].at)) == (worst > 1)
