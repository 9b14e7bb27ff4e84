"""How much there is of what: a few counts for whoever watches the bot."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.domain.watches.watch import WatchState
from bot.engine.ledger import Fate, Lane
from bot.engine.ledger.upkeep import Tally
from bot.store.tables import alerts, outbox, watches

_COUNT = func.count()
_OPEN = (
    select(alerts.c.service, alerts.c.state, alerts.c.severity, _COUNT)
    .where(alerts.c.state != "resolved")
    .group_by(alerts.c.service, alerts.c.state, alerts.c.severity)
)
_FIRED = (
    select(alerts.c.service, alerts.c.severity, _COUNT)
    .where(alerts.c.fired_at.is_not(None))
    .group_by(alerts.c.service, alerts.c.severity)
)
_WAITING = (
    select(outbox.c.lane, _COUNT, func.min(outbox.c.created_at, type_=outbox.c.created_at.type))
    .where(outbox.c.fate == Fate.WAITING)
    .group_by(outbox.c.lane)
)
_WATCHES = (
    select(watches.c.service, watches.c.state, _COUNT)
    .where(watches.c.state != WatchState.ENDED.value)
    .group_by(watches.c.service, watches.c.state)
)


def tally(connection: Connection) -> Tally:
    """Count what is there now."""
    return Tally(
        alerts={(row[0], row[1], row[2]): row[3] for row in connection.execute(_OPEN)},
        fired={(row[0], row[1]): row[2] for row in connection.execute(_FIRED)},
        waiting={Lane(row[0]): (row[1], row[2]) for row in connection.execute(_WAITING)},
        watches={(row[0], row[1]): row[2] for row in connection.execute(_WATCHES)},
    )
