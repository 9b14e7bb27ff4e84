"""How two replays differ: a table, and laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.replay.compare import Episode, Kind, Tally, differences, woken
from bot.domain.replay.event import event

T0 = datetime(2026, 1, 19, tzinfo=UTC)


def episode(since: float, until: float | None, severity: str = "critical", alert: str = "a") -> Episode:
    """Hours after T0."""
    end = None if until is None else T0 + timedelta(hours=until)
    return Episode(alert=alert, severity=severity, since=T0 + timedelta(hours=since), until=end)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ([], [], []),
        ([episode(1, 2)], [episode(1, 2)], ["same"]),
        ([episode(1, 2)], [episode(1, 9)], ["same"]),  # when it ends does not matter
        ([episode(1, 2)], [], ["lost"]),
        ([], [episode(1, 2)], ["gained"]),
        ([episode(1, 4)], [episode(2, 4)], ["later"]),
        ([episode(2, 4)], [episode(1, 4)], ["earlier"]),
        ([episode(1, 4)], [episode(2, 4, "warning")], ["severity"]),  # matters more than when
        ([episode(1, 2)], [episode(3, 4)], ["lost", "gained"]),  # one after the other
        ([episode(1, 8)], [episode(1, 3), episode(5, 8)], ["same", "gained"]),  # one became two
        ([episode(1, 3), episode(5, 8)], [episode(1, 8)], ["same", "lost"]),  # two became one
        ([episode(1, None)], [episode(6, None)], ["later"]),  # never resolved
        ([episode(1, 2)], [episode(1, 2, alert="b")], ["lost", "gained"]),  # another alert
    ],
)
def test_alerts_of_two_replays_are_told_apart(
    before: list[Episode], after: list[Episode], kinds: list[str]
) -> None:
    assert [each.kind.value for each in differences(before, after)] == kinds


episodes = st.lists(
    st.builds(
        lambda since, length, alert: episode(since, since + length, alert=alert),
        st.integers(0, 20),
        st.integers(1, 5),
        st.sampled_from("ab"),
    ),
    max_size=8,
)


@given(episodes, episodes)
def test_every_alert_of_either_is_told_of_once(before: list[Episode], after: list[Episode]) -> None:
    found = differences(before, after)
    key = lambda each: (each.alert, each.since, each.until)  # noqa: E731
    assert sorted((each.before for each in found if each.before), key=key) == sorted(before, key=key)
    assert sorted((each.after for each in found if each.after), key=key) == sorted(after, key=key)


@given(episodes)
def test_what_is_the_same_does_not_differ(alerts: list[Episode]) -> None:
    apart = [each for number, each in enumerate(alerts) if each not in alerts[:number]]
    kinds = {each.kind for each in differences(apart, apart)}
    assert Kind.GAINED not in kinds
    assert Kind.LOST not in kinds


def test_pages_are_counted_by_person_and_night_of_the_plans_zone() -> None:
    before, after = Tally(zone="Asia/Shanghai"), Tally(zone="Asia/Shanghai")
    for hour, people in ((4, ("lin",)), (14, ("lin", "chen")), (20, ("lin",)), (23, ("lin",))):
        before.count(event(T0 + timedelta(hours=hour), "page", to=people))  # 12:00, 22:00, 04:00, 07:00 there
    after.count(event(T0 + timedelta(hours=14), "page", to=("lin",)))
    assert [(each.person, each.night, each.before, each.after) for each in woken(before, after)] == [
        ("chen", date(2026, 1, 19), 1, 0),
        ("lin", None, 2, 0),
        ("lin", date(2026, 1, 19), 2, 1),
    ]


def test_an_alert_counts_as_bad_as_it_was_at_its_worst() -> None:
    tally = Tally(zone="UTC")
    for name, severity in (
        ("alert.firing", "warning"),
        ("alert.severity", "critical"),
        ("alert.severity", "warning"),
    ):
        tally.count(event(T0, name, alert="a", severity=severity))
    tally.close()
    assert tally.episodes == [Episode(alert="a", severity="critical", since=T0, until=None)]
