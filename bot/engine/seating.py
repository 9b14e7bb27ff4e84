"""Which card a new alert stands on, and whose page it rides on: in a storm nobody is woken twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.alert import AlertState, Effect, Page, Say, Transition, Try
from bot.domain.grouping import Group, begin_group, group_key, joined, next_look, takes_in, woken_lately
from bot.domain.quiet.hush import labels_of
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

    def seat(self, transition: Transition) -> Transition:
        """The transition with its card settled; of an alert that has one, as it is."""
        if not any(isinstance(each, Say) and each.effect is Effect.CARD for each in transition.effects):
            return transition
        alert, now, grouping = transition.alert, transition.at, self._setup.grouping
        key = group_key(grouping, labels_of(alert), alert.subject.channel)
        # What began a moment ago is open, although it is not written down yet.
        here = self._gathering.get(key)
        found = (here, True) if here else self._ledger.groups.newest(key)
        if found is None or not takes_in(grouping, *found, now):
            of = (key, alert.subject.service, alert.subject.channel)
            self._gathering[key] = begin_group(grouping, alert.id, of, now)
            return transition
        group = self._gathering[key] = joined(found[0])
        effects = tuple(map(_on_the_other, transition.effects))
        return replace(transition, alert=replace(alert, card=group.id), effects=effects)

    def close(self) -> None:
        for group in self._gathering.values():
            self._ledger.groups.save(group, next_look(self._setup.grouping, group))


def _on_the_other(effect: Say | Page | Try) -> Say | Page | Try:
    is_card = isinstance(effect, Say) and effect.effect is Effect.CARD
    return Say(effect=Effect.REDRAW) if is_card else effect


def page_operation(transition: Transition, page: Page) -> str:
    """What names a page. A level may be paged again, after a snooze: the version tells the two apart."""
    return f"{transition.alert.id}/page/{page.cycle}.{page.level}.{transition.alert.version}"


def riding(ledger: Ledger, setup: Setup, transition: Transition) -> Transition:
    """Leave out of a page whoever was woken a moment ago and has not answered: that page stands for it too.

    What a person asked for always goes to everybody.
    """
    paging = next((each for each in transition.effects if isinstance(each, Page)), None)
    if paging is None:
        return transition
    targets = list(_targets(paging))
    lately = {} if transition.by else _lately(ledger, setup, transition, targets)
    left = _left(paging, set(lately))
    operation = page_operation(transition, paging)
    for target in targets:
        if target in lately:
            woken = lately[target]
            ledger.groups.wake(target, replace(woken, riders=woken.riders + 1))
        else:
            by = Woken(page=operation, alert=transition.alert.id, at=transition.at, riders=0)
            ledger.groups.wake(target, by)
    if not lately:
        return replace(transition, alert=replace(transition.alert, rides=None))
    return _rides(transition, paging, left, next(iter(lately.values())))


def _targets(page: Page) -> Iterator[str]:
    yield from (f"person:{each}" for each in page.people)
    yield from (f"usergroup:{each}" for each in page.usergroups)
    yield from (f"channel:{each}" for each in page.channels)


def _left(page: Page, woken: set[str]) -> Page:
    return replace(
        page,
        people=tuple(each for each in page.people if f"person:{each}" not in woken),
        usergroups=tuple(each for each in page.usergroups if f"usergroup:{each}" not in woken),
        channels=tuple(each for each in page.channels if f"channel:{each}" not in woken),
    )


def _lately(ledger: Ledger, setup: Setup, transition: Transition, targets: list[str]) -> dict[str, Woken]:
    """Who was woken by a page that nobody has answered, too short a time ago to be woken again."""
    found = {}
    for target, woken in ledger.groups.woken(targets).items():
        fresh = woken_lately(setup.grouping, woken.at, woken.riders, transition.at)
        if fresh and woken.alert != transition.alert.id:
            other = ledger.alerts.get(woken.alert)
            if other and other.state is AlertState.FIRING and other.quiet is None:
                found[target] = woken
    return found


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
