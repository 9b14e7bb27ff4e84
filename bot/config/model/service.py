"""The vocabulary of one service: what is measured, and what is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from bot.config.model.actions import ActionWords
from bot.config.model.criteria import CriterionWords
from bot.config.model.plan import PlanWords
from bot.config.model.playbooks import PlaybookWords
from bot.config.values import (
    AnyDuration,
    Channel,
    DurationOrOff,
    Formula,
    Interval,
    Key,
    Keys,
    Limit,
    NonEmpty,
    PositiveDuration,
    WebAddress,
    Wording,
    Words,
)
from bot.domain.measures.derived.expression import Expression, Newest, Over
from bot.domain.setup import Worse
from checks.numbers import plain
from checks.threshold import witness

UNASKED = frozenset({"heartbeat"})
"""Kinds of check that wait to be told."""


class MetricWords(Words):
    """What a measurement of this name is judged as."""

    label: Wording | None = Field(None, description="Its name for people, or {en, zh}; default the key.")
    group: NonEmpty = Field("other", description="The heading it stands under in the panel.")
    tier: int = Field(2, ge=1, le=3, description="How soon it matters: 1 now, 2 hourly, 3 daily.")
    unit: str = Field("", description="Its unit: `%`, `s`, `ms`, `/s`, …")
    target: Limit | None = Field(None, description="The normal value: `< 0.5`, `= 0`, `outside 1..4`.")
    warning: Limit | None = Field(None, description="When it is a warning; default: the target is missed.")
    critical: Limit | None = Field(None, description="When it is critical.")
    recovery: Limit | None = Field(None, description="What must hold before a breach counts as over.")
    worse: Worse | None = Field(
        None, description="Which change is a bad one: up, down or either; default: away from its target."
    )
    for_: AnyDuration = Field(
        timedelta(0), alias="for", description="How long a breach lasts before it fires."
    )
    recover_for: AnyDuration = Field(timedelta(0), description="How long it must be well to be over.")
    no_data: DurationOrOff = Field(None, description="How old a value may grow before it alerts, or `off`.")
    flapping: bool = Field(
        True, description="Whether its alerts are quiet while they flap: page once, then wait to settle."
    )
    escalation: Key = Field("default", description="The policy in `escalations` a critical breach follows.")
    links: dict[Key, WebAddress] = Field(default_factory=dict, description="Where to look: {runbook: URL}.")
    playbook: Key | None = Field(None, description="The playbook in `playbooks` a critical breach opens.")
    from_: Formula | None = Field(
        None, alias="from", description="Of what other metrics it is made: `errors / requests * 100`."
    )
    window: PositiveDuration | None = Field(
        None, description="`from` names one metric: its average over this time until now."
    )
    percentile: float | None = Field(
        None, ge=0, le=100, description="With `window`: this percentile instead of the average."
    )

    @model_validator(mode="after")
    def _rolling(self) -> Self:
        if self.percentile is not None and self.window is None:
            raise ValueError("`percentile` needs a `window`, such as `window: 5m`")
        if self.window is not None and not isinstance(self.from_, Newest):
            raise ValueError(
                "`window` goes with the name of one metric in `from`; "
                "in an expression write `avg(NAME, 5m)` or `percentile(NAME, 99, 5m)`"
            )
        return self

    @model_validator(mode="after")
    def _agreeing(self) -> Self:
        """A value cannot be normal and bad, and there must be warnings that are not critical."""
        for name, bad in (("warning", self.warning), ("critical", self.critical)):
            if bad and self.target and (value := witness((self.target, bad))) is not None:
                normal = f"{plain(value)} would be normal (`target` {self.target})"
                raise ValueError(f"{normal} and `{name}` ({bad}); correct one")
        if self.warning and self.critical and witness((self.warning,), (self.critical,)) is None:
            raise ValueError(
                f"nothing is a warning that is not critical: `warning` is {self.warning}, `critical` "
                f"{self.critical}; correct one, or leave `warning` out"
            )
        return self

    def made_of(self) -> Expression | None:
        """The expression it stands for; None for one that is measured."""
        if not isinstance(self.from_, Newest) or self.window is None:
            return self.from_
        if self.percentile is None:
            return Over("avg", self.from_.metric, self.window)
        return Over("percentile", self.from_.metric, self.window, self.percentile)


class CheckWords(Words):
    """A question and when to ask it; the other keys are its kind's."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(description="What kind of question: `command`, `http`, `system`, …")
    label: Wording | None = Field(None, description="Its name for people, or {en, zh}; default the key.")
    every: Interval | None = Field(None, description="How often it is asked; without it, at rounds only.")
    timeout: PositiveDuration = Field(timedelta(seconds=10), description="When to give up.")
    metrics: dict[str, Key] = Field(
        default_factory=dict, description="Renames measurements: the name it gives → the metric it feeds."
    )
    max_attempts: int = Field(
        1, ge=1, le=20, description="How many results in a row must be bad before its own state alerts."
    )
    flapping: bool = Field(
        True, description="Whether its alerts are quiet while they flap: page once, then wait to settle."
    )
    escalation: Key = Field("default", description="The policy in `escalations` its failure follows.")
    playbook: Key | None = Field(None, description="The playbook in `playbooks` its failure opens.")
    site: Keys = Field(
        (), description="Where it is asked: by `vigil worker --site NAME` there. Default: by the bot itself."
    )
    quorum: int | None = Field(
        None, ge=1, description="With several sites: how many must say it is bad; default more than half."
    )

    @model_validator(mode="after")
    def _sited(self) -> Self:
        if len(set(self.site)) < len(self.site):
            raise ValueError("`site` names one of them twice")
        if self.quorum is not None and self.quorum > len(self.site):
            raise ValueError(f"`quorum` is {self.quorum}, and `site` names {len(self.site)}")
        if self.site and self.kind in UNASKED:
            raise ValueError(f"a {self.kind} is not asked anywhere, it calls: leave `site` out")
        return self


