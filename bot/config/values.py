"""The small words of the vocabulary as types: durations, conditions, local times, days, targets, wordings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    model_validator,
)

from bot.config import parsing
from bot.domain.measures.derived.expression import Expression
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.rotation import Unit
from bot.domain.text import Label
from checks.threshold import Condition


class Words(BaseModel):
    """A mapping of the configuration: unknown keys are errors.

    Its validator is built when it is first read by itself, and not for each mapping that stands in others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def _parsed(parse: Callable[[object], object]) -> PlainValidator:
    return PlainValidator(parse, json_schema_input_type=str)


Key = Annotated[str, AfterValidator(parsing.key)]
NonEmpty = Annotated[str, AfterValidator(parsing.not_empty)]
Channel = Annotated[str | None, BeforeValidator(parsing.channel)]
Usergroup = Annotated[str, AfterValidator(parsing.usergroup)]
WebAddress = Annotated[str, AfterValidator(parsing.web_address)]
PositiveDuration = Annotated[timedelta, _parsed(parsing.positive_duration)]
AnyDuration = Annotated[timedelta, _parsed(parsing.duration)]
Interval = Annotated[timedelta, _parsed(parsing.interval)]
DurationOrOff = Annotated[timedelta | None, _parsed(parsing.duration_or_off)]
Formula = Annotated[Expression, _parsed(parsing.expression)]
Limit = Annotated[Condition, _parsed(parsing.condition)]
ClockTime = Annotated[time, _parsed(parsing.clock_time)]
StartTime = Annotated[time, _parsed(parsing.start_time)]
LocalInstant = Annotated[datetime | date, _parsed(parsing.local_instant)]
LocalTime = Annotated[datetime, _parsed(parsing.local_time)]
Zone = Annotated[str, _parsed(parsing.zone)]
Targets = Annotated[
    tuple[Annotated[Target, _parsed(parsing.target)], ...],
    BeforeValidator(parsing.one_or_more),
    Field(min_length=1),
]
Keys = Annotated[tuple[Key, ...], BeforeValidator(parsing.one_or_more), Field(min_length=1)]
Turns = Annotated[tuple[tuple[str, ...], ...], _parsed(parsing.turns)]
Cadence = Annotated[tuple[int, Unit], _parsed(parsing.cadence)]
Weekdays = Annotated[frozenset[int], _parsed(parsing.weekdays)]
Handoff = Annotated[tuple[int | None, time], _parsed(parsing.handoff)]
Days = Annotated[tuple[int, int], _parsed(parsing.days)]


class Wording(Words):
    """Words in the languages of the team; one text alone is English."""

    en: NonEmpty = Field(description="The English words.")
    zh: NonEmpty | None = Field(None, description="The Chinese words; without them the English ones.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"en": value} if isinstance(value, str) else value

    def label(self) -> Label:
        return Label(self.en, self.zh)
