"""The nightly comparison of cards that no alert has: playbooks in threads, watches, rounds, gates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engine_room import engine_room

from bot.domain.card import Message
from bot.domain.incident.life import Opening, begin
from bot.domain.incident.playbook import Playbook, Priority, Step, StepKind
from bot.domain.text import Label
from bot.domain.watches.listing import Listed, Manual
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.engine.delivery.review import review_others
from bot.engine.ledger import Fate, Lane
from bot.engine.ledger.oncall import Duty
from bot.engine.ports import Gone, Posted
from bot.engine.watches.watch import Start, start_watch

T0 = datetime(2026, 1, 19, tzinfo=UTC)
NIGHT = T0 + timedelta(hours=27)
CONFIG = """
service: orders
checks:
  figures: {kind: command, run: [cat, x], output: json}
"""
PLAYBOOK = Playbook(
    key="p",
    label=Label("Trouble"),
    priority=Priority.HIGH,
    steps=(Step(kind=StepKind.MANUAL, label=Label("Analyse")),),
)
ROUND = Listed(
    id="r1",
    service="orders",
    channel="oncall",
    watch=None,
    entry=Entry(at=T0, kind=EntryKind.ROUND, state=EntryState.PASSED),
    manuals=(Manual(ask=Label("Feedback collected"), remind=timedelta(hours=1)),),
)


@dataclass
class Door:
    """Slack, where each card stands as `says`: True, False, None, or gone."""

    says: bool | str | None
    asked: list[str] = field(default_factory=list)

    def stands(self, at: Posted, message: Message) -> bool | None:
        self.asked.append(f"{at.ts} {type(message).__name__}")
        if isinstance(self.says, str):
            raise Gone
        return self.says


@pytest.mark.parametrize(
    ("says", "mended"),
    [
        (True, []),  # all is well
        (None, []),  # nobody knows: Slack is down
        (False, [True, True, True]),  # redrawn
        ("gone", [False, False, False]),  # posted anew
    ],
)
def test_every_open_card_is_compared_and_mended_at_night(
    tmp_path: Path, says: bool | str | None, mended: list[bool]
) -> None:
    door = Door(says)
    with engine_room(tmp_path, CONFIG, T0, door=door) as (world, database):
        with database.transaction() as rows:
            watch = start_watch(rows, world.setup.services["orders"], Start(version="1", deployed_at=T0), T0)
            opened = begin(PLAYBOOK, Opening(service="orders", channel="oncall"), T0)
            rows.incidents.save(opened, None)
            rows.entries.enter([replace(ROUND, watch=watch.id)])
            for number, subject in enumerate((opened.incident.id, watch.id, "r1")):
                rows.cards.stands(subject, Posted(channel="C1", ts=f"{number}.0"))
        with database.transaction() as rows:
            while each := rows.outbox.claim(Lane.CARD, NIGHT, NIGHT + timedelta(seconds=4)):
                rows.outbox.finish(each.operation, Fate.DELIVERED, "", None, T0)
        review_others(world, Duty(key="cards/open", at=NIGHT), NIGHT)
        assert door.asked == ["0.0 PlaybookCard", "1.0 WatchCard", "2.0 RoundCard"]
        with database.transaction() as rows:
            found = []
            while each := rows.outbox.claim(Lane.CARD, NIGHT, NIGHT + timedelta(seconds=4)):
                found.append(each.redraw)
        assert found == mended
