"""The vocabulary of a watch's plan: its phases, and what is judged and told when."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.config.parsing import one_or_more
from bot.config.values import (
    AnyDuration,
    ClockTime,
    Days,
    Interval,
    Key,
    Keys,
    NonEmpty,
    PositiveDuration,
    StartTime,
    Targets,
    Wording,
    Words,
)

Times = Annotated[tuple[StartTime, ...], BeforeValidator(one_or_more), Field(min_length=1)]


MOST_ROUNDS = 5_000


class PhaseWords(Words):
    """A stretch with one cadence, by calendar (`day`, `days`) or relative (`after`, `until`)."""

    name: NonEmpty | None = Field(None, description="Its name for people; default what it covers.")
    day: int | None = Field(None, ge=1, le=999, description="The day; 1 is the deployment's local day.")
    days: Days | None = Field(None, description="A span of days, such as `3-7`.")
    since: StartTime | None = Field(None, alias="from", description='Local time it begins; default "00:00".')
    to: ClockTime | None = Field(None, description='Local time it ends; default "24:00".')
    after: AnyDuration | None = Field(None, description="How long after the deployment it begins.")
    until: PositiveDuration | None = Field(None, description="How long after the deployment it ends.")
    every: Interval | None = Field(None, description="Its cadence.")
    at: Times | None = Field(None, description='Its local times instead of a cadence: ["09:00", "21:00"].')
    checklist: Keys | None = Field(
        None, description="The checklist (or list of them) each round runs; default every check."
    )

    @model_validator(mode="after")
    def _one_calendar(self) -> PhaseWords:
        if self.day is not None and self.days is not None:
            raise ValueError("has both `day` and `days`; keep one")
        by_calendar = (self.day, self.days, self.since, self.to, self.at) != (None,) * 5
        if by_calendar and (self.after, self.until) != (None, None):
            raise ValueError(
                "mixes the calendar (`day`, `days`, `from`, `to`, `at`) with time since the deployment "
                "(`after`, `until`); keep one of the two"
            )
        return self

    @model_validator(mode="after")
    def _not_endless(self) -> PhaseWords:
        first, last = self.days or (1, 1)
        length = self.until if self.until is not None else timedelta(days=last - first + 1)
        if self.every is not None and length / self.every > MOST_ROUNDS:
            raise ValueError(f"has more than {MOST_ROUNDS} rounds; write a longer `every`")
        return self


class OnDaysWords(Words):
    """Local times on one day (`day`) or on each of several (`days`)."""

    day: int | None = Field(None, ge=1, le=999, description="The day; 1 is the deployment's local day.")
    days: Days | None = Field(None, description="A span of days, such as `3-7`.")
    at: Times = Field(description='The local time, or a list of them: "09:00".')

    @model_validator(mode="after")
    def _one_calendar(self) -> Self:
        if (self.day is None) == (self.days is None):
            raise ValueError("must have either `day` or `days`")
        return self

    def span(self) -> tuple[int, int]:
        """The first and the last day."""
        return self.days or (self.day or 1, self.day or 1)


class CheckpointWords(OnDaysWords):
    """A line of the execution list with no checks of its own."""

    label: Wording = Field(description="What the line says, or {en, zh}.")
    checklist: Keys | None = Field(
        None, description="Checklists whose questions people are asked then; their checks belong to rounds."
    )


class ReportWords(OnDaysWords):
    """A report that falls due."""

    report: Literal["daily", "weekly", "summary", "final"] = Field(
        description="Which report; `summary` is of the first 24 hours, `final` of the whole watch."
    )
    sign: Targets = Field((), description="Who has to sign it: one of each target.")
    remind: PositiveDuration | None = Field(
        None, description="After how long whoever has not signed is reminded; default 4h."
    )


class FollowWords(Words):
    """What follows a gate."""

    report: Literal["daily", "weekly", "summary", "final"] | None = Field(
        None, description="A report that is composed and posted."
    )
    action: Key | None = Field(None, description="An action that is run.")
    playbook: Key | None = Field(None, description="A playbook that is opened.")
    tasks: tuple[Wording, ...] = Field((), description="What is left to do, for people to tick.")
    remind: PositiveDuration | None = Field(
        None, description="After how long an open task is repeated; default 30m."
    )
    say: Wording | None = Field(None, description="Words for the channel.")


class GateWords(Words):
    """A moment that decides."""

    at: PositiveDuration = Field(description="How long after the deployment.")
    criteria: Key = Field(description="The name of the criteria it is judged by.")
    on_pass: FollowWords | None = Field(None, description="What follows when it has passed.")
    on_fail: FollowWords | None = Field(None, description="What follows when it has failed.")


class RoutineWords(Words):
    """What goes on after the last gate."""

    every: PositiveDuration = Field(description="Whole days or weeks: `1 week`.")
    at: StartTime = Field(description='The local time, such as "09:00".')
    checklist: Keys | None = Field(
        None, description="The checklist (or list of them) it runs; default every check."
    )


class PlanWords(Words):
    """The calendar of a watch."""

    phases: tuple[PhaseWords, ...] = Field((), description="The stretches of rounds.")
    checkpoints: tuple[CheckpointWords, ...] = Field((), description="Lines of the execution list.")
    reports: tuple[ReportWords, ...] = Field((), description="Reports and when they fall due.")
    milestones: tuple[PositiveDuration, ...] = Field((), description="Judged so long after the deployment.")
    gates: tuple[GateWords, ...] = Field((), description="Moments that decide whether the watch goes on.")
    routine: RoutineWords | None = Field(None, description="What goes on after the last gate.")
