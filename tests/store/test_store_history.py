"""What is kept of the past is what was measured, however it is rolled up, on both databases."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from stage import T0, add, at, few, reading

from bot.domain.measures.history import Grain, Retention, Summary
from bot.store import Database
from bot.store.tables import measurements, rollups, series

RETENTION = Retention(raw=timedelta(days=2), hourly=timedelta(days=5), daily=timedelta(days=30))
DAY = 86400.0
Kept = list[tuple[float, float, str]]


def tend(database: Database, now: datetime, retention: Retention = RETENTION) -> int:
    """Do everything that is due by then; returns the number of bites."""
    bites = 0
    while True:
        with database.transaction() as rows:
            if not rows.history.tend(now, retention):
                return bites
        bites += 1


def summary(
    database: Database, since: float, until: float, labels: tuple[tuple[str, str], ...] | None = None
) -> Summary:
    with database.reading() as rows:
        return rows.history.summary("orders", "cpu", at(since), at(until), labels)


def counted(database: Database, table: object) -> int:
    with database._engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[call-overload]


def agrees(database: Database, kept: Kept, since: float, until: float) -> None:
    found = summary(database, since, until)
    inside = sorted((when, value) for when, value, _ in kept if since <= when < until)
    values = sorted(value for _, value in inside)
    assert found.count == len(values)
    if not values:
        assert (found.mean, found.min, found.max, found.percentile(50)) == (None, None, None, None)
        assert found.coverage.largest_gap == timedelta(seconds=until - since)
        return
    assert found.mean == pytest.approx(fmean(values), rel=1e-9, abs=1e-9)
    assert (found.min, found.max) == (values[0], values[-1])
    for q in (0, 50, 90, 99, 100):
        exact = values[math.floor(q / 100 * (len(values) - 1))]
        assert found.percentile(q) == pytest.approx(exact, rel=0.0101, abs=1e-9)
    assert (found.coverage.first, found.coverage.last) == (at(inside[0][0]), at(inside[-1][0]))
    assert found.coverage.filled <= found.coverage.stretches


MOMENTS = st.integers(0, 3 * 3600 - 1).map(float)
WRITTEN = st.tuples(
    MOMENTS,
    st.one_of(st.just(0.0), st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda v: abs(v) > 1e-6)),
    st.sampled_from(["a", "b"]),
)
STEPS = st.lists(st.one_of(WRITTEN, MOMENTS), max_size=40)


@few
@given(steps=STEPS, edges=st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=4))
def test_whenever_values_come_and_whenever_they_are_rolled_up_a_summary_is_of_all_of_them(
    database: Database, steps: list[tuple[float, float, str] | float], edges: list[tuple[float, float]]
) -> None:
    _clear(database)
    kept: dict[tuple[str, float], float] = {}
    for step in steps:
        if isinstance(step, float):
            tend(database, at(step))
        else:
            when, value, host = step
            add(database, reading(value, when, host))
            kept[host, when] = value
    tend(database, at(3 * 3600))
    told: Kept = [(when, value, host) for (host, when), value in kept.items()]
    for edge in edges:
        since, until = min(edge), max(edge)
        agrees(database, told, since, until)
    agrees(database, told, 0, 3 * 3600)
    with database.reading() as rows:
        raw = list(rows.history.values("orders", "cpu", at(0), at(3 * 3600)))
        points = rows.history.points("orders", "cpu", at(0), at(3 * 3600), 20)
    assert [(each.labels[0][1], (each.at - T0).total_seconds(), each.value) for each in raw] == [
        (host, when, value) for (host, when), value in sorted(kept.items(), key=_order(database))
    ]
    assert sum(point.summary.count for point in points) == len(kept)


def _order(database: Database):  # type: ignore[no-untyped-def]
    with database._engine.connect() as connection:
        ids = {labels: of for of, labels in connection.execute(select(series.c.id, series.c.labels))}
    return lambda item: (ids[f'[["host", "{item[0][0]}"]]'], item[0][1])


def _clear(database: Database) -> None:
    with database._engine.begin() as connection:
        for table in (measurements, rollups, series):
            connection.execute(table.delete())


def fill(database: Database, since: float, until: float, every: float, host: str = "a") -> Kept:
    kept = [(when, 1 + (when * 7919) % 1000, host) for when in _range(since, until, every)]
    add(database, *(reading(value, when, host) for when, value, _ in kept))
    return kept


def _range(since: float, until: float, every: float) -> list[float]:
    return [since + number * every for number in range(math.ceil((until - since) / every))]


def test_days_hours_and_raw_values_are_read_together(database: Database) -> None:
    kept = fill(database, 0, 3 * DAY, 300)
    tend(database, at(3 * DAY + 3600), Retention())
    for since, until in ((0, 3 * DAY), (1234, 2.7 * DAY), (DAY, DAY + 10), (-DAY, 9 * DAY), (90, 91)):
        agrees(database, kept, since, until)
    with database._engine.connect() as connection:
        grains = dict(
            connection.execute(select(rollups.c.grain, func.count()).group_by(rollups.c.grain)).all()  # type: ignore[arg-type]
        )
    assert grains == {Grain.FINE: 864, Grain.HOUR: 72, Grain.DAY: 4}  # T0 stands at 02:00


def test_a_summary_is_right_before_anything_was_rolled_up(database: Database) -> None:
    agrees(database, fill(database, 0, 7200, 60), 60, 7000)


def test_a_value_that_comes_late_is_rolled_up_at_once(database: Database) -> None:
    kept = fill(database, 0, 7200, 60)
    tend(database, at(7200))
    assert database.agenda().get("history", at(9999)) > at(7200)
    add(database, reading(5000, 1234))
    assert database.agenda()["history"] < at(7200)
    tend(database, at(7200))
    agrees(database, [*kept, (1234, 5000, "a")], 0, 7200)


def test_old_detail_is_forgotten_by_whole_days_and_the_numbers_stay(database: Database) -> None:
    kept = fill(database, 0, 7 * DAY, 900)
    tend(database, at(7 * DAY))
    midnight = (RETENTION.raw, RETENTION.hourly)
    since_raw, since_hours = ((Grain.DAY.floor(at(7 * DAY) - each) - T0).total_seconds() for each in midnight)
    with database.reading() as rows:
        oldest = next(rows.history.values("orders", "cpu", at(0), at(7 * DAY)))
    assert oldest.at == at(since_raw)
    agrees(database, kept, -7200, 7 * DAY)  # whole days
    agrees(database, kept, since_hours + 3600, 7 * DAY)  # whole hours
    agrees(database, kept, since_raw + 17, 7 * DAY)
    # A stretch that began amid an hour begins with the hour.
    assert summary(database, since_hours + 5000, 7 * DAY).count == len(
        [when for when, *_ in kept if when >= since_hours + 3600]
    )
    tend(database, at(60 * DAY))
    assert counted(database, measurements) == counted(database, rollups) == counted(database, series) == 0


def test_nothing_is_forgotten_that_was_not_rolled_up(database: Database) -> None:
    kept = fill(database, 0, DAY, 600)
    tend(database, at(4 * DAY))
    agrees(database, kept, -7200, DAY + 7200)
    assert counted(database, measurements) == 0


def test_a_value_later_than_raw_values_are_kept_does_not_undo_what_was_counted(database: Database) -> None:
    kept = fill(database, 0, 4 * DAY, 600)
    tend(database, at(4 * DAY))
    add(database, reading(1, 5))
    tend(database, at(4 * DAY))
    agrees(database, kept, -7200, 4 * DAY)


def test_much_work_is_done_in_bites_and_a_restart_between_them_goes_on(database: Database) -> None:
    kept = fill(database, 0, DAY, 14.4)
    with database.transaction() as rows:
        assert rows.history.tend(at(DAY + 60), RETENTION)
    agrees(database, kept, 0, DAY)
    assert 1 <= tend(database, at(DAY + 60)) < 9
    agrees(database, kept, 0, DAY)
    assert tend(database, at(DAY + 60)) == 0


def test_a_stretch_with_more_values_than_a_bite_is_rolled_up_whole(database: Database) -> None:
    kept = fill(database, 0, 280, 0.0625)
    assert tend(database, at(600)) == 2
    agrees(database, kept, 0, 600)
    kept += fill(database, 100.03125, 102, 1)  # late
    tend(database, at(600))
    agrees(database, kept, 0, 600)


def test_gaps_are_told(database: Database) -> None:
    fill(database, 0, 3600, 60)
    fill(database, 9000, 10800, 60)
    tend(database, at(10800))
    covered = summary(database, 0, 10800).coverage
    assert covered.largest_gap == timedelta(seconds=9000 - 3540)
    assert (covered.filled, covered.stretches) == (18, 36)
    assert covered.share == 0.5
    fill(database, 3600, 9000, 60, "b")
    tend(database, at(10800))
    assert summary(database, 0, 10800).coverage.largest_gap == timedelta(seconds=60)
    assert summary(database, 0, 10800, (("host", "a"),)).coverage.largest_gap > timedelta(hours=1)
    assert summary(database, 0, 10800, (("host", "b"),)).count == 90
    assert summary(database, 0, 20000).coverage.largest_gap == timedelta(seconds=20000 - 10740)


def test_raw_values_can_be_thinned(database: Database) -> None:
    fill(database, 0, 1000, 1)
    with database.reading() as rows:
        picked = list(rows.history.values("orders", "cpu", at(0), at(1000), most=100))
        assert [each.at for each in picked] == [at(10 * number) for number in range(100)]
        assert len(list(rows.history.values("orders", "cpu", at(0), at(10), most=100))) == 10
        assert list(rows.history.values("orders", "other", at(0), at(10))) == []


@pytest.mark.parametrize(
    ("length", "most", "points"), [(60.0, 60, 60), (3600.0, 60, 60), (DAY, 96, 96), (DAY, 24, 24)]
)
def test_a_chart_has_as_many_points_as_asked_for(
    database: Database, length: float, most: int, points: int
) -> None:
    fill(database, -600, length, max(1, length / 1440))
    tend(database, at(length))
    with database.reading() as rows:
        found = rows.history.points("orders", "cpu", at(0), at(length), most)
    assert len(found) == points
    assert found[0].at == at(0)
