"""The vocabulary of actions and playbooks → the domain's frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.config.model.actions import ActionWords
from bot.config.model.playbooks import OptionWords, PlaybookWords, RollbackWords, StepWords, TrendWords
from bot.domain.action import Action, Webhook
from bot.domain.incident.playbook import (
    Course,
    Meaning,
    Option,
    Playbook,
    Priority,
    Rollback,
    Step,
    StepKind,
    Trend,
)
from bot.domain.secrecy import is_secret_name
from bot.domain.setup import Check, Metric
from bot.domain.text import Label
from checks.threshold import Condition

LABELS = {
    Meaning.REPAIR: Label("Repair", "修复"),
    Meaning.ROLL_BACK: Label("Roll back", "回滚"),
    Meaning.ACCEPT: Label("Accept the risk", "接受风险"),
}
_DECIDE = Label("Repair or roll back?", "修复还是回滚？")
_VERIFY = Label("Verify", "验证")
_NEVER = Condition(">", float("inf"))


def build_action(key: str, words: ActionWords, label: Label, given: tuple[str, ...]) -> Action:
    """An action; `given` is what the environment and files gave to it."""
    webhook = words.webhook
    named = {**words.env, **(webhook.headers if webhook else {})}
    return Action(
        key=key,
        label=label,
        run=words.run or (),
        webhook=Webhook(
            url=webhook.url, method=webhook.method, headers=webhook.headers, private=webhook.private
        )
        if webhook
        else None,
        env=words.env,
        timeout=words.timeout,
        retries=words.retries,
        who=words.who or (),
        confirm=words.confirm,
        secrets=(*given, *(value for name, value in named.items() if is_secret_name(name))),
    )


def build_playbook(
    key: str, words: PlaybookWords, label: Label, metrics: Mapping[str, Metric], checks: Mapping[str, Check]
) -> Playbook:
    """A playbook; without a decision it gets one at its end, for where there is something to decide."""
    rollback = words.rollback
    steps = [_step(step, rollback, checks) for step in words.steps]
    if rollback and not any(step.kind is StepKind.DECISION for step in steps):
        at = next((at for at, step in enumerate(steps) if step.kind is StepKind.VERIFY), len(steps))
        options = _options((), rollback)
        steps.insert(at, Step(kind=StepKind.DECISION, label=_DECIDE, options=options))
    return Playbook(
        key=key,
        label=label,
        priority=Priority(words.priority),
        steps=tuple(steps),
        items=tuple(each.label() for each in words.look_at),
        rollback=_rollback(rollback, metrics) if rollback else None,
    )


def _step(words: StepWords, rollback: RollbackWords | None, checks: Mapping[str, Check]) -> Step:
    only = Meaning(words.only) if words.only else None
    label = words.label.label() if words.label else None
    if words.action:
        return Step(kind=StepKind.ACTION, label=label or Label(words.action), action=words.action, only=only)
    if words.ask or words.decide:
        named = words.ask or words.decide
        assert named is not None  # noqa: S101 - one of the two
        if words.ask:
            return Step(kind=StepKind.MANUAL, label=named.label(), only=only)
        return Step(kind=StepKind.DECISION, label=named.label(), options=_options(words.options, rollback))
    if words.wait:
        return Step(
            kind=StepKind.WAIT,
            label=label or Label(f"{words.wait.metric} {words.wait.until}"),
            metric=words.wait.metric,
            until=words.wait.until,
            within=words.within,
            only=only,
        )
    asked = words.checks or words.verify or ()
    kind = StepKind.CHECKS if words.checks else StepKind.VERIFY
    named_after = _VERIFY if words.verify else Label(", ".join(_named(each, checks) for each in asked))
    return Step(
        kind=kind,
        label=label or named_after,
        checks=asked,
        within=words.within,
        hold=words.for_ or timedelta(0),
        only=only,
    )


def _named(check: str, checks: Mapping[str, Check]) -> str:
    return checks[check].label.en if check in checks else check


def _options(words: tuple[OptionWords, ...], rollback: RollbackWords | None) -> tuple[Option, ...]:
    """The buttons; accepting the risk is always one of them."""
    given = [_option(number, each, rollback) for number, each in enumerate(words)]
    if not given:
        meanings = [Meaning.REPAIR, *([Meaning.ROLL_BACK] if rollback else [])]
        given = [_plain(means, rollback) for means in meanings]
    if not any(each.means is Meaning.ACCEPT for each in given):
        given.append(_plain(Meaning.ACCEPT, rollback))
    return tuple(given)


def _plain(means: Meaning, rollback: RollbackWords | None) -> Option:
    action = rollback.action if rollback and means is Meaning.ROLL_BACK else ""
    return Option(key=str(means), label=LABELS[means], means=means, action=action)


def _option(number: int, words: OptionWords, rollback: RollbackWords | None) -> Option:
    means = Meaning(words.means)
    action = words.action or ""
    if means is Meaning.ROLL_BACK and rollback:
        action = words.action or rollback.action
    return Option(
        key=f"{number}-{means}",
        label=words.label.label() if words.label else LABELS.get(means, Label(action)),
        means=means,
        action=action,
        consequence=words.consequence.label() if words.consequence else None,
    )


def _rollback(words: RollbackWords, metrics: Mapping[str, Metric]) -> Rollback:
    return Rollback(
        action=words.action,
        after=words.after,
        trends=(
            *(_trend(Course.WORSENING, each, metrics) for each in words.worsening),
            *(_trend(Course.STUCK, each, metrics) for each in words.stuck),
        ),
        automatic=words.automatic,
        repeat=words.repeat,
        limit=words.limit,
        watch_previous=words.watch_previous,
    )


def _trend(course: Course, words: TrendWords, metrics: Mapping[str, Metric]) -> Trend:
    metric = metrics.get(words.metric)
    bad = (metric.critical or metric.warning) if metric else None
    label = metric.label if metric else Label(words.metric)
    return Trend(course=course, metric=words.metric, label=label, for_=words.for_, bad=bad or _NEVER)
