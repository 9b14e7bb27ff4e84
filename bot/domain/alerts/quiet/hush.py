"""Whether an alert is quiet, why and until when; and what that does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts.alert import (
    CARD,
    Alert,
    AlertState,
    Effect,
    Say,
    Suppression,
    SuppressionKind,
    Transition,
    change,
)
from bot.domain.alerts.flapping import chain_at
from bot.domain.alerts.quiet.matcher import Matcher, fits
from bot.domain.alerts.quiet.silence import Silence
from bot.domain.alerts.quiet.window import Window, open_stretch
from bot.domain.text import Instant, Name, Text, say

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """While an alert fires that fits `source`, those that fit `target` are quiet: its consequences.

    Both must have the same values of the labels `equal`; one that both lack is the same.
    """

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()


def labels_of(alert: Alert) -> dict[str, str]:
    """What matchers see: the alert's own labels, and where it has none of that name, these."""
    subject = alert.subject
    return {
        "alertname": subject.key,
        "service": subject.service,
        "severity": alert.severity.value,
        "kind": subject.kind.value,
        "tier": str(subject.tier or ""),
        **dict(subject.labels),
    }


def by_silence(labels: Labels, silences: Iterable[Silence], now: datetime) -> Suppression | None:
    """The silence that lasts longest of those that hold now."""
    holding = [each for each in silences if each.active(now) and fits(each.matchers, labels)]
    if not holding:
        return None
    last = max(holding, key=lambda each: (each.until, each.id))
    why = say(
        "silenced by {person} until {at} ({reason})",
        person=Name(last.by),
        at=Instant(last.until),
        reason=last.reason or "–",
    )
    return Suppression(kind=SuppressionKind.SILENCE, source=last.id, until=last.until, reason=why)


def by_window(labels: Labels, windows: Iterable[Window], now: datetime) -> Suppression | None:
    for window in windows:
        stretch = open_stretch(window, now) if fits(window.matchers, labels) else None
        if stretch:
            why = say("maintenance {name} until {at}", name=window.name, at=Instant(stretch[1]))
            return Suppression(
                kind=SuppressionKind.MAINTENANCE, source=window.name, until=stretch[1], reason=why
            )
    return None


def by_cause(
    alert: Alert, labels: Labels, inhibitions: Sequence[Inhibition], firing: Iterable[tuple[Alert, Labels]]
) -> Suppression | None:
    """The first firing alert that is a cause of this one. `firing` are all that fire, with their labels."""
    targeted = [each for each in inhibitions if fits(each.target, labels)]
    if not targeted:
        return None
    for cause, known in firing:
        if cause.id != alert.id and any(_inhibits(each, known, labels) for each in targeted):
            why = say("its cause {cause} alerts already", cause=cause.subject.fingerprint)
            return Suppression(kind=SuppressionKind.INHIBITION, source=cause.id, until=None, reason=why)
    return None


def _inhibits(inhibition: Inhibition, source: Labels, target: Labels) -> bool:
    if not fits(inhibition.source, source):
        return False
    # What is cause and consequence at once inhibits only what is not: two such would silence each other.
    if fits(inhibition.target, source) and fits(inhibition.source, target):
        return False
    return all(source.get(label, "") == target.get(label, "") for label in inhibition.equal)


def suppress(alert: Alert, quiet: Suppression, now: datetime) -> Transition:
    """A fired alert is quiet: nobody is woken, and no new message is posted, until it is looked at again."""
    note = say("Quiet: {why}", why=quiet.reason)
    hushed = replace(alert, quiet=quiet, next_at=quiet.until)
    return change(hushed, now, "alert.suppressed", note, effects=(Say(effect=Effect.NOTE, text=note),))


def began_quiet(fired: Transition, quiet: Suppression, now: datetime) -> tuple[Transition, Transition]:
    """An alert that fires where it is quiet: it is noted, and nobody hears of it."""
    unheard = replace(fired, alert=replace(fired.alert, card=None, next_at=None), effects=())
    return unheard, suppress(unheard.alert, quiet, now)


def awaken(alert: Alert, now: datetime) -> Transition:
    """What kept an alert quiet is over: one that still fires is heard now, and its chain goes on."""
    loud = replace(alert, quiet=None, next_at=_next_at(alert, now))
    note = _why_heard(alert)
    effect = Say(effect=Effect.NOTE, text=note) if alert.card else CARD
    return change(loud, now, "alert.unsuppressed", note, effects=(effect,))


def _why_heard(alert: Alert) -> Text:
    if alert.quiet is None:
        return alert.reason
    return say("No longer quiet ({why}): {reason}", why=alert.quiet.reason, reason=alert.reason)


def _next_at(alert: Alert, now: datetime) -> datetime | None:
    if alert.state is AlertState.ACKNOWLEDGED:
        if alert.snoozed_until:
            return max(now, alert.snoozed_until)
        within = alert.subject.policy.resolve_within
        return max(now, (alert.acknowledged_at or now) + within) if within else None
    paged_while_flapping = alert.flapping is not None and alert.paged_at is not None
    if not alert.pages or alert.exhausted or paged_while_flapping:
        return None
    return chain_at(replace(alert, quiet=None), now)
