"""An escalation that was due and did not run is an alert itself, by another channel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, shown
from receivers import MailBox, mail_box

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {{name: Lin Wei, slack: U0LIN, email: lin@example.com}}
  zhao: {{name: Zhao Min, slack: U0ZHAO, email: zhao@example.com}}
channels:
  email: "mailto://127.0.0.1:{port}?to={{email}}&from=vigil%40example.com&mode=insecure"
escalations:
  default:
    levels: [{{notify: [person:lin], wait: 5m}}, {{notify: [person:zhao], wait: 5m}}]
metrics:
  duplicates: {{tier: 1, critical: "> 0.1"}}
checks:
  figures: {{kind: command, run: [cat, values.json], output: json, every: 1h}}
"""


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_box() as end:
        yield end


@pytest.fixture
def house(tmp_path: Path, box: MailBox) -> Iterator[House]:
    with ExitStack() as stack:
        starts = datetime(2026, 1, 19, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
        built = House(tmp_path, CONFIG.format(port=box.port), starts)
        stack.callback(built.close)
        built.measures(duplicates=0.4)
        built.fast_forward(minutes=1)
        assert built.paged() == [["lin"]]
        yield built


def hangs(house: House) -> None:
    """Whoever does what the clock asks of alerts does nothing any more."""
    house.program._works = [work for work in house.program._works if work.name != "escalate"]


def moves_on(house: House, minutes: int) -> None:
    for _ in range(minutes * 2):
        house.clock.advance(timedelta(seconds=30))
        house.program.settle()


def test_a_level_that_nobody_pages_is_an_alert_by_e_mail(house: House, box: MailBox) -> None:
    hangs(house)
    moves_on(house, 5)
    assert box.mails == []
    moves_on(house, 1)
    said = box.text(0)
    assert "orders/duplicates: a step was due at" in said
    assert "lin@example.com" in said
    assert "has not run" in shown(house.card("CRITICAL – Escalation of alerts"))
    moves_on(house, 3)
    assert len(box.mails) == 1


def test_it_is_over_when_the_chain_goes_on_again(house: House, box: MailBox) -> None:
    works = house.program._works
    hangs(house)
    moves_on(house, 8)
    house.program._works = works
    moves_on(house, 1)
    assert house.paged()[-1] == ["zhao"]
    card = house.card("RESOLVED – Escalation of alerts")
    assert any("every due escalation has run" in shown(each) for each in house.thread(card))


def test_what_fell_due_while_the_bot_was_down_is_done_and_no_alert(house: House, box: MailBox) -> None:
    house.program.stop()
    house.clock.move_to(house.clock.now().replace(hour=20))
    house.restart()
    moves_on(house, 2)
    assert house.paged()[-1] == ["zhao"]
    assert box.mails == []
