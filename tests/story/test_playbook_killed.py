"""A bot is killed at every step between the breach and the verified rollback, one life a step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from emergency import CONFIG, deeds, playbook, press, rows, settled_house, timeline, watches
from house import House, elements, shown

from faults.points import Killed

pytestmark = pytest.mark.story

STEPS = {
    "measure_due",  # the breach is measured, and later that it is gone
    "_keep_alone",  # and somebody is paged
    "follow_alerts",  # the playbook opens, and hears of the end
    "run_due",  # an action begins
    "_end",  # an action has ended
    "_take",  # a wait is over in vain; rolling back falls due
    "_begin_probe",  # checks are asked: before the decision, and to verify
    "_probe",
    "respond_next",  # a person ticks a step, and decides
    "post AlertCard",
    "post PageMessage",
    "post PlaybookCard",
    "post Line",
}
"""What happens between the break and the end, by the names of fault points. Redraws may be done twice."""

CHANGES = (
    # it breaks life after life: that is not to be taken for flapping
    ('", playbook:', '", flapping: false, playbook:'),
    # few minutes in which nothing happens
    ("latency_p99, for: 10m", "latency_p99, for: 7m"),
    ("push_failure_rate, for: 20m", "push_failure_rate, for: 7m"),
    ("within: 10m, label: Pushes recover", "within: 2m, label: Pushes recover"),
    ("automatic: true}", "automatic: true, watch_previous: true}"),
    ("limit: 15m}", "limit: 15m, watch_previous: true}"),
)


@dataclass(frozen=True)
class Scenario:
    """One of the plan's emergencies: its course, what its steps do, how many it wakes, what it spares."""

    course: Callable[[Life], None]
    actions: dict[int, str]
    wakes: int
    spared: set[str] = field(default_factory=set)


