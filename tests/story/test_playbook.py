"""Playbooks on a held clock: from the alert to the verified rollback, and what may go wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from house import House, elements, shown

from bot.domain.audit import Audited
from bot.domain.incident.state import Moment
from bot.domain.watch import Watch, WatchState
from bot.store import Database

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
  wang: {name: Wang Fang, slack: U0WANG}
  zhao: {name: Zhao Min, slack: U0ZHAO}
teams:
  development: {members: [lin, wang]}
  management: {members: [zhao]}
escalations:
  default:
    levels:
      - {notify: [person:lin], wait: 60m}
      - {notify: [person:chen], wait: 60m}
      - {notify: [person:zhao], wait: 60m}
metrics:
  order_duplication_rate:
    {tier: 1, unit: "%", target: "= 0", critical: "> 0.1", playbook: duplicated-orders}
  latency_p99: {tier: 1, unit: s, target: "< 1", critical: "> 10", playbook: latency, label: P99 latency}
  push_failure_rate: {tier: 1, unit: "%", target: "< 0.5", critical: "> 2", playbook: push-failures}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 1m, label: Figures}
actions:
  stop-orders: {run: [./act.py, stop-orders], confirm: false}
  resume-orders: {run: [./act.py, resume-orders], confirm: false}
  reduce-traffic: {run: [./act.py, reduce-traffic], confirm: false}
  restart-push-worker: {run: [./act.py, restart-push-worker], confirm: false}
  rollback: {run: [./act.py, rollback], who: [team:development, team:management]}
playbooks:
  duplicated-orders:
    label: {en: Duplicated orders, zh: 订单重复}
    priority: critical
    steps:
      - {action: stop-orders, label: Stop taking new orders}
      - {checks: [figures], label: Look at the figures}
      - {ask: Analyse the root cause}
      - decide: Repair or roll back?
      - {ask: The repair is in place, only: repair}
      - {action: resume-orders, label: Take orders again}
      - {verify: [figures], within: 5m}
    look_at: ["Has the repair of P1 failed?", "Does the deduplication work?"]
    rollback: {after: 15m, repeat: 5m, watch_previous: true}
  latency:
    priority: high
    steps:
      - {ask: Find the bottleneck}
      - {action: reduce-traffic}
      - {wait: {metric: latency_p99, until: "< 1"}, within: 30m, label: The latency recovers}
      - decide: Roll back or not?
      - {verify: [figures], within: 5m}
    rollback: {worsening: {metric: latency_p99, for: 10m}, automatic: true}
  push-failures:
    priority: high
    steps:
      - {action: restart-push-worker}
      - {wait: {metric: push_failure_rate, until: "< 0.5"}, within: 10m, label: Pushes recover}
      - decide: Roll back or not?
      - {verify: [figures], within: 5m}
    rollback: {stuck: {metric: push_failure_rate, for: 20m}, limit: 15m}
"""

ACT = """#!/usr/bin/env python3
import json, os, pathlib, sys
deed = sys.argv[1]
with open("deeds", "a") as deeds:
    deeds.write(f"{deed} {os.environ['VIGIL_VERSION']} {os.environ['VIGIL_PREVIOUS_VERSION']}\\n")
if pathlib.Path(f"fail-{deed}").exists():
    print("it did half of it", file=sys.stderr)
    sys.exit(1)
heals = pathlib.Path(f"heals-{deed}")
if heals.exists():
    values = pathlib.Path("values.json")
    values.write_text(json.dumps(json.loads(values.read_text()) | json.loads(heals.read_text())))
print(f"{deed} is done")
"""

