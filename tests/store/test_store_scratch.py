"""The database of a simulation keeps what the others keep: the same contracts, for one thread."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import pytest
import test_store_actions
import test_store_agenda
import test_store_alerts
import test_store_courses
import test_store_entries
import test_store_errors
import test_store_groups
import test_store_history
import test_store_incidents
import test_store_letters
import test_store_oncall
import test_store_outbox
import test_store_readings
import test_store_reports
import test_store_schedule
import test_store_silences
import test_store_watches

from bot.store.scratch import Scratch

Contract = Callable[[Scratch], None]

MODULES = (
    test_store_actions,
    test_store_agenda,
    test_store_alerts,
    test_store_courses,
    test_store_entries,
    test_store_errors,
    test_store_groups,
    test_store_history,
    test_store_incidents,
    test_store_letters,
    test_store_oncall,
    test_store_outbox,
    test_store_readings,
    test_store_reports,
    test_store_schedule,
    test_store_silences,
    test_store_watches,
)


NOT_FOR_IT = re.compile(
    r"\b(both|behind|turns|_engine|_turn|_sqlite|redraw|Lane\.FILE|DatabaseError|empty|earliest|latest|agenda.*history)\b"
)
"""What needs two who act at once, looks into the other database, or is about cards and roll-ups:
no card is redrawn, nobody is told when history is to be rolled up, and its clock is never set back."""


def contracts() -> Iterator[Contract]:
    for module in MODULES:
        for name, test in vars(module).items():
            if not name.startswith("test_") or list(inspect.signature(test).parameters) != ["database"]:
                continue
            # Laws begin each of their cases with an emptied database of the other kind.
            if not hasattr(test, "hypothesis") and not NOT_FOR_IT.search(inspect.getsource(test)):
                yield test


@pytest.mark.parametrize("contract", list(contracts()), ids=lambda each: each.__name__)
def test_it_keeps(contract: Contract) -> None:
    scratch = Scratch(lambda written: None)
    try:
        contract(scratch)
    finally:
        scratch.close()
