"""The rows of the outbox that a page or a warning becomes: one in Slack, one a person and way beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.domain.alerts.alert import Alert, Page, Severity
from bot.domain.oncall.roster import reach
from bot.domain.oncall.route import Call, calls, mentioned
from bot.domain.setup import Setup
from bot.domain.text import say
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.oncall.standing import standing
from bot.engine.ports import Place

SLACK_WITHIN = timedelta(seconds=5)
"""A page that Slack has not taken by then goes by the other ways."""

CALL = "/call/"
"""What stands in the operation of a call between that of its page and whom it reaches by what."""

WARNING = 2
"""The rank of warnings: they go last, and leave half of what a destination may get to pages."""


def page_deliveries(setup: Setup, page: Page, told: Delivery) -> Iterator[Delivery]:
    """The rows of a page: one in Slack (`told` with another body), one a person and way beside it."""
    rank = min(page.cycle, 1)
    people = mentioned(setup, page)
    if people or page.usergroups:
        yield replace(told, body=replace(page, people=people))
    for call in calls(setup, page):
        later = SLACK_WITHIN if call.stands_in else timedelta(0)
        operation = f"{told.operation}{CALL}{call.person}/{call.way}"
        yield replace(call_delivery(setup, told, call, operation), look_at=told.look_at + later, rank=rank)


def warning_deliveries(ledger: Ledger, setup: Setup, alert: Alert, told: Delivery) -> Iterator[Delivery]:
    """The calls that tell of a warning, where its policy wants them; `told` is a row about the alert."""
    notice = alert.subject.policy.warnings
    if notice is None or alert.severity is not Severity.WARNING:
        return
    people = reach(standing(ledger, setup), notice.notify, told.created_at).people
    page = Page(cycle=0, level=0, people=people, by=notice.by, reason=say("a warning"))
    for call in calls(setup, page):
        operation = f"{told.operation}{CALL}{call.person}/{call.way}"
        yield replace(call_delivery(setup, told, call, operation), rank=WARNING)


def call_delivery(setup: Setup, like: Delivery, call: Call, operation: str) -> Delivery:
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
    ledger.outbox.hasten(f"{page}{CALL}", now)


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
