"""A scenario carried out: faults at their instants, people at their cues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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

    def enters(self, person: str, values: Mapping[str, str]) -> str | None:
        """A person fills in the form that is open and sends it: why it is refused, "" when it is taken.

        None when no form is open.
        """
        ...


FORM_WITHIN = timedelta(minutes=1)
"""A form that has not opened by then will not."""


@dataclass(frozen=True, slots=True)
class _Entering:
    """What a person will enter in the form that was asked for."""

    person: str
    values: Mapping[str, str]
    asked_at: datetime


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
    _entering: list[_Entering] = field(default_factory=list)
    _moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults = sorted(self.scenario.faults, key=lambda each: each.after)
        self._deeds = list(self.scenario.deeds)

    def next_at(self, now: datetime) -> datetime | None:
        """When the script itself has something next, as far as that is known."""
        moments = [self.scenario.begins_at + each.after for each in self._faults[:1]]
        moments += [at for at, _ in self._known(now)]
        moments += [each.asked_at for each in self._entering]
        return min(moments, default=None)

    def perform(self, now: datetime) -> None:
        """Whatever is to happen by now."""
        while self._faults and self.scenario.begins_at + self._faults[0].after <= now:
            fault = self._faults.pop(0)
            self.hand.turn(fault.fault, fault.on)
            words = say("{fault} is switched on", fault=fault.fault)
            self._tell(now, words if fault.on else say("{fault} is switched off", fault=fault.fault))
        for entering in list(self._entering):
            self._enter(entering, now)
        for at, deed in self._known(now):
            if at <= now:
                self._act(deed, now)

    def report(self, now: datetime) -> GameDay:
        """How it was met, until now. What nobody came to do is told too."""
        cues = self._cues(now)
        for deed in self._deeds:
            at = cues[deed.cue] + deed.after if deed.cue in cues else None
            self._tell(now, _undone(deed, at, now), deed.person)
        with self.store.reading() as ledger:
            found = came(ledger, self.setup, self.scenario.broken_at, now)
            machine = list(happened(ledger, self.setup, self.scenario.broken_at, now))
        return game_day(self.scenario, found, [*self._moments, *machine])

    def _known(self, now: datetime) -> list[tuple[datetime, Deed]]:
        """What people will do and when, as far as what they wait for has come."""
        cues = self._cues(now)
        return [(cues[each.cue] + each.after, each) for each in self._deeds if each.cue in cues]

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
        elif not self.hand.presses(person, deed.presses, deed.option):
            return  # no card has that button yet: it is looked for again
        self._tell(now, _done(deed), person)
        self._deeds.remove(deed)
        if deed.enters:
            self._entering.append(_Entering(person, deed.enters, now))

    def _enter(self, entering: _Entering, now: datetime) -> None:
        refused = self.hand.enters(entering.person, entering.values)
        if refused is None and now < entering.asked_at + FORM_WITHIN:
            return
        self._entering.remove(entering)
        values = ", ".join(f"{name}: {value}" for name, value in entering.values.items())
        what = say("enters {values}", values=values)
        if refused is None:
            what = say("cannot enter {values}: no form has opened", values=values)
        elif refused:
            what = say("enters {values}, which is refused: {why}", values=values, why=refused)
        self._tell(now, what, entering.person)

    def _paged(self, now: datetime) -> str:
        """The first of those whom the last page mentioned."""
        with self.store.reading() as ledger:
            alerts = urgent(ledger, self.setup, self.scenario.broken_at, now)
        return next((each.paged[0] for each in reversed(alerts) if each.paged), "")

    def _tell(self, now: datetime, what: Text, who: str = "") -> None:
        moment = Moment(at=now, what=what, who=who)
        self._moments.append(moment)
        self.told(moment)


def _done(deed: Deed) -> Text:
    if deed.types:
        return say("types `/monitor {command}`", command=deed.types)
    return say("presses {button}", button=f"{deed.presses} {deed.option}".strip())


def _undone(deed: Deed, at: datetime | None, now: datetime) -> Text:
    """Why it was not done; `at` is when it was to be, if what it waits for came."""
    why = say("no card has that button")
    if at is None:
        why = say("what it waits for, {cue}, has not come", cue=deed.cue.value)
    elif at > now:
        why = say("the rehearsal was over before")
    return say("It did not come to this: {deed} – {why}", deed=_done(deed), why=why)
