"""Which card a new alert stands on, and whose page it rides on: in a storm nobody is woken twice.

All this takes the alerts of one transaction, which may be thousands: what is needed is read once, and what
fires in the same way is decided once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.alerts.alert import CARD, REDRAW, AlertState, Effect, Page, Say, Transition, Try
from bot.domain.alerts.grouping import (
    Group,
    begin_group,
    group_key,
    joined,
    next_look,
    takes_in,
    woken_lately,
)
from bot.domain.alerts.quiet.hush import labels_of
from bot.domain.localtime import next_night
from bot.domain.oncall.chain import first_level, likewise
from bot.domain.setup import Setup
from bot.domain.text import Span, say
from bot.engine.ledger import Ledger, Woken
from bot.engine.oncall.standing import roster

_Effects = tuple[Say | Page | Try, ...]


def settle(ledger: Ledger, setup: Setup, transitions: Iterable[Transition]) -> Iterator[Transition]:
    """Each with its card and its page settled; what fires pages its first level with it."""
    seating, riding, reach = Seating(ledger, setup), Riding(ledger, setup), roster(ledger, setup)
    for transition in transitions:
        if transition.event != "alert.firing":
            yield riding.ride(seating.seat(transition))
            continue
        card = seating.card(transition) if CARD in transition.effects else None
        if rode := riding.again(transition, card):
            # The second draws the card that it has joined anew.
            yield from (replace(transition, effects=()), rode)
            continue
        seated = _seated(transition, card)
        yield seated
        if paging := first_level(seated.alert, reach, seated.at):
            yield riding.ride(paging, seated)
    seating.close()
    riding.close()


class Seating:
    """Finds a card for each alert that wants one: its own, or one that gathers. `close` writes it down."""

    def __init__(self, ledger: Ledger, setup: Setup) -> None:
        self._ledger = ledger
        self._setup = setup
        self._newest: dict[str, Group] = {}
        self._touched: dict[str, Group] = {}
        self._begun: list[Group] = []
        self._joining = Counter[str]()

    def seat(self, transition: Transition) -> Transition:
        """The transition with its card settled; of an alert that has one, as it is."""
        return _seated(transition, self.card(transition)) if CARD in transition.effects else transition

    def card(self, transition: Transition) -> str | None:
        """The card that gathers this alert too; None when it begins one of its own."""
        alert, now, grouping = transition.alert, transition.at, self._setup.grouping
        key = group_key(grouping, labels_of(alert), alert.subject.channel)
        # What began a moment ago is open, although it is not written down yet.
        here = self._newest.get(key)
        group, is_open = (here, True) if here else self._ledger.groups.newest(key) or (None, False)
        if group is None or not takes_in(grouping, group, is_open, now):
            of = (key, alert.subject.service, alert.subject.channel)
            begun = begin_group(grouping, alert.id, of, now)
            self._newest[key] = self._touched[begun.id] = begun
            self._begun.append(begun)
            return None
        self._newest[key] = self._touched[group.id] = group
        self._joining[group.id] += 1
        return group.id

    def close(self) -> None:
        for begun in self._touched.values():
            group = joined(begun, self._joining[begun.id])
            self._ledger.groups.save(group, next_look(self._setup.grouping, group))
        for begun in self._begun:
            self._ledger.groups.review(begun.id, next_night(self._setup.zone, begun.since))


def _seated(transition: Transition, card: str | None) -> Transition:
    if card is None:
        return transition
    effects = tuple(REDRAW if each == CARD else each for each in transition.effects)
    return replace(transition, alert=replace(transition.alert, card=card), effects=effects)


def page_operation(transition: Transition, page: Page) -> str:
    """What names a page. A level may be paged again, after a snooze: the version tells the two apart."""
    return f"{transition.alert.id}/page/{page.cycle}.{page.level}.{transition.alert.version}"


_Alike = tuple[object, ...]


def _alike(fired: Transition) -> _Alike:
    """All that decides whom an alert pages that fires as it begins."""
    alert, subject = fired.alert, fired.alert.subject
    of = subject.service, subject.kind, subject.tier, subject.alone, subject.policy
    return (*of, alert.severity, alert.version, alert.flapping, alert.began_at, fired.at)


@dataclass(frozen=True, slots=True)
class _Ridden:
    """The first level of an alert for which nobody was woken: whom it would have paged, and what did."""

    alike: _Alike
    change: Transition
    targets: tuple[str, ...]
    page: str


class Riding:
    """Leaves out of a page whoever was woken a moment ago and has not answered: that page stands for it too.

    What a person asked for always goes to everybody, and so does what pages alone. `close` writes down who
    was woken.
    """

    def __init__(self, ledger: Ledger, setup: Setup) -> None:
        self._ledger = ledger
        self._setup = setup
        self._woken: dict[str, Woken] = {}
        self._riders = Counter[str]()
        self._changed: set[str] = set()
        self._unanswered: dict[str, bool] = {}
        self._ridden: dict[str, _Ridden] = {}

    def ride(self, transition: Transition, fired: Transition | None = None) -> Transition:
        """The transition without those who were woken. `fired`: how its alert has just fired."""
        paging = next((each for each in transition.effects if isinstance(each, Page)), None)
        if paging is None or transition.alert.subject.alone:
            return transition
        targets = list(_targets(paging))
        lately = {} if transition.by else self._lately(transition, targets)
        for target in targets:
            self._riders[target] += target in lately
            if target not in lately:
                operation = page_operation(transition, paging)
                self._riders[target] = 0
                self._woken[target] = Woken(
                    page=operation, alert=transition.alert.id, at=transition.at, riders=0
                )
        self._changed |= set(targets)
        self._unanswered[transition.alert.id] = True
        if not lately:
            walks = transition.alert.rides is None
            return transition if walks else replace(transition, alert=replace(transition.alert, rides=None))
        woken = next(iter(lately.values()))
        rode = _rides(transition, paging, _left(paging, lately), woken)
        card = rode.alert.card
        if fired and card and card != rode.alert.id and len(lately) == len(targets):
            self._ridden[card] = _Ridden(_alike(fired), rode, tuple(targets), woken.page)
        return rode

    def again(self, fired: Transition, card: str | None) -> Transition | None:
        """The first level of an alert that fires as one on this card did, for which nobody was woken."""
        known = self._ridden.get(card) if card else None
        if known is None or fired.alert.version > 1 or known.alike != _alike(fired):
            return None
        lately = self._lately(fired, known.targets)
        if len(lately) < len(known.targets) or next(iter(lately.values())).page != known.page:
            return None
        self._riders.update(known.targets)
        return likewise(known.change, fired.alert)

    def close(self) -> None:
        for target in sorted(self._changed):
            woken = self._woken[target]
            self._ledger.groups.wake(target, replace(woken, riders=woken.riders + self._riders[target]))

    def _lately(self, transition: Transition, targets: Sequence[str]) -> dict[str, Woken]:
        """Who was woken by a page that nobody has answered, too short a time ago to be woken again."""
        unknown = [each for each in targets if each not in self._woken]
        if unknown:
            self._woken |= self._ledger.groups.woken(unknown)
        known = ((each, self._woken[each]) for each in targets if each in self._woken)
        return {
            target: woken
            for target, woken in known
            if woken_lately(
                self._setup.grouping, woken.at, woken.riders + self._riders[target], transition.at
            )
            and woken.alert != transition.alert.id
            and self._is_unanswered(woken.alert)
        }

    def _is_unanswered(self, alert_id: str) -> bool:
        if alert_id not in self._unanswered:
            alert = self._ledger.alerts.get(alert_id)
            fires = alert is not None and alert.state is AlertState.FIRING and alert.quiet is None
            self._unanswered[alert_id] = fires
        return self._unanswered[alert_id]


def _targets(page: Page) -> Iterator[str]:
    yield from (f"person:{each}" for each in page.people)
    yield from (f"usergroup:{each}" for each in page.usergroups)
    yield from (f"channel:{each}" for each in page.channels)


def _left(page: Page, woken: Container[str]) -> Page:
    """The page without those who were woken."""
    return replace(
        page,
        people=tuple(each for each in page.people if f"person:{each}" not in woken),
        usergroups=tuple(each for each in page.usergroups if f"usergroup:{each}" not in woken),
        channels=tuple(each for each in page.channels if f"channel:{each}" not in woken),
    )


def _rides(transition: Transition, paging: Page, left: Page, woken: Woken) -> Transition:
    note = say(
        "Already woken {span} ago by a page that stands for this one too",
        span=Span.of(transition.at - woken.at),
    )
    rest = (left,) if left.people or left.usergroups or left.channels else ()
    effects: _Effects = tuple(
        part
        for each in transition.effects
        for part in ((*rest, Say(effect=Effect.NOTE, text=note)) if each is paging else (each,))
    )
    return replace(transition, alert=replace(transition.alert, rides=woken.page), effects=effects)
