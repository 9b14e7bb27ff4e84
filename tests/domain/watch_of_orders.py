"""The watch of the shipped plan that the tests of a watch's life are told with."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from test_plan import DAY, DEPLOYED, HOUR, SHIPPED

from bot.domain.alerts.alert import Refusal
from bot.domain.text import Text
from bot.domain.watches.plan import Plan
from bot.domain.watches.watch import Watch
from bot.locale import Speaker

__all__ = ["DAY", "DEPLOYED", "HOUR", "SHIPPED", "done", "refused", "spoken", "watch"]

T = TypeVar("T")


def watch(plan: Plan = SHIPPED, deployed_at: datetime = DEPLOYED) -> Watch:
    return Watch(
        id="w1",
        service="orders",
        channel="oncall",
        version="2.1.0",
        owner="lin",
        deployed_at=deployed_at,
        started_at=deployed_at,
        plan=plan,
    )


def spoken(text: Text | None) -> str:
    """As a reader in Shanghai sees it on 19 January 2026."""
    assert text is not None
    return Speaker("en", "Asia/Shanghai", {"lin": "Lin", "chen": "Chen"}).say(text, DEPLOYED)


def refused(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return spoken(outcome.reason)


def done(outcome: T | Refusal | None) -> T:
    """What came of it, which is neither nothing nor a refusal."""
    assert outcome is not None
    assert not isinstance(outcome, Refusal), spoken(outcome.reason)
    return outcome
