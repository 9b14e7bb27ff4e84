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
    "_keep_alone",
    "_step",  # somebody is paged
    "follow_alerts",  # the playbook opens, and hears of the end
    "run_due",  # an action begins
    "_end",  # an action has ended
    "_begin_probe",  # checks are asked: before the decision, and to verify
    "_probe",
    "respond_next",  # a person ticks a step, and decides
    "post AlertCard",
    "post PageMessage",
    "post PlaybookCard",
    "post Line",
}
"""What happens between the break and the end, by the names of fault points. Redraws may be done twice."""

STEADY = CONFIG.replace('critical: "> 0.1"', 'critical: "> 0.1", flapping: false')
"""It breaks life after life: that is not to be taken for flapping."""

ACTIONS = {0: "stop-orders", 3: "rollback", 5: "resume-orders"}
"""What the steps of the playbook do."""

SHARES, LIVES = 2, 4
"""So many processes may live side by side, each so many lives: neighbouring points are not in one life."""


@dataclass
class Life:
    """The scenario of duplicated orders from its beginning to its end, killed at these points on its way."""

    house: House
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
        house.measures(order_duplication_rate=1.4)
        self._survives(lambda: house.fast_forward(minutes=1, seconds=10))
        self._survives(lambda: press(house, "lin", "playbook-tick"))
        self._survives(lambda: press(house, "lin", "playbook-decide", "roll-back"))
        self._survives(lambda: house.fast_forward(minutes=2))

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
            self.again.append(ACTIONS[int(number)])
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
        found = [value.split(":")[2] for value in values if value.startswith("playbook-again:")]
        if found:
            assert "interrupted, its outcome is unknown; run it again or verify" in shown(card)
        return found[0] if found else ""


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
    for action in ACTIONS.values():
        assert 1 <= done[action] <= 1 + life.again.count(action), action
    # whoever is on call is woken once; a rollback that was cut off wakes the next one
    assert life.paged() == [["lin"], *([["chen"]] if "rollback" in life.again else [])]
    posts = [each["metadata"] for each in house.get("/local/posts") if each["metadata"]]
    assert max(Counter(each["event_payload"]["operation"] for each in posts).values()) == 1


@pytest.mark.parametrize("share", range(SHARES))
def test_killed_at_every_step_it_is_rolled_back_once_and_verified(tmp_path: Path, share: int) -> None:
    house = settled_house(tmp_path, STEADY)
    undisturbed = Life(house)
    undisturbed.live()
    assert_ended_well(undisturbed)
    assert undisturbed.deeds() == list(ACTIONS.values())
    steps = _steps_of(undisturbed.passed)
    assert {step.split()[1] for step in steps} == {step.split()[0] for step in STEPS}
    lives = SHARES * LIVES
    for first in range(share, lives, SHARES):
        life = Life(house, steps[first::lives])
        try:
            life.live()
            assert_ended_well(life)
        except AssertionError as error:
            raise AssertionError(f"killed {life.points}: {error}") from error
        assert life.left == []
    house.close()
