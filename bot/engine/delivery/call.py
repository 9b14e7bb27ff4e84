"""Pages beside Slack: claim one call, look whether it must still go, send it, and see to what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.domain.alerts.alert import Alert, Page, Severity
from bot.domain.card import Line, Told
from bot.domain.oncall.escalation import SLACK
from bot.domain.oncall.roster import reach
from bot.domain.oncall.route import Call, calls, instead, mentioned, quiet_until
from bot.domain.setup import Channel, Setup
from bot.domain.text import Name, Span, Text, say
from bot.engine.alerts.hush import held_back
from bot.engine.delivery.paged import Paged, paged
from bot.engine.delivery.step import Drop, Wait, put_aside
from bot.engine.ledger import Delivery, Fate, Lane, Ledger, Parcel
from bot.engine.oncall.standing import standing
from bot.engine.ports import Outcome, Place, Refused, Sent
from bot.engine.world import World

LEASE = timedelta(seconds=20)
"""How long a claimed call is mine: a courier takes at most fifteen seconds."""

SLACK_WITHIN = timedelta(seconds=5)
"""A page that Slack has not taken by then goes by the other ways."""

GIVE_UP = timedelta(minutes=15)
"""How long a way that does not work is tried again, beside the next one."""

_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(minutes=1)
_CALL = "/call/"
_WARNING = 2
"""The rank of warnings: they go last, and leave half of what a destination may get to pages."""


def page_deliveries(setup: Setup, page: Page, told: Delivery) -> Iterator[Delivery]:
    """The rows of a page: one in Slack (`told` with another body), one a person and way beside it."""
    rank = min(page.cycle, 1)
    people = mentioned(setup, page)
    if people or page.usergroups:
        yield replace(told, body=replace(page, people=people))
    for call in calls(setup, page):
        later = SLACK_WITHIN if call.stands_in else timedelta(0)
        operation = f"{told.operation}{_CALL}{call.person}/{call.way}"
        yield replace(_delivery(setup, told, call, operation), look_at=told.look_at + later, rank=rank)


def warning_deliveries(ledger: Ledger, setup: Setup, alert: Alert, told: Delivery) -> Iterator[Delivery]:
    """The calls that tell of a warning, where its policy wants them; `told` is a row about the alert."""
    notice = alert.subject.policy.warnings
    if notice is None or alert.severity is not Severity.WARNING:
        return
    people = reach(standing(ledger, setup), notice.notify, told.created_at).people
    page = Page(cycle=0, level=0, people=people, by=notice.by, reason=say("a warning"))
    for call in calls(setup, page):
        operation = f"{told.operation}{_CALL}{call.person}/{call.way}"
        yield replace(_delivery(setup, told, call, operation), rank=_WARNING)


def _delivery(setup: Setup, like: Delivery, call: Call, operation: str) -> Delivery:
    personal = "{" in setup.channels[call.way].url
    return replace(
        like,
        operation=operation,
        lane=Lane.CALL,
        parcel=Parcel.CALL,
        place=Place(channel=call.way, only_for=call.person if personal else ""),
        body=call,
    )


def hasten_calls(ledger: Ledger, page: str, now: datetime) -> None:
    """Slack does not take the page of this operation: let its stand-ins go now."""
    ledger.outbox.hasten(f"{page}{_CALL}", now)


def show_page(ledger: Ledger, alert_id: str, channel: str, now: datetime) -> None:
    """Let the card of an alert show what has become of its page."""
    card = ledger.cards.on(alert_id)
    drawn = Delivery(
        operation=f"{card}/redraw/{uuid4().hex}",
        lane=Lane.CARD,
        parcel=Parcel.ALERT_CARD,
        subject=card,
        place=Place(channel=channel),
        redraw=True,
        created_at=now,
        look_at=now,
    )
    ledger.outbox.put(drawn)


def call_next(world: World, now: datetime) -> bool:
    """Move the first due call one step. False when none was due."""
    with world.store.transaction() as ledger:
        delivery = ledger.outbox.claim(Lane.CALL, now, now + LEASE)
    if delivery is None:
        return False
    with world.store.reading() as ledger:
        step = _prepare(ledger, world.setup, delivery, now)
    if isinstance(step, Wait | Drop):
        with world.store.transaction() as ledger:
            put_aside(ledger, delivery, step, now)
        return True
    outcome = world.courier.carry(step.channel, step.told.person, step.told)
    with world.store.transaction() as ledger:
        _settle(ledger, world.setup, (delivery, step), outcome, world.clock.now())
    world.left(delivery, outcome, world.clock.now())
    world.bell.ring()
    return True


@dataclass(frozen=True, slots=True)
class _Go:
    call: Call
    channel: Channel
    told: Told


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
    recent = ledger.outbox.delivered(Lane.CALL, delivery.place, now - channel.within)
    most = channel.at_most if delivery.rank < _WARNING else max(channel.at_most // 2, 1)
    if len(recent) >= most:
        return Wait(recent[most - 1] + channel.within, f"at most {most} messages in {channel.within}")
    told = Told(
        alert=alert,
        person=person,
        level=call.page.level,
        levels=len(alert.subject.policy.levels),
        reason=call.page.reason,
        why=why,
    )
    return _Go(call, channel, told)


def _page(delivery: Delivery) -> str:
    """The operation of the page that this call belongs to."""
    return delivery.operation.partition(_CALL)[0]


def _why_not_slack(reason: str) -> Text:
    if reason:
        return say("Slack has not taken the page: {why}", why=reason)
    return say("Slack has not taken the page within {span}", span=Span.of(SLACK_WITHIN))


def _settle(
    ledger: Ledger, setup: Setup, sent: tuple[Delivery, _Go], outcome: Outcome, now: datetime
) -> None:
    delivery, step = sent
    call, alert, person = step.call, step.told.alert, Name(step.call.person)
    show_page(ledger, alert.id, alert.subject.channel, now)
    if isinstance(outcome, Sent):
        ledger.outbox.finish(delivery.operation, Fate.DELIVERED, "", None, now)
        text = say("Told {person} by {channel}", person=person, channel=call.way)
        if step.told.why:
            text = say("{what} ({why})", what=text, why=step.told.why)
        ledger.outbox.put(_note(delivery, "told", alert, text, now))
        return
    reason = outcome.reason
    if not ledger.outbox.standing(f"{delivery.operation}/failed"):
        _next_way(ledger, setup, delivery, call, now)
        text = say("{channel} to {person} did not work: {why}", channel=call.way, person=person, why=reason)
        ledger.outbox.put(_note(delivery, "failed", alert, text, now))
    retry = min(_FIRST_RETRY * 2 ** min(delivery.attempts - 1, 8), _LONGEST_RETRY)
    if isinstance(outcome, Refused) or now + retry - delivery.created_at > GIVE_UP:
        ledger.outbox.finish(delivery.operation, Fate.REFUSED, reason, None, now)
    else:
        ledger.outbox.postpone(delivery.operation, now + retry, reason, unsure=True)


def _next_way(ledger: Ledger, setup: Setup, failed: Delivery, call: Call, now: datetime) -> None:
    """Put the next of the person's ways into the outbox; after the last one Slack, unless it was asked."""
    page = _page(failed)
    base = f"{page}{_CALL}{call.person}"
    tried = {
        each.way for each in calls(setup, call.page) if each.person == call.person and not each.stands_in
    }
    tried |= {way for way in setup.channels if _has_gone(ledger, f"{base}/{way}")}
    follows = instead(setup, call, tried | {call.way})
    now_due = replace(failed, created_at=now, look_at=now, attempts=0, unsure=False, rank=0)
    if follows:
        ledger.outbox.put(_delivery(setup, now_due, follows, f"{base}/{follows.way}/instead"))
    elif SLACK not in call.page.by and call.page.level:
        alone = replace(call.page, people=(call.person,), usergroups=(), by=(SLACK,))
        alert = ledger.alerts.get(failed.subject)
        in_slack = replace(now_due, operation=f"{page}/slack/{call.person}", lane=Lane.PAGE, body=alone)
        if alert:
            place = Place(channel=alert.subject.channel)
            ledger.outbox.put(replace(in_slack, parcel=Parcel.PAGE, place=place))


def _has_gone(ledger: Ledger, operation: str) -> bool:
    """Whether this way was taken already: in place of another one, or for Slack."""
    stands = ledger.outbox.standing(operation)
    return bool(stands and stands[0] is not Fate.WAITING) or bool(
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
