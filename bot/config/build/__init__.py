"""The vocabulary's models → the domain's frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.config.build.criteria import build_criteria, build_follow
from bot.config.build.playbooks import build_action, build_playbook
from bot.config.build.quiet import build_grouping, build_inhibition, build_webhooks, build_window
from bot.config.model import ConfigWords, WebWords
from bot.config.model.people import OverrideWords, PersonWords, PolicyWords, RotationWords, ScheduleWords
from bot.config.model.service import CheckWords, ItemWords, MetricWords, OwnWords, PhaseWords, PlanWords
from bot.config.values import Wording
from bot.domain.localtime import instant
from bot.domain.measures.history import Retention
from bot.domain.oncall.escalation import Level, Notice, Policy, Recover
from bot.domain.oncall.rotation import Override, Restriction, Rotation, Schedule
from bot.domain.setup import (
    Channel,
    Check,
    Checklist,
    Item,
    Metric,
    Person,
    Ping,
    Quiet,
    Service,
    Setup,
    Team,
    Tolerance,
    Web,
)
from bot.domain.text import Label
from bot.domain.watches.plan import Checkpoint, Gate, Phase, Plan, ReportDue, Routine
from checks.base import Options


def build_setup(words: ConfigWords, services: Mapping[str, Service], storage: str, folder: str) -> Setup:
    """Everything together. Without any `escalations` the policy `default` has no levels."""
    policies = {key: _policy(key, policy) for key, policy in words.escalations.items()}
    return Setup(
        services=services,
        zone=words.timezone,
        language=words.language,
        storage=storage,
        folder=folder,
        people={key: _person(key, one, words.timezone) for key, one in words.people.items()},
        teams={
            key: Team(key=key, members=team.members, slack=team.slack or None)
            for key, team in words.teams.items()
        },
        schedules={key: _schedule(key, one, words.timezone) for key, one in words.schedules.items()},
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


def _person(key: str, words: PersonWords, zone: str) -> Person:
    quiet = words.quiet
    return Person(
        key=key,
        name=words.name,
        slack=words.slack or None,
        email=words.email or None,
        phone=words.phone or None,
        channels=words.channels,
        quiet=Quiet(zone=words.timezone or zone, since=quiet.since, until=quiet.until) if quiet else None,
    )


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


def build_plan(words: PlanWords, zone: str) -> Plan:
    """The calendar, in `zone`."""
    routine = words.routine
    return Plan(
        zone=zone,
        phases=tuple(_phase(phase) for phase in words.phases),
        milestones=words.milestones,
        gates=tuple(
            Gate(
                after=gate.at,
                criteria=gate.criteria,
                on_pass=build_follow(gate.on_pass),
                on_fail=build_follow(gate.on_fail),
            )
            for gate in words.gates
        ),
        checkpoints=tuple(
            Checkpoint(label=one.label.label(), first_day=one.span()[0], last_day=one.span()[1], at=at)
            for one in words.checkpoints
            for at in one.at
        ),
        reports=tuple(
            ReportDue(
                report=one.report,
                first_day=one.span()[0],
                last_day=one.span()[1],
                at=at,
                sign=one.sign,
                remind=one.remind,
            )
            for one in words.reports
            for at in one.at
        ),
        routine=Routine(every=routine.every, at=routine.at, checklists=routine.checklist or ())
        if routine
        else None,
    )


def _phase(words: PhaseWords) -> Phase:
    first, last = words.days or (words.day, words.day)
    return Phase(
        name=words.name or _covered(words),
        checklists=words.checklist or (),
        first_day=first,
        last_day=last,
        since=words.since,
        until=words.to,
        after=words.after,
        before=words.until,
        every=words.every,
        at=words.at or (),
    )


def _covered(words: PhaseWords) -> str:
    if words.days:
        return f"Days {words.days[0]}-{words.days[1]}"
    if words.day:
        return f"Day {words.day}"
    return f"After {words.after}" if words.after else "After the deployment"


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


def _policy(key: str, words: PolicyWords) -> Policy:
    return Policy(
        key=key,
        levels=tuple(
            Level(notify=level.notify, by=level.by, wait=level.wait, everyone=level.everyone)
            for level in words.levels
        ),
        warnings=Notice(notify=words.warnings.notify, by=words.warnings.by) if words.warnings else None,
        recover=Recover(action=words.recover.action, within=words.recover.within) if words.recover else None,
        repeat=words.repeat,
        resolve_within=words.resolve_within,
    )


def _schedule(key: str, words: ScheduleWords, zone: str) -> Schedule:
    own = words.timezone or zone
    return Schedule(
        key=key,
        zone=own,
        layers=tuple(_rotation(layer) for layer in words.rotation),
        overrides=tuple(_override(override, ZoneInfo(own)) for override in words.overrides),
        ical=words.ical,
        usergroup=words.usergroup,
    )


def _rotation(words: RotationWords) -> Rotation:
    every, unit = words.every
    weekday, at = words.handoff or (None, None)
    only = words.only
    return Rotation(
        members=words.members,
        every=every,
        unit=unit,
        start=words.start,
        handoff_weekday=weekday,
        handoff_time=at,
        only=Restriction(weekdays=only.days, since=only.since, until=only.until) if only else None,
    )


def _override(words: OverrideWords, zone: ZoneInfo) -> Override:
    since, until = (instant(zone, local.date(), local.time()) for local in (words.since, words.until))
    return Override(
        since=since,
        until=until,
        member=words.member or words.add or words.substitute,
        instead_of=words.remove or words.replace,
        also=words.add is not None,
    )
