"""Who hangs is asked apart from those that answer, and is back among them with its first answer in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.measures.patience import Seat, seat


@pytest.mark.parametrize(
    ("took", "timeout", "expected"),
    [
        (0.02, 10, Seat(apart=False, reason="it answers in time")),
        (8.9, 10, Seat(apart=False, reason="it answers in time")),  # slow, and yet an answer
        (
            9,
            10,
            Seat(apart=True, reason="its last answer took 9 s of the 10 s that it has"),
        ),  # it gave up
        (10.02, 10, Seat(apart=True, reason="its last answer took 10 s of the 10 s that it has")),
        (
            13,
            10,
            Seat(apart=True, reason="its last answer took 13 s of the 10 s that it has"),
        ),  # a site
        (0.3, 0.3, Seat(apart=True, reason="its last answer took 0.3 s of the 0.3 s that it has")),
        (0, 0.3, Seat(apart=False, reason="it answers in time")),  # refused at once: bad, but nobody waits
    ],
)
def test_where_a_check_waits_for_its_turn(took: float, timeout: float, expected: Seat) -> None:
    assert seat(timedelta(seconds=took), timedelta(seconds=timeout)) == expected
