"""The vocabulary of what a gate asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.config.parsing import one_or_more
from bot.config.values import Key, Keys, Limit, PositiveDuration, Targets, Wording, Words
from bot.domain.criteria.criterion import Incident, Rule

AllOrKeys = Literal["all"] | Keys
Incidents = Annotated[tuple[Incident, ...], BeforeValidator(one_or_more), Field(min_length=1)]

_LIMITED = (Rule.ALWAYS, Rule.AVERAGE, Rule.PERCENTILE, Rule.COUNT)


class CriterionWords(Words):
    """One line of a gate's criteria: one of the keys from `always` to `as_before`, and what it needs."""

    label: Wording | None = Field(
        None, description="What it asks, for people; default made from its numbers."
    )
    always: Key | None = Field(None, description="A metric of which every value must meet `is`.")
    average: Key | None = Field(None, description="A metric whose mean must meet `is`.")
    percentile: Key | None = Field(None, description="A metric whose percentile `p` must meet `is`.")
    none_of: Incidents | None = Field(None, description="Incidents of which none may have happened.")
    count: Incident | None = Field(None, description="An incident whose number must meet `is`.")
    checks_passed: Keys | None = Field(
        None, description="Checks that passed in so many per cent of the rounds that asked them (`is`)."
    )
    data_complete: AllOrKeys | None = Field(
        None, description="Metrics (or `all` with limits) without holes in their values."
    )
    asked: Wording | None = Field(None, description="A question to people, answered in the channel.")
    no_swings: AllOrKeys | None = Field(
        None, description="Metrics (or `all` with limits) with no hour far from the others."
    )
    as_before: AllOrKeys | None = Field(
        None, description="Metrics (or `all` with limits) no worse than the baseline."
    )
    is_: Limit | None = Field(None, alias="is", description="The condition that must hold.")
    p: float = Field(99.0, gt=0, lt=100, description="Which percentile.")
    of: Keys | None = Field(None, description="Counts only alerts of these metrics or checks.")
    who: Targets = Field((), description="Who may answer; default anybody.")
    coverage: float = Field(95.0, ge=0, le=100, description="Per cent of the hours that must have values.")
    gap: PositiveDuration = Field(timedelta(hours=1), description="The longest time without any value.")

    @model_validator(mode="after")
    def _one_rule(self) -> CriterionWords:
        rules = [rule for rule in Rule if getattr(self, rule) is not None]
        if len(rules) != 1:
            known = ", ".join(f"`{rule}`" for rule in Rule)
            raise ValueError(f"must have exactly one of {known}")
        rule = rules[0]
        if rule in _LIMITED and self.is_ is None:
            raise ValueError(f'`{rule}` needs `is`, such as `is: "< 0.5"`')
        if self.is_ is not None and rule not in (*_LIMITED, Rule.CHECKS_PASSED):
            raise ValueError(f"`{rule}` takes no `is`")
        if self.of is not None and rule not in (Rule.NONE_OF, Rule.COUNT):
            raise ValueError("`of` belongs to `none_of` and `count`")
        if self.who and rule is not Rule.ASKED:
            raise ValueError("`who` belongs to `asked`")
        return self

    def rule(self) -> Rule:
        """The one that was given."""
        return next(rule for rule in Rule if getattr(self, rule) is not None)
