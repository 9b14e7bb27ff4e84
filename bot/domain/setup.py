"""The whole configuration as one frozen value: what `config/` makes and everybody else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.action import Action
from bot.domain.alerts.grouping import Grouping
from bot.domain.alerts.quiet.hush import Inhibition
from bot.domain.alerts.quiet.window import Window
from bot.domain.incident.playbook import Playbook
from bot.domain.incoming.severities import CRITICAL
from bot.domain.incoming.template import Template
from bot.domain.measures.derived.expression import Expression, metrics_of
from bot.domain.measures.history import Retention
from bot.domain.oncall.escalation import Policy, Target
from bot.domain.oncall.rotation import Schedule
from bot.domain.text import Label
from bot.domain.watches.plan import Plan
from checks.base import Options
from checks.threshold import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The hours in which warnings wait, by the clock of `zone`; `until` at or before `since` is next day."""

    zone: str
    since: time
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`channels` is the order in which this person is to be reached; () is the order of the configuration."""

    key: str
    name: str
    slack: str | None = None
    email: str | None = None
    phone: str | None = None
    channels: tuple[str, ...] = ()
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach people beside Slack: an Apprise URL in which `{phone}` and `{email}` are the person's.

    It is "" where the environment leaves it open: then nobody is reached by it. At most `at_most` messages
    go to one destination `within` that time.
    """

    key: str
    url: str = field(repr=False)
    at_most: int = 10
    within: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`slack` is the ID of the Slack user group that stands for the team, if there is one."""

    key: str
    members: tuple[str, ...]
    slack: str | None = None


class Worse(StrEnum):
    """Which change of a metric is a bad one."""

    UP = "up"
    DOWN = "down"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a measurement of this name is judged as.

    `target` is the normal value (a condition that holds when all is well); `warning` and `critical` are
    conditions that hold when it is not; `recovery` must hold before a breach counts as over. `worse` is
    the bad direction of a change (None: away from the target). With `flapping` its alerts are quiet
    while they come and go too often. A derived metric follows from `made_of` and is not measured.
    """

    key: str
    label: Label
    group: str = "other"
    tier: int = 2
    unit: str = ""
    target: Condition | None = None
    warning: Condition | None = None
    critical: Condition | None = None
    recovery: Condition | None = None
    worse: Worse | None = None
    for_: timedelta = timedelta(0)
    recover_for: timedelta = timedelta(0)
    no_data: timedelta | None = None
    flapping: bool = True
    escalation: str = "default"
    links: Mapping[str, str] = field(default_factory=dict)
    made_of: Expression | None = None
    playbook: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question and when to ask it: `every` so often, or at rounds only.

    `metrics` renames measurements: the name the probe gives → the metric it feeds. Its own state alerts
    once it was bad in `max_attempts` results in a row. It is asked at each of its `sites`, by a worker
    there, and is what `quorum` of them say; without sites the bot asks.
    """

    key: str
    kind: str
    options: Options
    label: Label
    every: timedelta | None = None
    timeout: timedelta = timedelta(seconds=10)
    metrics: Mapping[str, str] = field(default_factory=dict)
    max_attempts: int = 1
    flapping: bool = True
    escalation: str = "default"
    playbook: str | None = None
    sites: tuple[str, ...] = ()
    quorum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a checklist: a check, a look at the open alerts, or a question for a person.

    `on_failure` says what to do.
    """

    check: str | None = None
    alerts: bool = False
    ask: Label | None = None
    remind: timedelta | None = None
    on_failure: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How long a window is, and when a change counts: surely enough, and by more than so much.

    `change` is a part of the value before: 0.25 is a quarter.
    """

    window: timedelta = timedelta(hours=24)
    confidence: float = 0.98
    change: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One watched service and everything that is its own.

    `derived`: each derived metric with the metrics it is made of.
    """

    key: str
    channel: str
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    plan: Plan
    tolerance: Tolerance = field(default_factory=Tolerance)

    derived: Mapping[str, frozenset[str]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        made = {key: metrics_of(each.made_of) for key, each in self.metrics.items() if each.made_of}
        object.__setattr__(self, "derived", made)  # every answer asks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """How alerts of other programs are taken: whom they wake, and which severities of theirs do."""

    escalation: str = "default"
    critical: frozenset[str] = CRITICAL
    template: Template = field(default_factory=Template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What is called so often for as long as all is well; the address itself is confidential."""

    url: str = field(repr=False)
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Where the bot's own HTTP listens, and how many requests a minute it takes of one caller (0: any)."""

    host: str = "127.0.0.1"
    port: int = 8080
    rate: int = 600
    ping: Ping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything config.yaml says, checked and resolved. `permissions`: command → targets who may.

    `language` is spoken wherever `languages` (channel → language) names no other. `anchors` are addresses
    (`host:port`) that answer whenever this machine is online; `withheld` names variables of the environment
    that hold something confidential.
    """

    services: Mapping[str, Service]
    zone: str
    language: str
    storage: str
    folder: str
    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    permissions: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    maintenance: tuple[Window, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    grouping: Grouping = field(default_factory=Grouping)
    webhooks: Webhooks = field(default_factory=Webhooks)
    web: Web = field(default_factory=Web)
    retention: Retention = field(default_factory=Retention)
    anchors: tuple[str, ...] = ()
    withheld: frozenset[str] = frozenset()
    languages: Mapping[str, str] = field(default_factory=dict)

    def language_of(self, channel: str) -> str:
        """What is spoken in the channel of this name (with or without #)."""
        return self.languages.get(channel.removeprefix("#"), self.language)
