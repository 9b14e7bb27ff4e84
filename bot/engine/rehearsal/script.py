"""A scenario carried out: faults at their instants, people at their cues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.rehearsal.gameday import GameDay, Moment, game_day
from bot.domain.rehearsal.scenario import Cue, Deed, Fault, Measure, Scenario
from bot.domain.setup import Setup
from bot.domain.text import Text, say
from bot.engine.ledger import Store
from bot.engine.rehearsal.findings import came, happened, urgent

_CUES = {
    Cue.PAGED: Measure.PAGED,
    Cue.ACKNOWLEDGED: Measure.ACKNOWLEDGED,
    Cue.NEXT_LEVEL: Measure.NEXT_LEVEL,
}


class Hand(Protocol):
    """Reaches the sample service and the workspace."""

    def turn(self, fault: str, on: bool) -> None:
        """Switch a fault of the sample."""
        ...

    def types(self, person: str, command: str) -> None:
        """A person types a command."""
        ...

    def presses(self, person: str, verb: str, option: str) -> bool:
        """A person presses a button of the newest card that has it. False when none has."""
        ...


@dataclass(slots=True)
class Script:
    """One performance. `told` hears of what breaks and of what people do."""

    scenario: Scenario
    setup: Setup
    store: Store
    hand: Hand
    told: Callable[[Moment], None]
    _faults: list[Fault] = field(default_factory=list)
    _deeds: list[Deed] = field(default_factory=list)
    _moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults = sorted(self.scenario.faults, key=lambda each: each.after)
        self._deeds = list(self.scenario.deeds)

    def next_at(self) -> datetime | None:
        """When the script itself has something next, as far as that is known."""
        moments = [self.scenario.begins_at + each.after for each in self._faults[:1]]
        moments += [self.scenario.begins_at + each.after for each in self._deeds if each.cue is Cue.START]
        return min(moments, default=None)

    def perform(self, now: datetime) -> None:
        """Whatever is to happen by now."""
        while self._faults and self.scenario.begins_at + self._faults[0].after <= now:
            fault = self._faults.pop(0)
            self.hand.turn(fault.fault, fault.on)
            words = say("{fault} is switched on", fault=fault.fault)
            self._tell(now, words if fault.on else say("{fault} is switched off", fault=fault.fault))
        if self._deeds:
            cues = self._cues(now)
            for deed in [
                each for each in self._deeds if each.cue in cues and cues[each.cue] + each.after <= now
            ]:
                self._act(deed, now)

    def report(self, now: datetime) -> GameDay:
        """How it was met, until now."""
        with self.store.reading() as ledger:
            found = came(ledger, self.setup, self.scenario.broken_at, now)
            machine = list(happened(ledger, self.setup, self.scenario.broken_at, now))
        return game_day(self.scenario, found, [*self._moments, *machine])

    def _cues(self, now: datetime) -> dict[Cue, datetime]:
        cues = {Cue.START: self.scenario.begins_at}
        if any(each.cue is not Cue.START for each in self._deeds):
            with self.store.reading() as ledger:
                found = came(ledger, self.setup, self.scenario.broken_at, now)
            cues |= {cue: found[measure] for cue, measure in _CUES.items() if measure in found}
        return cues

    def _act(self, deed: Deed, now: datetime) -> None:
        person = deed.person or self._paged(now)
        if not person:
            return
        if deed.types:
            self.hand.types(person, deed.types)
            self._tell(now, say("types `/monitor {command}`", command=deed.types), person)
        elif self.hand.presses(person, deed.presses, deed.option):
            button = f"{deed.presses} {deed.option}".strip()
            self._tell(now, say("presses {button}", button=button), person)
        else:
            return  # no card has that button yet: it is looked for again
        self._deeds.remove(deed)

    def _paged(self, now: datetime) -> str:
        """The first of those whom the last page mentioned."""
        with self.store.reading() as ledger:
            alerts = urgent(ledger, self.setup, self.scenario.broken_at, now)
        return next((each.paged[0] for each in reversed(alerts) if each.paged), "")

    def _tell(self, now: datetime, what: Text, who: str = "") -> None:
        moment = Moment(at=now, what=what, who=who)
        self._moments.append(moment)
        self.told(moment)
