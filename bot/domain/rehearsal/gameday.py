"""The report of a game day: how soon each thing came, beside how soon it had to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.rehearsal.scenario import Measure, Scenario
from bot.domain.text import Span, Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened: `who` is a person's key, "" for the machine."""

    at: datetime
    what: Text
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How soon something came after it broke (None: it did not), and how soon it had to.

    `wanted` is False where nothing was expected, and `limit` None where it was never to come.
    """

    measure: Measure
    took: timedelta | None
    wanted: bool
    limit: timedelta | None

    @property
    def kept(self) -> bool:
        if not self.wanted:
            return True
        if self.limit is None:
            return self.took is None
        return self.took is not None and self.took <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class GameDay:
    """What came of a rehearsal. `version` is the newest watched at its end."""

    scenario: Scenario
    found: tuple[Found, ...]
    moments: tuple[Moment, ...]

    @property
    def kept(self) -> bool:
        return all(each.kept for each in self.found)


def game_day(scenario: Scenario, came: Mapping[Measure, datetime], moments: Iterable[Moment]) -> GameDay:
    """The report: `came` is when each thing came first."""
    found = tuple(
        Found(
            measure=measure,
            took=came[measure] - scenario.broken_at if measure in came else None,
            wanted=measure in scenario.limits,
            limit=scenario.limits.get(measure),
        )
        for measure in Measure
    )
    in_order = tuple(sorted(moments, key=lambda moment: moment.at))
    return GameDay(scenario=scenario, found=found, moments=in_order)


def name_of(measure: Measure) -> Text:
    """The measure in words."""
    return _NAMES[measure]


_NAMES = {
    Measure.DETECTED: say("Detected"),
    Measure.PAGED: say("Somebody paged"),
    Measure.ACKNOWLEDGED: say("Acknowledged"),
    Measure.NEXT_LEVEL: say("Next level paged"),
    Measure.ROLLED_BACK: say("Rolled back"),
    Measure.RESOLVED: say("Resolved"),
}


def took(found: Found) -> Text:
    return say("after {span}", span=Span.of(found.took)) if found.took is not None else say("not at all")


def limit(found: Found) -> Text:
    if not found.wanted:
        return say("–")
    return say("within {span}", span=Span.of(found.limit)) if found.limit is not None else say("never")


def verdict(found: Found) -> Text:
    if not found.wanted:
        return say("–")
    return say("kept") if found.kept else say("MISSED")
