"""The whole setup and each of its services, from their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.config.build.criteria import build_criteria
from bot.config.build.oncall import build_person, build_policy, build_schedule
from bot.config.build.playbooks import build_action, build_playbook
from bot.config.build.quiet import build_grouping, build_inhibition, build_webhooks, build_window
from bot.config.model import ConfigWords, WebWords
from bot.config.model.service import CheckWords, ItemWords, MetricWords, OwnWords
from bot.config.values import Wording
from bot.domain.measures.history import Retention
from bot.domain.oncall.escalation import Policy
from bot.domain.setup import (
    Channel,
    Check,
    Checklist,
    Item,
    Metric,
    Ping,
    Service,
    Setup,
    Team,
    Tolerance,
    Web,
)
from bot.domain.text import Label
from bot.domain.watches.plan import Plan
from checks.base import Options


def build_setup(words: ConfigWords, services: Mapping[str, Service], storage: str, folder: str) -> Setup:
    """Everything together. Without any `escalations` the policy `default` has no levels."""
    policies = {key: build_policy(key, policy) for key, policy in words.escalations.items()}
    return Setup(
        services=services,
        zone=words.timezone,
        language=words.language,
        storage=storage,
        folder=folder,
        people={key: build_person(key, one, words.timezone) for key, one in words.people.items()},
        teams={
            key: Team(key=key, members=team.members, slack=team.slack or None)
            for key, team in words.teams.items()
        },
        schedules={key: build_schedule(key, one, words.timezone) for key, one in words.schedules.items()},
        policies=policies or {"default": Policy(key="default", levels=())},
        channels={
            key: Channel(key=key, url=one.url, at_most=one.at_most, within=one.within)
            for key, one in words.channels.items()
        },
        maintenance=tuple(build_window(key, one, words.timezone) for key, one in words.maintenance.items()),
        grouping=build_grouping(words.grouping),
        webhooks=build_webhooks(words.webhooks),
        inhibitions=tuple(map(build_inhibition, words.inhibitions)),
        permissions=words.permissions,
        retention=Retention(
            raw=words.retention.raw,
            hourly=words.retention.hourly,
            daily=words.retention.daily,
            messages=words.retention.messages,
        ),
        web=_web(words.web),
        anchors=words.anchors,
    )


def _web(words: WebWords) -> Web:
    ping = Ping(url=words.ping.url, every=words.ping.every) if words.ping else None
    return Web(host=words.host, port=words.port, rate=words.rate, ping=ping)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a service is built from besides its words: its checks' own options and its plan.

    `secrets` are what the environment and files gave to each action; `channel` is used where it names none.
    """

    options: Mapping[str, Options]
    plan: Plan
    secrets: Mapping[str, tuple[str, ...]]
    channel: str


def build_service(key: str, words: OwnWords, beside: Beside) -> Service:
    """One service."""
    metrics = {key: _metric(key, metric) for key, metric in words.metrics.items()}
    checks = {key: _check(key, check, beside.options[key]) for key, check in words.checks.items()}
    return Service(
        key=key,
        channel=words.slack.channel or beside.channel,
        metrics=metrics,
        checks=checks,
        checklists={
            key: Checklist(key=key, items=tuple(_item(item) for item in items))
            for key, items in words.checklists.items()
        },
        tolerance=Tolerance(
            window=words.baseline.window,
            confidence=words.baseline.confidence,
            change=words.baseline.tolerance,
        ),
        plan=replace(beside.plan, criteria=build_criteria(words.criteria, words.metrics)),
        actions={
            key: build_action(key, one, _labelled(one.label, key), beside.secrets.get(key, ()))
            for key, one in words.actions.items()
        },
        playbooks={
            key: build_playbook(key, one, _labelled(one.label, key), metrics, checks)
            for key, one in words.playbooks.items()
        },
    )


def _metric(key: str, words: MetricWords) -> Metric:
    return Metric(
        key=key,
        label=_labelled(words.label, key),
        group=words.group,
        tier=words.tier,
        unit=words.unit,
        target=words.target,
        warning=words.warning,
        critical=words.critical,
        recovery=words.recovery,
        worse=words.worse,
        for_=words.for_,
        recover_for=words.recover_for,
        no_data=words.no_data,
        flapping=words.flapping,
        escalation=words.escalation,
        links=words.links,
        made_of=words.made_of(),
        playbook=words.playbook,
    )


def _check(key: str, words: CheckWords, options: Options) -> Check:
    return Check(
        key=key,
        kind=words.kind,
        options=options,
        label=_labelled(words.label, key),
        every=words.every,
        timeout=words.timeout,
        metrics=words.metrics,
        max_attempts=words.max_attempts,
        flapping=words.flapping,
        escalation=words.escalation,
        playbook=words.playbook,
        sites=words.site,
        quorum=words.quorum or len(words.site) // 2 + 1,
    )


def _item(words: ItemWords) -> Item:
    return Item(
        check=words.check,
        alerts=words.alerts is not None,
        ask=words.ask.label() if words.ask else None,
        remind=words.remind,
        on_failure=words.on_failure.label() if words.on_failure else None,
    )


def _labelled(words: Wording | None, key: str) -> Label:
    return words.label() if words else _in_words(key)


def _in_words(key: str) -> Label:
    """`order_duplication_rate` → "Order duplication rate"."""
    text = key.replace("_", " ").replace("-", " ").strip()
    return Label(text[:1].upper() + text[1:])
