"""The shortest way of a page: claimed where it is decided on, handed over, tried out before it matters."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.domain.alerts.alert import Judgement, Severity, Subject
from bot.domain.card import Message
from bot.domain.setup import Setup
from bot.domain.text import Label, say
from bot.engine.alerts.findings import policy_of
from bot.engine.alerts.observe import judge_all
from bot.engine.delivery.deliver import Go, claim_next, prepare, settle
from bot.engine.delivery.in_hand import Claimed
from bot.engine.ledger import Delivery, Lane, Ledger, Unavailable
from bot.engine.ports import Posted, Sent
from bot.engine.world import World

log = logging.getLogger(__name__)

_HEAD_AND_PAGE = 2


def claim_page(ledger: Ledger, world: World, now: datetime) -> Delivery | None:
    """Claim the next page in the transaction that decides on one, where its thread has nothing else to do.

    Once that is on disk, `hand_over` what was claimed: nobody has to look and to write once more first.
    """
    return claim_next(ledger, Lane.PAGE, now) if world.in_hand.free(Lane.PAGE) else None


def hand_over(world: World, delivery: Delivery | None, now: datetime) -> None:
    """Wake whoever sends pages, and a moment later all others; without a page at once."""
    if delivery is None:
        world.bell.ring()
    else:
        world.in_hand.put(Claimed(delivery, now))
        world.bell.wake(delivery.lane.value)


def give_back(world: World, now: datetime) -> None:
    """This program ends: what was claimed and not sent is anybody's."""
    left = world.in_hand.left()
    if left:
        with world.store.transaction() as ledger:
            for claimed in left:
                each = claimed.delivery
                ledger.outbox.postpone(each.operation, now, "", unsure=each.unsure)


class _TakenBack(Exception):  # noqa: N818 - nothing has gone wrong
    """Nothing of this is to be kept."""


def warm_up(world: World, draw: Callable[[Message], object]) -> None:
    """Go the way of an alert that fires once, and take it back.

    Statements, models and words are composed where they are used first, which takes ten times as long as
    after that: it shall not be the first alert that waits for it. No bot stays
    down because that cannot be tried.
    """
    try:
        with suppress(_TakenBack, Unavailable):
            _try_out(world, draw, world.clock.now())
    except Exception:
        log.exception("the way of an alert could not be tried out; the bot goes on without")


def _try_out(world: World, draw: Callable[[Message], object], now: datetime) -> None:
    with world.store.transaction() as ledger:
        bad = Judgement(severity=Severity.CRITICAL, recovered=False, reason=say("a warning"))
        judge_all(ledger, world.setup, [(_nothing(world.setup), bad)], now)
        for _ in range(_HEAD_AND_PAGE):
            delivery = claim_next(ledger, Lane.PAGE, now)
            step = prepare(ledger, world, delivery, now) if delivery else None
            if delivery and isinstance(step, Go):
                draw(step.message)
                settle(ledger, delivery, Sent(Posted(channel="-", ts="-")), now)
        raise _TakenBack


def _nothing(setup: Setup) -> Subject:
    """What an alert could be about."""
    service = next(iter(setup.services.values()))
    policy = next(iter(setup.policies.values()), policy_of(setup, ""))
    return Subject(service=service.key, channel=service.channel, key="-", label=Label("-"), policy=policy)
