"""How the cost grows: with checks, open alerts, stored measurements and watches, each in powers of ten.

    .venv/bin/python benchmarks/growth.py [--hundred] [--quick]

Nothing may grow faster than in proportion; a status and an acknowledgement not at all. Each point is the
median of several turns on a database of its own, SQLite on disk; counted is processor time. What was found is
drawn into docs/growth.svg. A hundred million measurements (`--hundred`) take long, and gigabytes of disk;
the quick form does little and draws nothing. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from curves import Curve, drawn, told
from panel import declared, percentile_of_a_day
from peers.slack import PEOPLE
from printing import timed
from stored import START, filled, tended
from ticking import answered, claimed, configured, written

from bot.domain.alerts.alert import Alert
from bot.domain.card import PanelCard
from bot.domain.commands import NotUnderstood, parse
from bot.domain.events import Inbound, InboundKind
from bot.domain.incoming.report import Report
from bot.domain.setup import Setup
from bot.engine.alerts.act import act_on
from bot.engine.alerts.incoming import receive
from bot.engine.ledger import Ledger
from bot.engine.measures.answers import MOST
from bot.engine.people.request import Request
from bot.engine.people.respond import carry_out
from bot.engine.people.show import card_of, home_view
from bot.engine.watches.watch import Start, start_watch
from bot.store import Database

PICTURE = Path(__file__).parents[1] / "docs" / "growth.svg"
EVERY = timedelta(minutes=1)
METRICS = [f"latency-{number}" for number in range(100)]
TURNS = 9

CHECKS = (10, 100, 1000, 10_000)
ALERTS = (1, 100, 10_000)
ROWS = (1_000_000, 10_000_000)
HUNDRED = 100_000_000
WATCHES = (1, 10)

TICK, STORM = "a tick in which all are due", "storing them from one webhook"
STATUS, HOME = "a status", "the home page"
BUTTON, TYPED, CARD = "an acknowledgement by button", "an acknowledgement by name", "their one card"
PERCENTILE = "p99 of 24 hours"
FLAT = {STATUS, BUTTON, TYPED, PERCENTILE}

Taken = Mapping[str, float]
"""Processor seconds by what was done."""


@dataclass(frozen=True, slots=True)
class House:
    """A configuration and its database."""

    setup: Setup
    database: Database

    def ask(self, text: str, now: datetime) -> object:
        """Have a command carried out that somebody typed."""
        command = parse(text)
        assert not isinstance(command, NotUnderstood)  # noqa: S101 - the benchmark's own words
        with self.database.transaction() as ledger:
            return carry_out(self.request(ledger, now, command.arguments), command)

    def press(self, verb: str, alert: str, now: datetime) -> None:
        """Press a button of an alert's card."""
        with self.database.transaction() as ledger:
            refused = act_on(self.request(ledger, now), verb, alert, None)
        assert refused is None  # noqa: S101

    def request(self, ledger: Ledger, now: datetime, arguments: tuple[str, ...] = ()) -> Request:
        inbound = Inbound(identity="x", kind=InboundKind.COMMAND, at=now, person="U0LIN", channel="C0ONCALL")
        return Request(ledger, self, inbound, "lin", arguments, now)


@contextmanager
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as name:
        setup = declared(Path(name), METRICS, PEOPLE)
        database = Database(f"sqlite:///{Path(name) / 'vigil.db'}")
        try:
            yield House(setup, database)
        finally:
            database.close()


def worked(act: Callable[[], object], turns: int = TURNS) -> float:
    """Processor seconds of a usual turn; the first, in which statements are composed, does not count."""
    act()
    return timed(act, turns, time.process_time).median


def ticks(checks: int) -> Taken:
    """Find what is due, claim it, and judge and write the answers, as the running bot does: in portions.

    What is loaded is kept from the garbage collector, as there.
    """
    with tempfile.TemporaryDirectory() as name:
        setup = configured(Path(name), checks)
        service = setup.services["orders"]
        database = Database(f"sqlite:///{Path(name) / 'vigil.db'}")
        with database.transaction() as ledger:
            for key in service.checks:
                ledger.schedule.plan("orders", key, START)
        beats = iter(range(sys.maxsize))

        def tick() -> None:
            now = START + next(beats) * EVERY
            due = claimed(database, now)
            assert len(due) == checks  # noqa: S101 - all are
            for first in range(0, checks, MOST):
                some = due[first : first + MOST]
                written(database, [answered(setup, service, each, now) for each in some])

        gc.freeze()
        taken = worked(tick)
        gc.unfreeze()
        database.close()
    return {TICK: taken}


