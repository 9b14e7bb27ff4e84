"""Pages beside Slack: claim one call, look whether it must still go, send it, and see to what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert, Severity
from bot.domain.card import Line, Told
from bot.domain.oncall.escalation import SLACK
from bot.domain.oncall.route import Call, calls, instead, quiet_until
from bot.domain.setup import Channel, Setup
from bot.domain.text import Name, Span, Text, say
from bot.engine.alerts.hush import held_back
from bot.engine.delivery.paged import Paged, paged
from bot.engine.delivery.rows import CALL, SLACK_WITHIN, WARNING, call_delivery, show_page
from bot.engine.delivery.step import Drop, Wait, put_aside
from bot.engine.ledger import Delivery, Fate, Lane, Ledger, Parcel
from bot.engine.ports import Outcome, Place, Refused, Sent
from bot.engine.world import World

LEASE = timedelta(seconds=20)
"""How long a claimed call is mine: a courier takes at most fifteen seconds."""

GIVE_UP = timedelta(minutes=15)
"""How long a way that does not work is tried again, beside the next one."""

_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(minutes=1)

_BEHIND = timedelta(seconds=2)
"""What is held back goes with the first of its kind; by itself only if that did not take it along."""


def call_next(world: World, now: datetime) -> bool:
    """Move the first due call one step. False when none was due."""
    with world.store.transaction() as ledger:
        delivery = ledger.outbox.claim(Lane.CALL, now, now + LEASE)
    if delivery is None:
        return False
    with world.store.reading() as ledger:
        step = _prepare(ledger, world.setup, delivery, now)
        if isinstance(step, _Go):
            step = _throttled(ledger, delivery, step.channel, now) or step
        more = ledger.outbox.holds(Lane.CALL, delivery.place)
    if isinstance(step, Wait | Drop):
        with world.store.transaction() as ledger:
            put_aside(ledger, delivery, step, now)
        return True
    along = _gather(world, delivery, step.told.alert, now) if more else []
    others = {each.told.alert.id: each.told.alert for _, each in along}
    told = replace(step.told, others=tuple(others[key] for key in others if key != step.told.alert.id))
    outcome = world.courier.carry(step.channel, told.person, told)
    with world.store.transaction() as ledger:
        _settle(ledger, world.setup, (delivery, step), outcome, world.clock.now())
        for each in along:
            _settle(ledger, world.setup, each, outcome, world.clock.now())
    world.left(delivery, outcome, world.clock.now())
    world.bell.ring()
    return True


@dataclass(frozen=True, slots=True)
class _Go:
    """`leader`: the message is about this alert, and tells of this one too."""

    call: Call
    channel: Channel
    told: Told
    leader: Alert | None = None


def _prepare(ledger: Ledger, setup: Setup, delivery: Delivery, now: datetime) -> _Go | Wait | Drop:
    call, found = delivery.body, paged(ledger, _page(delivery), delivery.subject, now)
    if not isinstance(found, Paged) or not isinstance(call, Call):
        return Drop("there is nobody to call") if isinstance(found, Paged) else found
    alert = found.alert
    if held := held_back(ledger, setup, alert, now):
        return held
    person, channel = setup.people.get(call.person), setup.channels.get(call.way)
    if person is None or channel is None:
        return Drop(f"{call.person} or {call.way} is configured no more")
    why = call.why
    if call.stands_in:
        fate, reason = ledger.outbox.standing(_page(delivery)) or (Fate.DROPPED, "")
        if fate in (Fate.DELIVERED, Fate.DROPPED):
            return Drop("Slack has taken the page")
        if ledger.outbox.standing(f"{delivery.operation}/instead"):
            return Drop("it goes in place of another way")
        why = _why_not_slack(reason)
    quiet = quiet_until(person, now) if alert.severity is Severity.WARNING else None
    if quiet:
        return Wait(quiet, "quiet hours: a warning waits")
    told = Told(
        alert=alert,
        person=person,
        level=call.page.level,
        levels=len(alert.subject.policy.levels),
        reason=call.page.reason,
        why=why,
    )
    return _Go(call, channel, told)


def _throttled(ledger: Ledger, delivery: Delivery, channel: Channel, now: datetime) -> Wait | None:
    """Where too much has gone to this destination lately; the first to go again takes the others along."""
    recent = ledger.outbox.delivered(Lane.CALL, delivery.place, now - channel.within)
    most = channel.at_most if delivery.rank < WARNING else max(channel.at_most // 2, 1)
    if len(recent) < most:
        return None
    behind = _BEHIND if ledger.outbox.holds(Lane.CALL, delivery.place) else timedelta(0)
    until = recent[most - 1] + channel.within + behind
    return Wait(until, f"at most {most} messages in {channel.within}", held=True)


def _gather(world: World, first: Delivery, leader: Alert, now: datetime) -> list[tuple[Delivery, _Go]]:
    """What is held back from where `first` goes, as far as it still must go: one message says it all."""
    with world.store.transaction() as ledger:
        held = ledger.outbox.gather(first, now + LEASE)
    with world.store.reading() as ledger:
        steps = [(each, _prepare(ledger, world.setup, each, now)) for each in held]
    with world.store.transaction() as ledger:
        for each, step in steps:
            if isinstance(step, Wait | Drop):
                put_aside(ledger, each, step, now)
    return [(each, replace(step, leader=leader)) for each, step in steps if isinstance(step, _Go)]


def _page(delivery: Delivery) -> str:
    """The operation of the page that this call belongs to."""
    return delivery.operation.partition(CALL)[0]


def _why_not_slack(reason: str) -> Text:
    if reason:
        return say("Slack has not taken the page: {why}", why=reason)
    return say("Slack has not taken the page within {span}", span=Span.of(SLACK_WITHIN))


def _settle(
    ledger: Ledger, setup: Setup, sent: tuple[Delivery, _Go], outcome: Outcome, now: datetime
) -> None:
    delivery, step = sent
    alert = step.told.alert
    show_page(ledger, alert.id, alert.subject.channel, now)
    if isinstance(outcome, Sent):
        fate = Fate.BUNDLED if step.leader else Fate.DELIVERED
        ledger.outbox.finish(delivery.operation, fate, "", None, now)
        ledger.outbox.put(_note(delivery, "told", alert, _told(step), now))
        return
    call, reason = step.call, outcome.reason
    if not ledger.outbox.standing(f"{delivery.operation}/failed"):
        _next_way(ledger, setup, delivery, call, now)
        person = Name(call.person)
        text = say("{channel} to {person} did not work: {why}", channel=call.way, person=person, why=reason)
        ledger.outbox.put(_note(delivery, "failed", alert, text, now))
    retry = min(_FIRST_RETRY * 2 ** min(delivery.attempts - 1, 8), _LONGEST_RETRY)
    if isinstance(outcome, Refused) or now + retry - delivery.created_at > GIVE_UP:
        ledger.outbox.finish(delivery.operation, Fate.REFUSED, reason, None, now)
    else:
        held = step.leader is not None
        ledger.outbox.postpone(delivery.operation, now + retry, reason, unsure=True, held=held)


def _told(step: _Go) -> Text:
    person, way, why = Name(step.call.person), step.call.way, step.told.why
    text = say("Told {person} by {channel}", person=person, channel=way)
    if step.leader and step.leader.id != step.told.alert.id:
        with_it = step.leader.subject.fingerprint
        text = say(
            "Told {person} by {channel}, together with {alert}", person=person, channel=way, alert=with_it
        )
    return say("{what} ({why})", what=text, why=why) if why else text


def _next_way(ledger: Ledger, setup: Setup, failed: Delivery, call: Call, now: datetime) -> None:
    """Put the next of the person's ways into the outbox; after the last one Slack, unless it was asked."""
    page = _page(failed)
    base = f"{page}{CALL}{call.person}"
    tried = {
        each.way for each in calls(setup, call.page) if each.person == call.person and not each.stands_in
    }
    tried |= {way for way in setup.channels if _has_gone(ledger, f"{base}/{way}")}
    follows = instead(setup, call, tried | {call.way})
    now_due = replace(failed, created_at=now, look_at=now, attempts=0, unsure=False, rank=0)
    if follows:
        ledger.outbox.put(call_delivery(setup, now_due, follows, f"{base}/{follows.way}/instead"))
    elif SLACK not in call.page.by and call.page.level:
        alone = replace(call.page, people=(call.person,), usergroups=(), by=(SLACK,))
        alert = ledger.alerts.get(failed.subject)
        in_slack = replace(now_due, operation=f"{page}/slack/{call.person}", lane=Lane.PAGE, body=alone)
        if alert:
            place = Place(channel=alert.subject.channel)
            ledger.outbox.put(replace(in_slack, parcel=Parcel.PAGE, place=place))


def _has_gone(ledger: Ledger, operation: str) -> bool:
    """Whether this way was taken already: in place of another one, or for Slack; not if Slack needed none."""
    stands = ledger.outbox.standing(operation)
    return bool(stands and stands[0] not in (Fate.WAITING, Fate.DROPPED)) or bool(
        ledger.outbox.standing(f"{operation}/instead")
    )


def _note(delivery: Delivery, word: str, alert: Alert, text: Text, now: datetime) -> Delivery:
    return Delivery(
        operation=f"{delivery.operation}/{word}",
        lane=Lane.CARD,
        parcel=Parcel.NOTE,
        subject=alert.id,
        place=Place(channel=alert.subject.channel),
        body=Line(text=text, at=now),
        created_at=now,
        look_at=now,
    )
