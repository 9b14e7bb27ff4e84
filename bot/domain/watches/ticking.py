"""Manual items of a round: ticked by people, reminded of once, given up; and remarks on any entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.setup import Item
from bot.domain.text import Instant, Name, enumerated, say
from bot.domain.watches.listing import Listed, Manual, Remark
from bot.domain.watches.plan import EntryState

REMIND = timedelta(minutes=30)
"""How long a manual item may stay open before somebody is reminded, if it does not say."""


def manuals_of(items: Iterable[Item]) -> tuple[Manual, ...]:
    """The items that only people can confirm, all open, in their order."""
    return tuple(
        Manual(ask=item.ask, remind=item.remind or REMIND, on_failure=item.on_failure)
        for item in items
        if item.ask
    )


def tick(listed: Listed, number: int, by: str, note: str, now: datetime) -> Listed | Refusal:
    """`by` confirms the item at that place (from 0). One that was given up can still be ticked.

    The caller settles the state afterwards: see `settle_state`.
    """
    if not 0 <= number < len(listed.manuals):
        return Refusal(say("This round has no such item; nothing was changed"))
    manual = listed.manuals[number]
    if manual.done_at:
        return Refusal(
            say(
                "{item}: already done by {person} at {at}",
                item=manual.ask,
                person=Name(manual.done_by or ""),
                at=Instant(manual.done_at),
            )
        )
    done = replace(manual, done_at=now, done_by=by, note=note.strip())
    return replace(listed, manuals=(*listed.manuals[:number], done, *listed.manuals[number + 1 :]))


def remark(listed: Listed, by: str, text: str, now: datetime) -> Listed | Refusal:
    """`by` adds words to an entry; what others added stays."""
    if not text.strip():
        return Refusal(say("A remark needs words; nothing was changed"))
    return replace(listed, remarks=(*listed.remarks, Remark(at=now, by=by, text=text.strip())))


def chase(listed: Listed, now: datetime) -> tuple[Listed, tuple[Manual, ...], tuple[Manual, ...]] | None:
    """Remind of and give up what is due: the round, items newly reminded of, items newly given up.

    None when nothing is due. An item is given up as long after its reminder as that came after the round,
    so that a bot that was away reminds first.
    """
    manuals = tuple(_chased(manual, _opened(listed), now) for manual in listed.manuals)
    if manuals == listed.manuals:
        return None
    changed = [after for before, after in zip(listed.manuals, manuals, strict=True) if after != before]
    reminded = tuple(manual for manual in changed if manual.open)
    given_up = tuple(manual for manual in changed if not manual.open)
    return replace(listed, manuals=manuals), reminded, given_up


def give_up(listed: Listed, now: datetime) -> Listed:
    """The watch has ended: nobody is asked any more, and what is open stays not done."""
    manuals = (replace(each, given_up_at=now) if each.open else each for each in listed.manuals)
    return replace(listed, manuals=tuple(manuals))


def next_look(listed: Listed) -> datetime | None:
    """When the next open item is due to be reminded of or given up; None without open items."""
    opened = _opened(listed)
    return min((_due_at(manual, opened) for manual in listed.manuals if manual.open), default=None)


def settle_state(listed: Listed) -> Listed:
    """A running round whose checks ran stays so while items are open; then it has its outcome.

    An item that was given up makes it failed, even if it is ticked late, with a remark that names it.
    """
    if listed.outcome is None or listed.entry.state is not EntryState.RUNNING:
        return listed
    if any(manual.open for manual in listed.manuals):
        return listed
    undone = [manual.ask for manual in listed.manuals if manual.given_up_at]
    if not undone:
        return replace(listed, entry=replace(listed.entry, state=listed.outcome))
    items = enumerated(undone)
    why = (
        say("{remark}; not done: {items}", remark=listed.remark, items=items)
        if listed.remark
        else say("not done: {items}", items=items)
    )
    return replace(listed, entry=replace(listed.entry, state=EntryState.FAILED), remark=why)


def _opened(listed: Listed) -> datetime:
    return listed.ran_at or listed.entry.at


def _due_at(manual: Manual, opened: datetime) -> datetime:
    return (manual.reminded_at or opened) + manual.remind


def _chased(manual: Manual, opened: datetime, now: datetime) -> Manual:
    if not manual.open or now < _due_at(manual, opened):
        return manual
    if manual.reminded_at:
        return replace(manual, given_up_at=now)
    return replace(manual, reminded_at=now)
