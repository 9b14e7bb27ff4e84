"""`POST /api/v1/watches/{id}/…`: pause, resume, extend, stop and intensify a watch, as in Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.watches import watch_life
from bot.engine.people.desk import Decide
from bot.engine.people.told import WatchTold
from bot.engine.watches.steer import PAUSE
from bot.engine.watches.watch import DENSE_EVERY, DENSE_FOR
from bot.web.api.operation import Asked, Operation
from checks.duration import parse_duration


def _length(value: object) -> object:
    """As the configuration writes it; a bare number could mean anything."""
    if not isinstance(value, str):
        raise ValueError("write a length of time as text, such as 2h")
    return parse_duration(value)


Length = Annotated[timedelta, BeforeValidator(_length, json_schema_input_type=str)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pause(_Words):
    """No rounds for a while; sampling, alerts and judging go on."""

    for_: Annotated[Length, Field(alias="for", description="How long, at most 24h; 1h if left out")] = PAUSE


class Resume(_Words):
    """The end of a pause."""


class Extend(_Words):
    """The plan goes on for some days, like its last one."""

    days: Annotated[int, Field(strict=True, description="How many days, 1 to 30")]


class Stop(_Words):
    """The end of a watch."""

    reason: Annotated[str, Field(max_length=1000, description="Why, for those who read it later")] = ""


class Intensify(_Words):
    """More rounds for a while, and back to the plan's cadence by itself."""

    every: Annotated[Length, Field(description="Time between rounds; 15m if left out")] = DENSE_EVERY
    for_: Annotated[Length, Field(alias="for", description="How long; 12h if left out")] = DENSE_FOR


def written_by(asked: Asked[Any]) -> str:
    """Who is written down as having done it: no key of `people` begins with `@`."""
    return f"@{asked.caller}"


def courses(
    change: Callable[[str, Decide], WatchTold],
    offered: Callable[[Callable[[Asked[Any]], WatchTold], type[BaseModel]], Operation],
) -> tuple[Operation, ...]:
    """What changes a watch; `change` carries a decision out, or raises HTTPException. The last word of each
    path is the name of what is wanted there."""

    def pause_watch(asked: Asked[Pause]) -> WatchTold:
        """No rounds for a while; sampling, alerts and judging go on."""
        by, span = written_by(asked), asked.wanted.for_
        return change(
            asked.words["watch_id"], lambda watch, now: watch_life.pause(watch, by, now + span, now)
        )

    def resume_watch(asked: Asked[Resume]) -> WatchTold:
        """End a pause."""
        by = written_by(asked)
        return change(asked.words["watch_id"], lambda watch, now: watch_life.resume(watch, by, now))

    def extend_watch(asked: Asked[Extend]) -> WatchTold:
        """Let the plan go on for some days, like its last one."""
        by, days = written_by(asked), asked.wanted.days
        return change(asked.words["watch_id"], lambda watch, now: watch_life.extend(watch, by, days, now))

    def stop_watch(asked: Asked[Stop]) -> WatchTold:
        """End a watch."""
        by, why = written_by(asked), asked.wanted.reason
        return change(asked.words["watch_id"], lambda watch, now: watch_life.stop(watch, by, why, now))

    def intensify_watch(asked: Asked[Intensify]) -> WatchTold:
        """More rounds for a while, and back to the plan's cadence by itself."""
        by, wanted = written_by(asked), asked.wanted
        return change(
            asked.words["watch_id"],
            lambda watch, now: watch_life.densify(watch, by, wanted.every, now + wanted.for_, now),
        )

    return (
        offered(pause_watch, Pause),
        offered(resume_watch, Resume),
        offered(extend_watch, Extend),
        offered(stop_watch, Stop),
        offered(intensify_watch, Intensify),
    )
