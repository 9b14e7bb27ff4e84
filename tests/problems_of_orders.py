"""The alerts, observations and rosters that the tests of an alert's life are told with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain.alerts.alert import Alert, AlertKind, Judgement, Page, Refusal, Severity, Subject, Transition
from bot.domain.alerts.course import observe
from bot.domain.oncall.chain import Reach
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.oncall.roster import Reached
from bot.domain.text import Label, Quantity, say

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LABEL = Label("P99 latency", "P99延迟")


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


def person(key: str) -> Target:
    return Target(TargetKind.PERSON, key)


def level(*people: str, wait: float = 10, by: tuple[str, ...] = ("slack",)) -> Level:
    return Level(notify=tuple(map(person, people)), by=by, wait=wait * MINUTE)


def policy(*levels: Level, repeat: int = 0, resolve_within: float | None = None) -> Policy:
    within = None if resolve_within is None else resolve_within * MINUTE
    return Policy(key="default", levels=levels, repeat=repeat, resolve_within=within)


ONE_TWO_THREE = policy(level("lin"), level("chen", "wang", wait=5), level("zhao", wait=15))
NOBODY_HOME = policy()


def subject(
    chain: Policy = ONE_TWO_THREE,
    *,
    for_: float = 0,
    recover_for: float = 0,
    tier: int | None = 1,
    kind: AlertKind = AlertKind.BREACH,
    labels: tuple[tuple[str, str], ...] = (),
) -> Subject:
    return Subject(
        service="orders",
        channel="oncall",
        key="latency_p99",
        label=LABEL,
        kind=kind,
        labels=labels,
        tier=tier,
        for_=for_ * MINUTE,
        recover_for=recover_for * MINUTE,
        policy=chain,
    )


def saw(word: str) -> Judgement:
    """One observation by its letter: c(ritical), w(arning), o(k), - (between the limits)."""
    severity = {"c": Severity.CRITICAL, "w": Severity.WARNING}.get(word)
    value = {"c": 12.0, "w": 7.0, "-": 4.5, "o": 0.4}[word]
    return Judgement(
        severity=severity,
        recovered=word == "o",
        value=Quantity(value, "s"),
        reason=say("{metric} {value}", metric=LABEL, value=Quantity(value, "s")),
    )


def happened(outcome: Transition | Refusal | None) -> Transition:
    assert isinstance(outcome, Transition), outcome
    return outcome


def refused(outcome: Transition | Refusal | None) -> str:
    """The sentence of a refusal, without its parameters filled in."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason.key


def firing(chain: Policy = ONE_TWO_THREE, word: str = "c", tier: int | None = 1) -> Alert:
    return happened(observe(None, subject(chain, tier=tier), saw(word), T0)).alert


def everybody(*absent: str) -> Reach:
    """A roster in which every named person is on hand, except the absent."""

    def reach(targets: Iterable[Target], now: datetime) -> Reached:
        wanted = list(targets)
        return Reached(
            people=tuple(each.key for each in wanted if each.key not in absent),
            gaps=tuple(
                say("{target} has nobody now", target=str(each)) for each in wanted if each.key in absent
            ),
        )

    return reach


def pages(transition: Transition) -> list[Page]:
    return [effect for effect in transition.effects if isinstance(effect, Page)]


def said(transition: Transition) -> list[str]:
    """The effects in short: `page 0.1 lin`, `note`, `announce`, `remind lin`, …"""
    return [
        f"page {effect.cycle}.{effect.level} {','.join(effect.people)}"
        if isinstance(effect, Page)
        else f"{effect.effect} {effect.person or ''}".strip()
        for effect in transition.effects
    ]
