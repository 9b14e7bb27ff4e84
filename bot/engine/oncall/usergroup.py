"""Slack user groups that hold whoever is on call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import Line
from bot.domain.oncall.rotation import Schedule, on_call
from bot.domain.setup import Setup
from bot.domain.text import say
from bot.engine.ledger import Parcel
from bot.engine.ledger.oncall import Duty
from bot.engine.oncall.standing import standing
from bot.engine.ports import Later, Sent
from bot.engine.record import head
from bot.engine.world import World

USERGROUP = "usergroup/"
"""Duties of this kind: one a group. Their note is why Slack refused last, if it did."""

ANEW = timedelta(days=1)
"""Somebody may have changed the group by hand: it is set again after so long, whoever is on call."""

_REFUSED = timedelta(hours=1)


def keep_in_step(world: World, duty: Duty, now: datetime) -> None:
    """Put whoever is on call into the group; a refusal is told once, and tried again."""
    group = duty.key.removeprefix(USERGROUP)
    with world.store.reading() as ledger:
        setup = standing(ledger, world.setup)
    schedules = [each for each in setup.schedules.values() if each.usergroup == group]
    members = members_of(setup, schedules, now)
    untils = [shift.until for each in schedules if (shift := on_call(each, now)).until]
    next_at = min([now + ANEW, *(at for at in untils if at)])
    # Slack refuses an empty group: where nobody is on call it keeps who was.
    outcome = world.door.keep_group(group, members) if members else Sent(None)
    with world.store.transaction() as ledger:
        if isinstance(outcome, Sent):
            ledger.duties.again(duty.key, next_at, "")
            return
        retry = timedelta(seconds=outcome.seconds) if isinstance(outcome, Later) else _REFUSED
        if outcome.reason != duty.note and not isinstance(outcome, Later):
            text = say("The user group {group} could not be changed: {why}", group=group, why=outcome.reason)
            for channel in dict.fromkeys(service.channel for service in setup.services.values()):
                told = head(Parcel.ANNOUNCE, duty.key[:64], channel, now)
                operation = f"{duty.key}/{now:%Y%m%dT%H%M%S}/{channel}"
                ledger.outbox.put(replace(told, operation=operation, body=Line(text=text, at=now)))
        ledger.duties.again(duty.key, min(now + retry, next_at), outcome.reason)


def members_of(setup: Setup, schedules: list[Schedule], now: datetime) -> tuple[str, ...]:
    """The Slack IDs of whoever is on call in any of these schedules, in their order."""
    keys = [key for each in schedules for key in on_call(each, now).on_call]
    found = (setup.people[key].slack for key in keys if key in setup.people)
    return tuple(dict.fromkeys(slack for slack in found if slack))
