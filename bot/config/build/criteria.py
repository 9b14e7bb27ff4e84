"""What a gate asks, and what follows it, as the domain has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.config.model.criteria import CriterionWords
from bot.config.model.plan import FollowWords
from bot.config.model.service import MetricWords
from bot.domain.criteria.criterion import Criteria, Criterion, Incident, Rule
from bot.domain.text import Label
from bot.domain.watches.plan import Follow


def build_criteria(
    words: Mapping[str, Sequence[CriterionWords]], metrics: Mapping[str, MetricWords]
) -> tuple[Criteria, ...]:
    """By name, in the order of the file; `all` is every metric with limits."""
    judged = tuple(
        key for key, metric in metrics.items() if metric.target or metric.warning or metric.critical
    )
    return tuple(
        Criteria(key=key, criteria=tuple(_criterion(each, judged) for each in criteria))
        for key, criteria in words.items()
    )


def build_follow(words: FollowWords | None) -> Follow | None:
    """What follows a gate, if anything does."""
    if words is None:
        return None
    return Follow(
        report=words.report or "",
        action=words.action or "",
        playbook=words.playbook or "",
        tasks=tuple(each.label() for each in words.tasks),
        remind=words.remind,
        words=words.say.label() if words.say else None,
    )


def _criterion(words: CriterionWords, judged: tuple[str, ...]) -> Criterion:
    rule = words.rule()
    given = getattr(words, rule)
    return Criterion(
        rule=rule,
        label=_label(words),
        subjects=_subjects(words, rule, given, judged),
        incidents=_incidents(rule, given),
        limit=words.is_,
        percentile=words.p,
        coverage=words.coverage / 100,
        gap=words.gap,
        asked_of=words.who,
    )


def _label(words: CriterionWords) -> Label | None:
    wording = words.label or words.asked
    return wording.label() if wording else None


def _subjects(words: CriterionWords, rule: Rule, given: object, judged: tuple[str, ...]) -> tuple[str, ...]:
    if rule in (Rule.ALWAYS, Rule.AVERAGE, Rule.PERCENTILE):
        return (str(given),)
    if given == "all":
        return judged
    if isinstance(given, tuple) and rule is not Rule.NONE_OF:
        return given
    return words.of or ()


def _incidents(rule: Rule, given: object) -> tuple[Incident, ...]:
    if isinstance(given, Incident):
        return (given,)
    return given if rule is Rule.NONE_OF and isinstance(given, tuple) else ()
