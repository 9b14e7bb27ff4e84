"""A silence: quiet that a person asked for, by matchers, for a while, with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.alerts.quiet.matcher import Matcher, Operator, fits
from bot.domain.text import Instant, Name, Span, Text, say

LONGEST = timedelta(days=30)
MOST_MATCHERS = 20
LONGEST_MATCHING = 1000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Alerts that fit every matcher are quiet from `since` until `until`, or until somebody ends it."""

    id: str
    matchers: tuple[Matcher, ...]
    by: str
    reason: str
    since: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    def active(self, now: datetime) -> bool:
        return self.ended_at is None and self.since <= now < self.until

    def names(self, alertname: str) -> bool:
        """Whether it means this very alert, and not whatever happens to fit."""
        return Matcher("alertname", Operator.EQUAL, alertname) in self.matchers

    @property
    def matching(self) -> str:
        """`severity=warning service=orders`."""
        return " ".join(map(str, self.matchers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be silenced; `sure` says that it may be everything."""

    matchers: tuple[Matcher, ...]
    length: timedelta
    reason: str
    sure: bool = False


class Everything(Refusal):
    """It would silence every alert of every service: whoever wants that says so twice."""


def begin_silence(wish: Wish, by: str, services: Iterable[str], now: datetime) -> Silence | Refusal:
    """The silence, or why there is none. `services` are all that are configured."""
    if not wish.matchers:
        return Refusal(say("Say what to silence: an alert, or matchers such as `severity=warning`"))
    if len(wish.matchers) > MOST_MATCHERS:
        return Refusal(say("A silence has {most} matchers at most", most=MOST_MATCHERS))
    if not timedelta(minutes=1) <= wish.length <= LONGEST:
        return Refusal(
            say(
                "A silence lasts from {least} to {most}, not {span}",
                least=Span(60),
                most=Span.of(LONGEST),
                span=Span.of(wish.length),
            )
        )
    written = " ".join(map(str, wish.matchers))
    if len(written) > LONGEST_MATCHING:
        return Refusal(say("The matchers of a silence have {most} characters at most", most=LONGEST_MATCHING))
    if not wish.sure and matches_everything(wish.matchers, services):
        return Everything(say("`{matchers}` fits every alert there can be", matchers=written))
    seed = f"{written}@{now.isoformat()}/{by}"
    return Silence(
        id=f"s{hashlib.sha256(seed.encode()).hexdigest()[:7]}",
        matchers=wish.matchers,
        by=by,
        reason=wish.reason.strip()[:LONGEST_REASON],
        since=now,
        until=now + wish.length,
    )


def matches_everything(matchers: Iterable[Matcher], services: Iterable[str]) -> bool:
    """Whether alerts fit that have nothing in common but coming from the configured services."""
    wanted = tuple(matchers)
    strangers = (
        {"service": service, "alertname": name, "severity": severity, "kind": kind, "tier": tier}
        for service in (*services, "q7f3x9")
        for name, severity, kind, tier in (
            ("z4k8w1", "critical", "breach", "1"),
            ("b9v2m5", "warning", "no_data", "3"),
            ("h6t1r0", "warning", "error", ""),
        )
    )
    # The last service is none that is configured: a silence of the only one there is may be meant.
    return all(fits(wanted, labels) for labels in strangers)


def end_silence(silence: Silence, by: str, now: datetime) -> Silence | Refusal:
    if not silence.active(now):
        over = silence.ended_at or silence.until
        return Refusal(
            say("The silence {id} was over at {at}; nothing was changed", id=silence.id, at=Instant(over))
        )
    return replace(silence, ended_at=now, ended_by=by)


def begun(silence: Silence, count: int) -> Text:
    """What everybody is told; `count` alerts were open and are quiet now."""
    return say(
        "{person} silenced `{matchers}` until {at} ({reason}); open alerts that are quiet now: {count}",
        person=Name(silence.by),
        matchers=silence.matching,
        at=Instant(silence.until),
        reason=silence.reason or "–",
        count=count,
    )


def ended(silence: Silence, count: int) -> Text:
    return say(
        "{person} ended the silence of `{matchers}`; open alerts that were quiet: {count}",
        person=Name(silence.ended_by or ""),
        matchers=silence.matching,
        count=count,
    )
