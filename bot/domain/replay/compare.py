"""How two replays of one recording differ: alerts gained, lost, earlier, later, and who is woken less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.replay.event import Event

NIGHT = (22, 7)
"""Hours, by the wall clock of the plan's zone, between which a page wakes somebody up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One alert from when it fired until it was resolved (None: it was not)."""

    alert: str
    severity: str
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class Tally:
    """What is counted of a replay while it runs. `pages` are by person and night (None: by day)."""

    zone: str
    episodes: list[Episode] = field(default_factory=list)
    pages: Counter[tuple[str, date | None]] = field(default_factory=Counter)
    _firing: dict[str, Episode] = field(default_factory=dict)

    def count(self, event: Event) -> None:
        alert = str(event.fact("alert"))
        if event.name == "page":
            people = event.fact("to")
            night = _night(event.at.astimezone(ZoneInfo(self.zone)))
            self.pages.update((person, night) for person in (people if isinstance(people, tuple) else ()))
        elif event.name == "alert.firing":
            severity = str(event.fact("severity"))
            self._firing[alert] = Episode(alert=alert, severity=severity, since=event.at, until=None)
        elif event.name == "alert.severity" and alert in self._firing:
            began = self._firing[alert]
            # An alert is as bad as it has been at its worst.
            worst = "critical" if "critical" in (began.severity, event.fact("severity")) else "warning"
            self._firing[alert] = Episode(alert=alert, severity=worst, since=began.since, until=None)
        elif event.name == "alert.resolved" and alert in self._firing:
            began = self._firing.pop(alert)
            ended = Episode(alert=alert, severity=began.severity, since=began.since, until=event.at)
            self.episodes.append(ended)

    def close(self) -> None:
        """The recording is over: what fires still has no end."""
        self.episodes += self._firing.values()
        self._firing.clear()


def _night(local: datetime) -> date | None:
    """The evening of the night in which an instant lies; None by day."""
    begins, ends = NIGHT
    if local.hour >= begins:
        return local.date()
    return local.date() - timedelta(days=1) if local.hour < ends else None


class Kind(StrEnum):
    GAINED = "gained"
    LOST = "lost"
    EARLIER = "earlier"
    LATER = "later"
    SEVERITY = "severity"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One alert in the first replay, in the other, or in both."""

    kind: Kind
    alert: str
    before: Episode | None
    after: Episode | None

    @property
    def at(self) -> datetime:
        """When it fired first."""
        return min(each.since for each in (self.before, self.after) if each)


def differences(before: Iterable[Episode], after: Iterable[Episode]) -> tuple[Difference, ...]:
    """Every alert of either, in order of time; those of one fingerprint that overlap are one alert."""
    theirs: dict[str, list[Episode]] = {}
    for each in sorted(after, key=lambda episode: episode.since):
        theirs.setdefault(each.alert, []).append(each)
    found: list[Difference] = []
    for mine in sorted(before, key=lambda episode: episode.since):
        found.append(_met(mine, theirs.get(mine.alert, [])))
    gained = (each for left in theirs.values() for each in left)
    found += [Difference(kind=Kind.GAINED, alert=each.alert, before=None, after=each) for each in gained]
    return tuple(sorted(found, key=lambda each: (each.at, each.alert)))


def _met(mine: Episode, theirs: list[Episode]) -> Difference:
    """What became of an alert; the one it meets is taken out of those that are left."""
    other = next((each for each in theirs if _overlap(mine, each)), None)
    if other is None:
        return Difference(kind=Kind.LOST, alert=mine.alert, before=mine, after=None)
    theirs.remove(other)
    return Difference(kind=_kind(mine, other), alert=mine.alert, before=mine, after=other)


def _kind(mine: Episode, other: Episode) -> Kind:
    if mine.severity != other.severity:
        return Kind.SEVERITY
    if mine.since == other.since:
        return Kind.SAME
    return Kind.EARLIER if other.since < mine.since else Kind.LATER


def _overlap(one: Episode, other: Episode) -> bool:
    return (other.until is None or one.since <= other.until) and (
        one.until is None or other.since <= one.until
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """How often a person is paged in a night (None: by day) before and after."""

    person: str
    night: date | None
    before: int
    after: int


def woken(before: Tally, after: Tally) -> Sequence[Woken]:
    """Each person's pages, by day first and then night by night."""
    return tuple(_woken(before, after))


def _woken(before: Tally, after: Tally) -> Iterator[Woken]:
    keys = sorted(set(before.pages) | set(after.pages), key=lambda key: (key[0], key[1] or date.min))
    for person, night in keys:
        counts = before.pages[person, night], after.pages[person, night]
        yield Woken(person=person, night=night, before=counts[0], after=counts[1])
