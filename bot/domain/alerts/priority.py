"""P0 to P3: how soon an alert matters, by tier and severity."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, AlertKind, Severity


def priority(alert: Alert) -> int:
    """0 is the most urgent. What has no tier is of tier 1: a check that fails, or an alert from elsewhere.

    A value that is missing is never as urgent as a bad one: a critical breach of tier 1 is P0 alone.
    """
    tier = alert.subject.tier or 1
    if alert.subject.kind is not AlertKind.BREACH:
        return 2 if alert.subject.tier == 1 else 3
    return max(0, min(tier - 1 if alert.severity is Severity.CRITICAL else tier, 3))
