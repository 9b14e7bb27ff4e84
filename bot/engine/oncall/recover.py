"""What a policy tries before it wakes anybody: the action is asked for, and its end is told to the alert."""

from __future__ import annotations

from datetime import datetime

from bot.domain.action import ActionRun, RunState
from bot.domain.alerts.alert import Alert, Refusal, Transition, Try
from bot.domain.oncall.recovery import ended
from bot.domain.setup import Setup
from bot.domain.text import Text, say
from bot.engine.acting.actions import Wanted, ask
from bot.engine.ledger import Ledger
from bot.engine.record import record

_KEY = "/recover"


def try_first(ledger: Ledger, setup: Setup, transition: Transition, now: datetime) -> None:
    """Ask for the actions of a transition; one that cannot run has failed, and the chain begins."""
    alert = transition.alert
    for effect in transition.effects:
        if isinstance(effect, Try):
            wanted = Wanted(
                service=alert.subject.service,
                action=effect.action,
                key=f"{alert.id}{_KEY}",
                alert=alert,
            )
            run = ask(ledger, setup, wanted, now)
            if isinstance(run, Refusal):
                _end(ledger, setup, alert, (False, run.reason), now)


def recovery_ended(ledger: Ledger, setup: Setup, run: ActionRun, now: datetime) -> None:
    """If an alert waits for this run, tell it how it came out."""
    alert = ledger.alerts.get(run.alert) if run.alert and run.key == f"{run.alert}{_KEY}" else None
    if alert:
        why = run.reason or say("it did not end well")
        _end(ledger, setup, alert, (run.state is RunState.SUCCEEDED, why), now)


def _end(ledger: Ledger, setup: Setup, alert: Alert, outcome: tuple[bool, Text], now: datetime) -> None:
    worked, why = outcome
    transition = ended(alert, worked, why, now)
    if transition:
        record(ledger, setup, transition)
