"""One alert from the break to its end, told by what people see; whoever dies on the way is begun again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from faults.nursery import Life
from faults.scene import Scene
from faults.waiting import pause


@dataclass
class Course:
    """The service breaks, somebody is paged and acknowledges, the service is mended.

    With `revived` a bot that died is begun again at once, as whatever runs it would. `recovered_s` is how
    long it took from a death, or from what `struck` tells of, until the next thing was seen that was due.
    """

    scene: Scene
    metric: str = "m0"
    revived: bool = True
    bots: list[Life] = field(default_factory=list)
    recovered_s: float = 0.0
    deaths: int = 0
    _struck_at: float | None = None

    def begin(self, dies_at: str | None = None, count: int = 1, by: signal.Signals = signal.SIGKILL) -> None:
        self.bots = [self.scene.begins(dies_at, by) for _ in range(count)]
        self.scene.until(lambda: self._tended() and self.scene.connected, "that a bot was connected")

    def struck(self) -> None:
        """From now on it is counted how long recovery takes."""
        self._struck_at = self.scene.now()

    def paged(self) -> None:
        self.scene.breaks(self.metric)
        self.paged_of_it()

    def paged_of_it(self) -> None:
        self._sees(lambda: self.was_paged, "the page")

    @property
    def was_paged(self) -> bool:
        return any(self.metric in each["text"].lower() for each in self.scene.pages())

    def acknowledged(self) -> None:
        self._sees(self._presses, "the acknowledgement")

    def resolved(self) -> None:
        self.scene.mends(self.metric)
        self._sees(lambda: self._card_says("RESOLVED"), "the end of the alert")

    def whole(self) -> None:
        self.paged()
        self.acknowledged()
        self.resolved()

    def passes(self, seconds: float) -> None:
        """Time passes, and whoever dies in it is begun again."""
        end = self.scene.now() + seconds
        while self.scene.now() < end and self._tended():
            pause(0.2)

    def _presses(self) -> bool:
        if self._card_says("Acknowledged by"):
            return True
        for card in self.scene.cards(self.metric)[-1:]:
            self.scene.presses(card, "ack")
        return self._card_says("Acknowledged by")

    def _card_says(self, words: str) -> bool:
        newest = self.scene.cards(self.metric)[-1:]
        return bool(newest) and newest[0] in self.scene.cards(words)

    def _sees(self, holds: Callable[[], bool], what: str) -> None:
        self.scene.until(lambda: self._tended() and holds(), what)
        if self._struck_at is not None:
            self.recovered_s = max(self.recovered_s, self.scene.now() - self._struck_at)
            self._struck_at = None

    def _tended(self) -> bool:
        for number, bot in enumerate(self.bots):
            if not bot.alive:
                self.deaths += 1
                self.struck()
                if self.revived:
                    self.bots[number] = self.scene.begins()
        if not self.revived:
            self.bots = [bot for bot in self.bots if bot.alive]
        return True

    def rests(self) -> None:
        """Nothing waits to be posted any more."""
        self.scene.until(lambda: self._tended() and self.scene.at_rest, "that all was posted")