class ItemWords(Words):
    """A line of a checklist: a check by name, a look at the alerts, or a question for a person."""

    check: Key | None = Field(None, description="The name of a check.")
    alerts: Literal["open"] | None = Field(
        None, description="A look at the alerts that are open, the most urgent first."
    )
    ask: Wording | None = Field(None, description="What a person is to confirm.")
    remind: PositiveDuration | None = Field(None, description="After how long an open question is repeated.")
    on_failure: Wording | None = Field(None, description="What to do when it fails.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"check": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of(self) -> ItemWords:
        if [self.check, self.alerts, self.ask].count(None) != 2:
            raise ValueError("must have one of `check`, `alerts` and `ask`")
        if self.remind is not None and self.ask is None:
            raise ValueError("`remind` belongs to an `ask`; nothing else is reminded of")
        return self


class BaselineWords(Words):
    """Before and after a deployment: what is compared, and when a change counts."""

    window: PositiveDuration = Field(timedelta(hours=24), description="How long before the deployment.")
    confidence: float = Field(
        0.98, ge=0.5, lt=1, description="How sure the test of ranks must be of a change."
    )
    tolerance: float = Field(
        0.25, ge=0, le=100, description="By which part a mean may change: 0.25 is a quarter."
    )


class SlackWords(Words):
    """Where the service is talked about."""

    channel: Channel = Field(
        None, description="The channel's name; default that of config.yaml, or `oncall`."
    )
    language: Literal["en", "zh"] | None = Field(
        None, description="What is spoken in this channel; default that of config.yaml."
    )


class OwnWords(Words):
    """Everything that is one service's own."""

    slack: SlackWords = Field(default_factory=SlackWords, description="Where it is talked about.")
    metrics: dict[Key, MetricWords] = Field(default_factory=dict, description="What measurements mean.")
    checks: dict[Key, CheckWords] = Field(default_factory=dict, description="What is asked.")
    checklists: dict[Key, tuple[ItemWords, ...]] = Field(
        default_factory=dict, description="What a round goes through, line by line."
    )
    plan: PlanWords = Field(default_factory=PlanWords, description="The calendar of a watch.")
    baseline: BaselineWords = Field(
        default_factory=BaselineWords, description="Before and after a deployment."
    )
    actions: dict[Key, ActionWords] = Field(
        default_factory=dict, description="What may be done to the service: programs and webhooks."
    )
    criteria: dict[Key, tuple[CriterionWords, ...]] = Field(
        default_factory=dict, description="What gates ask, by name."
    )
    playbooks: dict[Key, PlaybookWords] = Field(
        default_factory=dict, description="The emergency flow of each scenario."
    )


class ServiceWords(OwnWords):
    """A file named by `include`: one service."""

    service: Key = Field(description="The name of what is watched.")
