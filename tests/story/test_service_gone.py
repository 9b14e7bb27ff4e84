"""The bot is started again with a service gone from config.yaml of which something runs still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from emergency import CONFIG, WELL, break_orders, press, press_on, rows, settled_house
from house import House, Message, shown

from bot.domain.watches.plan import EntryState

pytestmark = pytest.mark.story

PLAN = """
checklists: {all: [figures]}
criteria: {c: [{count: critical-alerts, is: "<= 9"}, {asked: "Are the users content?"}]}
plan:
  phases: [{name: Days, days: 1-3, every: 1h, checklist: all}]
  milestones: [20m]
  gates: [{at: 5m, criteria: c}]
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = settled_house(tmp_path, CONFIG + PLAN)
    yield built
    built.close()


def leaves(house: House) -> None:
    """The bot is started on a configuration that knows another service only, which is well."""
    house.measures(**WELL)
    house.reconfigure((CONFIG + PLAN).replace("service: orders", "service: invoices"))


def card_of(house: House, words: str) -> Message:
    found = [each for each in house.messages() if words in shown(each) and "playbook" in str(each["blocks"])]
    return found[-1]


def test_what_ran_says_what_is_missing_and_people_still_end_it(house: House) -> None:
    house.fast_forward(minutes=6)
    break_orders(house)
    leaves(house)
    (gate,) = [each for each in house.channel() if "Are the users content?" in shown(each)]
    house.presses("lin", gate, "yes")
    house.fast_forward(seconds=5)
    assert "Gate 5m: PASSED" in shown(house.card("Gate 5m"))
    opened = card_of(house, "Analyse the root cause")
    press_on(house, "lin", opened, "playbook-tick")
    press_on(house, "lin", card_of(house, "Analyse the root cause"), "playbook-decide", "roll-back")
    told = [shown(each) for each in house.messages(user="lin") if each["ephemeral_to"]]
    assert "orders is configured no more" in told[-1]
    house.fast_forward(minutes=60)
    assert {each.state for each in house.execution_list()} >= {EntryState.NOT_APPLICABLE}
    house.types("zhao", "/monitor playbook close the service is given up")
    house.types("zhao", "/monitor resolve orders/order_duplication_rate")
    house.types("zhao", "/monitor watch stop the service is given up")
    with rows(house) as ledger:
        assert ledger.incidents.open_all("orders") == ()
        assert ledger.alerts.open_all() == ()
        assert ledger.watches.open_all() == ()


def test_what_was_to_be_verified_is_not_and_the_next_one_is_paged(house: House) -> None:
    (house.folder / "heals-rollback").unlink()
    break_orders(house)
    press(house, "lin", "playbook-tick")
    press(house, "lin", "playbook-decide", "roll-back")
    leaves(house)
    house.fast_forward(minutes=1)
    said = shown(card_of(house, "Analyse the root cause"))
    assert "NOT VERIFIED, orders is configured no more" in said
    assert house.paged()[:2] == [["lin"], ["chen"]]
