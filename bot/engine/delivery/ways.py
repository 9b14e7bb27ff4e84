"""By which ways the last page of an alert went to whom, as the outbox knows it."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, Page
from bot.domain.card import Tried
from bot.domain.oncall.escalation import SLACK
from bot.domain.oncall.route import Call
from bot.engine.ledger import Fate, Ledger

_WENT = {Fate.DELIVERED: True, Fate.BUNDLED: True, Fate.REFUSED: False, Fate.WAITING: None}


def tried(ledger: Ledger, alert: Alert) -> tuple[Tried, ...]:
    """Each person and way of the last page once, in the order in which they were tried.

    What stands in for Slack counts once it has gone; what was dropped on the way does not count.
    """
    if not alert.level:
        return ()
    last = alert.rides or _last(ledger, alert)
    found: dict[tuple[str, str], bool | None] = {}
    for delivery, fate in ledger.outbox.pages(last.partition("/")[0], last):
        body = delivery.body
        if fate is Fate.DROPPED or (isinstance(body, Call) and body.stands_in and fate is Fate.WAITING):
            continue
        if isinstance(body, Page):
            found |= {(person, SLACK): _WENT[fate] for person in body.people}
        elif isinstance(body, Call):
            found[body.person, body.way] = found.get((body.person, body.way)) or _WENT[fate]
    return tuple(Tried(person, way, went) for (person, way), went in found.items())


def _last(ledger: Ledger, alert: Alert) -> str:
    """The operation of its last page: a level may be paged again, after a snooze."""
    level = f"{alert.id}/page/{alert.cycle}.{alert.level}."
    pages = (each.operation for each, _ in ledger.outbox.pages(alert.id, level))
    return max(
        ("/".join(each.split("/")[:3]) for each in pages),
        key=lambda operation: int(operation.rpartition(".")[2]),
        default=level,
    )
