"""How soon each thing came, beside how soon it had to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.rehearsal.gameday import Moment, game_day
from bot.domain.rehearsal.scenario import Fault, Measure, Scenario
from bot.domain.text import Label, say

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEVER = None


def scenario(**limits: timedelta | None) -> Scenario:
    return Scenario(
        label=Label("Slow"),
        begins_at=T0,
        length=30 * MINUTE,
        speed=10,
        rate=20,
        faults=(Fault(after=9 * MINUTE, fault="slow", on=False), Fault(after=2 * MINUTE, fault="slow")),
        limits={Measure(key): value for key, value in limits.items()},
    )


@pytest.mark.parametrize(
    ("limit", "came_after", "kept"),
    [
        (5 * MINUTE, 4 * MINUTE, True),
        (5 * MINUTE, 5 * MINUTE, True),  # at the limit is within it
        (5 * MINUTE, 5 * MINUTE + timedelta(seconds=1), False),
        (5 * MINUTE, None, False),  # it did not come at all
        (NEVER, None, True),
        (NEVER, MINUTE, False),  # it came, and should not have
    ],
)
def test_a_limit_is_kept_or_missed(limit: timedelta | None, came_after: timedelta | None, kept: bool) -> None:
    broken = T0 + 2 * MINUTE
    came = {} if came_after is None else {Measure.ACKNOWLEDGED: broken + came_after}
    day = game_day(scenario(acknowledged=limit), came, ())
    found = next(each for each in day.found if each.measure is Measure.ACKNOWLEDGED)
    assert (found.took, found.kept, day.kept) == (came_after, kept, kept)


def test_what_nothing_is_expected_of_is_measured_and_never_missed() -> None:
    day = game_day(scenario(), {Measure.RESOLVED: T0 + 20 * MINUTE}, ())
    assert [each.measure for each in day.found] == list(Measure)
    assert day.found[-1].took == 18 * MINUTE
    assert day.kept


def test_what_happened_is_told_in_order() -> None:
    late, early = Moment(at=T0 + MINUTE, what=say("–")), Moment(at=T0, what=say("–"))
    assert game_day(scenario(), {}, [late, early]).moments == (early, late)