WELL = {"order_duplication_rate": 0, "latency_p99": 0.2, "push_failure_rate": 0.1}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A healthy service; v0.9 was watched before v1.0."""
    (tmp_path / "act.py").write_text(ACT)
    (tmp_path / "act.py").chmod(0o755)
    (tmp_path / "heals-rollback").write_text(json.dumps(WELL))
    built = House(tmp_path, CONFIG, datetime(2026, 1, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    built.measures(**WELL)
    built.watch("v0.9")
    built.types("zhao", "/monitor watch stop replaced")
    built.fast_forward(minutes=1)
    built.watch("v1.0")
    built.fast_forward(minutes=1)
    yield built
    built.close()


def deeds(house: House) -> list[str]:
    file = house.folder / "deeds"
    return file.read_text().splitlines() if file.exists() else []


def playbook(house: House) -> dict[str, Any]:
    """The newest card of a playbook."""
    found = [
        each for each in house.messages() if "playbook-" in str(each["blocks"]) or "CLOSED" in shown(each)
    ]
    assert found, [shown(each) for each in house.messages()]
    return found[-1]


def said(house: House) -> list[str]:
    return [each["text"] or "" for each in house.get("/local/posts")]


def press(house: House, person: str, verb: str, what: str = "") -> None:
    """Press the button of the newest card that does this."""
    press_on(house, person, playbook(house), verb, what)


def press_on(house: House, person: str, card: dict[str, Any], verb: str, what: str = "") -> None:
    for element in elements(card):
        for offered in (element, *element.get("options", ())):
            value = str(offered.get("value", ""))
            if value.startswith(f"{verb}:") and what in value:
                house._act(person, card, element["action_id"], value)
                return
    raise AssertionError(f"no button says {verb}: {elements(card)}")


def submit(house: House, person: str, **values: str) -> None:
    (view,) = house.get(f"/local/views?user={person}")
    assert house.post("/local/submit", user=person, view_id=view["id"], values=values)["ok"]
    house.program.settle()


def timeline(house: House) -> list[Moment]:
    with _rows(house) as ledger:
        newest = ledger.incidents.newest()
        assert newest
        return list(ledger.incidents.timeline(newest.id))


def audit(house: House) -> list[Audited]:
    with _rows(house) as ledger:
        return list(ledger.audit.read(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))


def watches(house: House) -> list[Watch]:
    with _rows(house) as ledger:
        newest = ledger.watches.newest()
        assert newest
        return [newest, *([before] if (before := ledger.watches.before(newest)) else [])]


class _rows:  # noqa: N801 - reads as the phrase it is
    def __init__(self, house: House) -> None:
        self._database = Database(house.setup.storage)

    def __enter__(self) -> Any:
        self._reading = self._database.reading()
        return self._reading.__enter__()

    def __exit__(self, *error: object) -> None:
        self._reading.__exit__(None, None, None)
        self._database.close()


# --- scenario 1: duplicated orders ------------------------------------------------------------------------


def test_duplicated_orders_from_the_alert_to_the_verified_rollback(house: House) -> None:
    house.measures(order_duplication_rate=1.4)
    house.fast_forward(minutes=1, seconds=10)
    # orders are stopped before anybody is awake, and the card stands in the alert's thread
    assert deeds(house) == ["stop-orders v1.0 v0.9"]
    card = playbook(house)
    assert card["thread_ts"] == house.card("CRITICAL")["ts"]
    words = shown(card)
    assert "15m left: rolling back is due at 12:18" in words
    assert "1. Stop taking new orders · the bot, 12:03" in words
    assert "*Analyse the root cause*" in words
    # two people at work
    press(house, "lin", "playbook-lead")
    press(house, "wang", "playbook-item", ":0")
    press(house, "lin", "playbook-tick")
    house.fast_forward(minutes=2)
    words = shown(playbook(house))
    assert "13m left" in words
    assert "Has the repair of P1 failed? · Wang Fang, 12:03" in words
    assert "Leads*\nLin Wei" in words
    # the decision, by one who may
    press(house, "lin", "playbook-decide", "roll-back")
    assert deeds(house)[1:] == ["rollback v1.0 v0.9", "resume-orders v0.9 "]
    house.fast_forward(minutes=2)
    words = shown(playbook(house))
    assert "CLOSED – Duplicated orders" in words
    assert "rolled back and verified" in words
    assert any("orders: Duplicated orders is over after" in line for line in said(house))
    # the watch of v1.0 has failed, the old version is watched
    new, old = watches(house)[0], None
    assert (new.version, new.state) == ("v0.9", WatchState.RUNNING)
    with _rows(house) as ledger:
        old = next(
            each
            for each in ledger.audit.read(datetime(2026, 1, 1, tzinfo=UTC), house.clock.now())
            if each.deed.name == "decision.roll-back"
        )
    assert (old.deed.person, old.source, old.deed.before, old.deed.after) == (
        "lin",
        "slack",
        "open",
        "roll-back",
    )