@dataclass
class Life:
    """A scenario from its beginning to its end, killed at these points on its way."""

    house: House
    scenario: Scenario
    points: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def live(self) -> None:
        house = self.house
        house.restart(minutes=1)
        if watches(house)[0].version != "v1.0":
            house.types("zhao", "/monitor watch stop replaced")
            house.watch("v1.0")
            house.fast_forward(minutes=1)
        self._done_before, self._paged_before = len(deeds(house)), len(house.paged())
        self.left = list(self.points)
        self.passed = house.dies(self._kills).passed
        self.scenario.course(self)

    def measures(self, **values: float) -> None:
        self.house.measures(**values)
        self.passes(minutes=1, seconds=10)

    def passes(self, **span: float) -> None:
        self._survives(lambda: self.house.fast_forward(**span))

    def presses(self, verb: str, what: str = "") -> None:
        self._survives(lambda: press(self.house, "lin", verb, what))

    def deeds(self) -> list[str]:
        return [deed.split()[0] for deed in deeds(self.house)[self._done_before :]]

    def paged(self) -> list[list[str]]:
        return self.house.paged()[self._paged_before :]

    def _kills(self, point: str) -> bool:
        if point not in self.left:
            return False
        self.left.remove(point)
        return True

    def _survives(self, act: Callable[[], None]) -> None:
        self._comes_back(act)
        while number := self._interrupted():
            self.again.append(self.scenario.actions[int(number)])
            self._comes_back(lambda: press(self.house, "lin", "playbook-again"))
            self._comes_back(lambda: self.house.fast_forward(seconds=30))

    def _comes_back(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Killed:
            self._comes_back(self._returns)

    def _returns(self) -> None:
        """A new bot is there before long, and finds what the old one held given free a little later."""
        self.house.restart(seconds=12)
        self.house.fast_forward(minutes=1)

    def _interrupted(self) -> str:
        """The step whose action was cut off, if one was: the bot says so and waits for a person."""
        card = playbook(self.house)
        values = [str(each.get("value")) for each in elements(card)]
        offered = [value.split(":")[2] for value in values if value.startswith("playbook-again:")]
        found = [number for number in offered if int(number) in self.scenario.actions]
        if found:
            assert "interrupted, its outcome is unknown; run it again or verify" in shown(card)
        return found[0] if found else ""


def duplicated_orders(life: Life) -> None:
    life.measures(order_duplication_rate=1.4)
    life.presses("playbook-tick")
    life.presses("playbook-decide", "roll-back")
    life.passes(minutes=2)


def worsening_latency(life: Life) -> None:
    life.measures(latency_p99=11)
    life.presses("playbook-tick")
    for minute in range(1, 30):
        if "rollback" not in life.deeds():
            life.measures(latency_p99=11 * 1.1**minute)
    life.passes(minutes=2)


def pushes_that_never_recover(life: Life) -> None:
    life.measures(push_failure_rate=30)
    for _ in range(30):
        if all(each.event != "clock.demanded" for each in timeline(life.house)):
            life.passes(minutes=1)
    life.presses("playbook-decide", "roll-back")
    life.passes(minutes=2)


SCENARIOS = [
    Scenario(
        duplicated_orders,
        {0: "stop-orders", 3: "rollback", 5: "resume-orders"},
        wakes=1,
        spared={"_take"},
    ),
    Scenario(worsening_latency, {1: "reduce-traffic", 3: "rollback"}, wakes=1),
    Scenario(
        pushes_that_never_recover,
        {0: "restart-push-worker", 2: "rollback"},
        wakes=2,
    ),
]

LIVES = 8
"""Neighbouring points are not in one life."""


def _steps_of(passed: list[str]) -> list[str]:
    """The points at which the bot is killed."""
    return [point for point in passed if point.split(" ", 1)[1].rpartition(" ")[0] in STEPS]


def assert_ended_well(life: Life) -> None:
    """However it went: rolled back once and verified, everything said once, nothing done twice unasked."""
    house = life.house
    assert "rolled back and verified" in shown(playbook(house))
    with rows(house) as ledger:
        assert ledger.alerts.open_all() == ()
    assert [(each.version, each.rolled_back) for each in watches(house)[:1]] == [("v0.9", False)]
    events = Counter(each.event for each in timeline(house))
    for event in ("playbook.opened", "decision.roll-back"):
        assert events[event] == 1, event
    # an action may have run before it was cut off, and runs again only for a person who said so
    done = Counter(life.deeds())
    for action in life.scenario.actions.values():
        assert 1 <= done[action] <= 1 + life.again.count(action), action
    # everybody is woken once; a rollback that was cut off wakes the next level, or whoever decided on it
    # where the alert was over by then
    chain, wakes = [["lin"], ["chen"], ["zhao"]], life.scenario.wakes
    assert life.paged()[:wakes] == chain[:wakes]
    also = ([chain[wakes]], [["lin"]]) if "rollback" in life.again else ([],)
    assert life.paged()[wakes:] in also
    posts = [each["metadata"] for each in house.get("/local/posts") if each["metadata"]]
    assert max(Counter(each["event_payload"]["operation"] for each in posts).values()) == 1


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.course.__name__)
def test_killed_at_every_step_it_is_rolled_back_once_and_verified(tmp_path: Path, scenario: Scenario) -> None:
    config = CONFIG
    for old, new in CHANGES:
        assert old in config, old
        config = config.replace(old, new)
    house = settled_house(tmp_path, config)
    undisturbed = Life(house, scenario)
    undisturbed.live()
    assert_ended_well(undisturbed)
    assert undisturbed.deeds() == list(scenario.actions.values())
    steps = _steps_of(undisturbed.passed)
    assert {step.split(" ", 1)[1].rpartition(" ")[0] for step in steps} == STEPS - scenario.spared
    for first in range(LIVES):
        life = Life(house, scenario, steps[first::LIVES])
        try:
            life.live()
            assert_ended_well(life)
        except AssertionError as error:
            raise AssertionError(f"killed {life.points}: {error}") from error
        assert life.left == []
    house.close()