def report(number: int) -> Report:
    labels = (("instance", f"host-{number}"),)
    summary = f"host-{number} is in trouble"
    return Report(name=f"Alert{number}", labels=labels, firing=True, severity="critical", summary=summary)


def alerts(count: int) -> Taken:
    """Have so many told of, and acknowledge one of them again and again."""
    with house() as here:
        reports = [report(number) for number in range(count)]

        def told_of(told: Sequence[Report]) -> None:
            with here.database.transaction() as ledger:
                receive(ledger, here.setup, told, START)

        first = report(-1)
        told_of([first])
        told_of([replace(first, firing=False)])
        stored = timed(partial(told_of, reports), 1, time.process_time).best
        with here.database.reading() as ledger:
            alert = ledger.alerts.open_all()[count // 2]
        now = START + EVERY
        return {
            STORM: stored,
            STATUS: worked(partial(here.ask, "status", now)),
            BUTTON: acknowledged(here, alert, partial(here.press, "ack", alert.id, now)),
            TYPED: acknowledged(here, alert, partial(here.ask, f"ack {alert.subject.key}", now)),
            CARD: worked(partial(card_drawn, here, alert)),
        }


def acknowledged(here: House, alert: Alert, act: Callable[[], object]) -> float:
    """Processor seconds of it; what gives the alert back in between does not count."""
    taken = []
    for _ in range(TURNS + 1):
        taken.append(timed(act, 1, time.process_time).best)
        here.press("unack", alert.id, START + EVERY)
    return sorted(taken[1:])[TURNS // 2]


def card_drawn(here: House, alert: Alert) -> None:
    with here.database.reading() as ledger:
        found = ledger.alerts.get(alert.id)
        assert found is not None and found.card is not None  # noqa: S101, PT018 - it has been told of
        card_of(ledger, here.setup, found.card)


def measurements(rows: int) -> Taken:
    """A value a minute of each metric, for as long as it takes."""
    with house() as here:
        end = filled(here.database, METRICS, rows, EVERY)
        tended(here.database, end + timedelta(minutes=10))
        return {
            STATUS: worked(partial(here.ask, "status", end)),
            PERCENTILE: worked(partial(percentile_of_a_day, here.database, METRICS[7], end)),
        }


def watches(count: int) -> Taken:
    """So many of one service, each with the whole plan's list."""
    with house() as here:
        service = here.setup.services["orders"]
        with here.database.transaction() as ledger:
            for number in range(count):
                start_watch(ledger, service, Start(version=f"v{number}", deployed_at=START), START)
        now = START + EVERY

        def home() -> None:
            with here.database.reading() as ledger:
                home_view(ledger, here.setup, "lin", now)

        found = here.ask("status", now)
        assert isinstance(found, PanelCard) and len(found.watches) == count  # noqa: S101, PT018
        return {STATUS: worked(partial(here.ask, "status", now)), HOME: worked(home)}


def grown(grows: str, sizes: Sequence[int], measure: Callable[[int], Taken]) -> list[Curve]:
    """A curve of each thing that is measured."""
    found = {size: measure(size) for size in sizes}
    acts = found[sizes[0]]
    return [
        Curve(act, grows, act in FLAT, [(size, taken[act]) for size, taken in found.items()]) for act in acts
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hundred", action="store_true", help="a hundred million measurements, too")
    parser.add_argument("--quick", action="store_true", help="a hundredth of each, and nothing is drawn")
    chosen = parser.parse_args()
    rows = (*ROWS, HUNDRED) if chosen.hundred else ROWS
    if chosen.quick:
        rows = tuple(each // 100 for each in rows)
    curves: list[Curve] = []
    kept: list[bool] = []
    for grows, sizes, measure in (
        ("checks", CHECKS[:2] if chosen.quick else CHECKS, ticks),
        ("open alerts", ALERTS[:2] if chosen.quick else ALERTS, alerts),
        ("stored measurements", rows, measurements),
        ("watches", WATCHES, watches),
    ):
        found = grown(grows, sizes, measure)
        kept += [told(each) for each in found]
        curves += found
    if not chosen.quick:
        drawn(curves, PICTURE)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
