"""What is quiet at an instant, as one transaction sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.alerts.alert import Alert, AlertState, Suppression
from bot.domain.alerts.quiet.hush import Labels, by_cause, by_silence, by_window, labels_of
from bot.domain.alerts.quiet.silence import Silence
from bot.domain.setup import Setup
from bot.engine.delivery.step import Wait
from bot.engine.ledger import Ledger

_LOOK_AGAIN = timedelta(minutes=1)
"""How soon a page looks again whether the cause of its alert has gone."""

HEARD = (AlertState.FIRING, AlertState.ACKNOWLEDGED)


class Hush:
    """Rows are read once, when they are needed; so it is made anew for each transaction."""

    def __init__(self, ledger: Ledger, setup: Setup, now: datetime) -> None:
        self._ledger = ledger
        self._setup = setup
        self._now = now

    def over(self, alert: Alert) -> Suppression | None:
        """Why nobody may hear of this alert now; None when everybody may."""
        if not (self._silences or self._setup.maintenance or self._setup.inhibitions):
            return None
        labels = labels_of(alert)
        if alert.subject.alone:
            # Whoever silences everything does not mean that nobody shall hear how others are not heard.
            meant = [each for each in self._silences if each.names(alert.subject.key)]
            return by_silence(labels, meant, self._now)
        return (
            by_silence(labels, self._silences, self._now)
            or by_window(labels, self._setup.maintenance, self._now)
            or by_cause(alert, labels, self._setup.inhibitions, self._firing)
        )

    @cached_property
    def _silences(self) -> tuple[Silence, ...]:
        return self._ledger.silences.active(self._now)

    @property
    def _firing(self) -> list[tuple[Alert, Labels]]:
        return self._causes if self._setup.inhibitions else []

    @cached_property
    def _causes(self) -> list[tuple[Alert, Labels]]:
        return [(each, labels_of(each)) for each in self._ledger.alerts.open_all() if each.state in HEARD]


def held_back(ledger: Ledger, setup: Setup, alert: Alert, now: datetime) -> Wait | None:
    """A page that finds its alert quiet at the moment of sending waits, and is looked at again."""
    quiet = Hush(ledger, setup, now).over(alert)
    if quiet is None:
        return None
    return Wait(quiet.until or now + _LOOK_AGAIN, f"quiet: {quiet.kind} {quiet.source}")
