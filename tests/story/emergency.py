"""What the stories of playbooks share: a service that can break, its actions, and what people press."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from house import House, elements, shown

from bot.domain.audit import Audited
from bot.domain.incident.state import Moment
from bot.domain.watches.watch import Watch
from bot.store import Database

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


def settled_house(folder: Path, config: str = CONFIG) -> House:
    """A healthy service; v0.9 was watched before v1.0."""
    (folder / "act.py").write_text(ACT)
    (folder / "act.py").chmod(0o755)
    (folder / "heals-rollback").write_text(json.dumps(WELL))
    built = House(folder, config, datetime(2026, 1, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    built.measures(**WELL)
    built.watch("v0.9")
    built.types("zhao", "/monitor watch stop replaced")
    built.fast_forward(minutes=1)
    built.watch("v1.0")
    built.fast_forward(minutes=1)
    return built


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
    with rows(house) as ledger:
        newest = ledger.incidents.newest()
        assert newest
        return list(ledger.incidents.timeline(newest.id))


def audit(house: House) -> list[Audited]:
    with rows(house) as ledger:
        return list(ledger.audit.read(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))


def watches(house: House) -> list[Watch]:
    with rows(house) as ledger:
        newest = ledger.watches.newest()
        assert newest
        return [newest, *([before] if (before := ledger.watches.before(newest)) else [])]


class rows:  # noqa: N801 - reads as the phrase it is
    def __init__(self, house: House) -> None:
        self._database = Database(house.setup.storage)

    def __enter__(self) -> Any:
        self._reading = self._database.reading()
        return self._reading.__enter__()

    def __exit__(self, *error: object) -> None:
        self._reading.__exit__(None, None, None)
        self._database.close()


def break_orders(house: House) -> None:
    house.measures(order_duplication_rate=1.4)
    house.fast_forward(minutes=1, seconds=10)
