"""Which card a new alert stands on, and whose page it rides on: in a storm nobody is woken twice.

Both take the alerts of one transaction, which may be thousands, and read what they need once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace

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
from bot.domain.setup import Setup
from bot.domain.text import Span, say
from bot.engine.ledger import Ledger, Woken

_Effects = tuple[Say | Page | Try, ...]


class Seating:
    """Finds a card for each alert that wants one: its own, or one that gathers. `close` writes it down."""

    def __init__(self, ledger: Ledger, setup: Setup) -> None:
        self._ledger = ledger
        self._setup = setup
        self._gathering: dict[str, Group] = {}
        self._joining = Counter[str]()

    def seat(self, transition: Transition) -> Transition:
        """The transition with its card settled; of an alert that has one, as it is."""
        if CARD not in transition.effects:
            return transition
        alert, now, grouping = transition.alert, transition.at, self._setup.grouping
        key = group_key(grouping, labels_of(alert), alert.subject.channel)
        # What began a moment ago is open, although it is not written down yet.
        here = self._gathering.get(key)
        group, is_open = (here, True) if here else self._ledger.groups.newest(key) or (None, False)
        if group is None or not takes_in(grouping, group, is_open, now):
            of = (key, alert.subject.service, alert.subject.channel)
            self._gathering[key] = begin_group(grouping, alert.id, of, now)
            return transition
        self._gathering[key] = group
        self._joining[key] += 1
        effects = tuple(REDRAW if each == CARD else each for each in transition.effects)
        return replace(transition, alert=replace(alert, card=group.id), effects=effects)

    def close(self) -> None:
        for key, begun in self._gathering.items():
            group = joined(begun, self._joining[key])
            self._ledger.groups.save(group, next_look(self._setup.grouping, group))
            if group.size == 1:
                self._ledger.groups.review(group.id, next_night(self._setup.zone, group.since))


def page_operation(transition: Transition, page: Page) -> str:
    """What names a page. A level may be paged again, after a snooze: the version tells the two apart."""
    return f"{transition.alert.id}/page/{page.cycle}.{page.level}.{transition.alert.version}"


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

    def ride(self, transition: Transition) -> Transition:
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
        return _rides(transition, paging, _left(paging, lately), next(iter(lately.values())))

    def close(self) -> None:
        for target in sorted(self._changed):
            woken = self._woken[target]
            self._ledger.groups.wake(target, replace(woken, riders=woken.riders + self._riders[target]))

    def _lately(self, transition: Transition, targets: list[str]) -> dict[str, Woken]:
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
