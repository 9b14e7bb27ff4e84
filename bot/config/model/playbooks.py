"""The vocabulary of playbooks: the emergency flow of one scenario."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.config.parsing import one_or_more
from bot.config.values import Key, Keys, Limit, PositiveDuration, Wording, Words


class OptionWords(Words):
    """A button of a decision."""

    means: Literal["repair", "roll-back", "accept", "act"] = Field(
        description="What it comes to: `repair` (the clock goes on), `roll-back`, `accept` the risk (takes "
        "a reason), or `act` (its action is run, nothing else is decided)."
    )
    label: Wording | None = Field(None, description="The words on the button, or {en, zh}.")
    action: Key | None = Field(None, description="The action it runs; `roll-back` runs that of `rollback`.")
    consequence: Wording | None = Field(None, description="What follows, said before a person confirms.")

    @model_validator(mode="after")
    def _acts(self) -> OptionWords:
        if self.means == "act" and self.action is None:
            raise ValueError("`means: act` needs an `action`")
        return self


_KINDS = ("action", "checks", "wait", "ask", "decide", "verify")


class WaitWords(Words):
    """A metric that is waited for."""

    metric: Key = Field(description="The metric.")
    until: Limit = Field(description="What its newest value must be.")


class StepWords(Words):
    """A step: one of `action`, `checks`, `wait`, `ask`, `decide` and `verify` says what it is."""

    label: Wording | None = Field(
        None, description="What the step is called, or {en, zh}; `ask` and `decide` have it."
    )
    action: Key | None = Field(None, description="Automatic: runs this action.")
    checks: Keys | None = Field(None, description="Automatic: asks these checks and shows what they say.")
    wait: WaitWords | None = Field(None, description="Automatic: waits for a metric, at most `within`.")
    ask: Wording | None = Field(None, description="Manual: what a person does and ticks.")
    decide: Wording | None = Field(None, description="A decision: the question; at most one in a playbook.")
    verify: Keys | None = Field(
        None, description="Automatic: asks these checks until all are in order, at most `within`."
    )
    within: PositiveDuration = Field(
        timedelta(minutes=10), description="How long `wait` and `verify` may take."
    )
    for_: PositiveDuration | None = Field(
        None,
        alias="for",
        description="How long `verify` needs all to stay in order; default one look.",
    )
    options: tuple[OptionWords, ...] = Field(
        (), description="The buttons of `decide`; default repair and, with `rollback`, roll back."
    )
    only: Literal["repair", "roll-back"] | None = Field(
        None, description="The outcome of the decision this step belongs to; default both."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> StepWords:
        given = [name for name in _KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"must have one of {', '.join(f'`{name}`' for name in _KINDS)}")
        if self.options and self.decide is None:
            raise ValueError("`options` belong to `decide`")
        if self.for_ and self.verify is None:
            raise ValueError("`for` belongs to `verify`")
        if self.for_ and self.for_ >= self.within:
            raise ValueError("`for` must be shorter than `within`")
        return self


class TrendWords(Words):
    """A metric and for how long."""

    metric: Key = Field(description="The metric.")
    for_: PositiveDuration = Field(alias="for", description="For how long.")


class RollbackWords(Words):
    """When rolling back is due, and what happens then."""

    action: Key = Field("rollback", description="The action that rolls back.")
    after: PositiveDuration | None = Field(
        None, description="So long after the alert, if it is not resolved."
    )
    worsening: Annotated[tuple[TrendWords, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Metrics that keep getting worse for so long."
    )
    stuck: Annotated[tuple[TrendWords, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Metrics that do not recover for so long."
    )
    automatic: bool = Field(
        False, description="Whether it is rolled back by itself then; else the decision is demanded."
    )
    repeat: PositiveDuration = Field(
        timedelta(minutes=5), description="How often the decision is demanded again."
    )
    limit: PositiveDuration = Field(timedelta(minutes=15), description="How long a rollback may take.")
    watch_previous: bool = Field(
        False, description="Whether the version before is watched after a rollback; else the watch just ends."
    )


class PlaybookWords(Words):
    """The emergency flow of one scenario."""

    label: Wording | None = Field(None, description="Its name for people, or {en, zh}; default the key.")
    priority: Literal["critical", "high", "medium"] = Field("high", description="How urgent it is.")
    steps: Annotated[tuple[StepWords, ...], Field(min_length=1, max_length=12)] = Field(
        description="In order."
    )
    look_at: tuple[Wording, ...] = Field((), max_length=12, description="What people look at, in any order.")
    rollback: RollbackWords | None = Field(None, description="When rolling back is due.")

    @model_validator(mode="after")
    def _one_decision(self) -> PlaybookWords:
        decisions = sum(step.decide is not None for step in self.steps)
        if decisions > 1:
            raise ValueError("has more than one `decide`; keep one")
        means = [option.means for step in self.steps for option in step.options]
        if "roll-back" in means and self.rollback is None:
            raise ValueError("an option means `roll-back`: say under `rollback` which action that is")
        return self
