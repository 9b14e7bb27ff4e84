"""The bot's time beside that of a machine whose clock is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import RealClock

T0 = datetime(2026, 1, 19, 9, tzinfo=UTC)


class Machine(RealClock):
    """A machine on which so many seconds have passed, and whose clock is wrong by so many."""

    passed = wrong = 0.0

    def machine(self) -> datetime:
        return T0 + timedelta(seconds=self.passed + self.wrong)

    def ticks(self) -> float:
        return self.passed

    def after(self, seconds: float) -> float:
        """What the bot says then, in seconds since the beginning."""
        self.passed += seconds
        return (self.now() - T0).total_seconds()


def test_the_time_is_that_of_the_machine_and_follows_it_forward() -> None:
    clock = Machine()
    assert clock.after(10) == 10
    clock.wrong = 3600
    assert clock.after(10) == 3620


def test_a_clock_that_is_set_back_keeps_nobody_waiting_and_is_met_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Machine()
    clock.after(60)
    clock.wrong = -3600
    assert clock.after(0) == 60
    assert clock.after(60) == pytest.approx(110)  # a minute takes as long as 72 s
    assert clock.after(3 * 3600) == pytest.approx(110 + 3 * 3000)
    assert clock.after(3 * 3600) == 120 + 6 * 3600 - 3600
    assert [each.getMessage().split(";")[0] for each in caplog.records] == [
        "the clock of this machine was set back by 3600 s"
    ]


def test_a_clock_that_jitters_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    clock = Machine()
    told = []
    for wrong in (0.0, -0.5, 0.2, -1.0, 0.0):
        clock.wrong = wrong
        told.append(clock.after(1))
    assert told == sorted(told)
    assert not caplog.records


@pytest.mark.parametrize(
    ("latest", "begins"),
    [
        (timedelta(hours=1), 3600),  # the clock was set back while no bot was there
        (timedelta(hours=-1), 0),
        (timedelta(days=2), 0),  # no sign of a clock that was set back: that was never the time
    ],
)
def test_it_goes_on_from_what_was_written_down_last(latest: timedelta, begins: float) -> None:
    clock = Machine()
    clock.passed = 100  # since it was built
    clock.go_on_from(T0 + timedelta(seconds=100) + latest)
    assert clock.after(0) == 100 + begins
