"""Every night goes what was sent and answered longer ago than messages are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engine_room import engine_room

from bot.domain.card import Line
from bot.domain.text import Name, say
from bot.engine.ledger import Delivery, Fate, Lane, Parcel
from bot.engine.measures import remember
from bot.engine.oncall.duties import duty_due, enlist_duties
from bot.engine.ports import Place

T0 = datetime(2026, 1, 19, tzinfo=UTC)
NIGHT = timedelta(hours=3)
CONFIG = """
service: orders
timezone: UTC
retention: {messages: 30d}
"""
NOTE = Delivery(
    operation="",
    lane=Lane.CARD,
    parcel=Parcel.NOTE,
    subject="x",
    place=Place(channel="oncall"),
    body=Line(text=say("{person} slept", person=Name("lin"))),
    created_at=T0,
    look_at=T0,
)


def test_they_go_in_the_night_after_their_time_until_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remember, "_BITE", 2)
    with engine_room(tmp_path, CONFIG, T0) as (world, database):
        with database.transaction() as rows:
            for number in range(5):
                rows.outbox.put(replace(NOTE, operation=f"{number}"))
                rows.outbox.finish(f"{number}", Fate.DELIVERED, "", None, T0 + timedelta(hours=number))
        enlist_duties(world, T0)

        def left_after(night: datetime) -> int:
            while duty_due(world, night):
                pass
            with database.reading() as rows:
                return sum(rows.outbox.standing(str(number)) is not None for number in range(5))

        assert left_after(T0 + NIGHT) == 5
        assert left_after(T0 + timedelta(days=30) + NIGHT) == 2  # the last two went out after that
        assert left_after(T0 + timedelta(days=31) + NIGHT) == 0
