"""`POST /api/v1/watches/{id}/…`: pause, resume, extend, stop and intensify a watch, as in Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request

from bot.domain.watches import watch_life
from bot.engine.people.desk import Decide
from bot.engine.people.told import WatchTold
from bot.engine.watches.steer import PAUSE
from bot.engine.watches.watch import DENSE_EVERY, DENSE_FOR
from bot.web.guard import caller_of
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


COURSES: dict[str, type[BaseModel]] = {
    each.__name__.lower(): each for each in (Pause, Resume, Extend, Stop, Intensify)
}
"""The last word of a path, and what may be sent there."""


def _by(request: Request) -> str:
    """Who is written down as having done it: no key of `people` begins with `@`."""
    return f"@{caller_of(request)}"


By = Annotated[str, Depends(_by)]


def add_courses(
    router: APIRouter, change: Callable[[str, Decide], WatchTold], responses: dict[int | str, dict[str, Any]]
) -> None:
    """Add the paths to those of the watches; `change` carries a decision out, or raises HTTPException."""

    @router.post("/{watch_id}/pause", responses=responses)
    def pause_watch(watch_id: str, wanted: Pause, by: By) -> WatchTold:
        """No rounds for a while; sampling, alerts and judging go on."""
        return change(watch_id, lambda watch, now: watch_life.pause(watch, by, now + wanted.for_, now))

    @router.post("/{watch_id}/resume", responses=responses)
    def resume_watch(watch_id: str, wanted: Resume, by: By) -> WatchTold:
        """End a pause."""
        return change(watch_id, lambda watch, now: watch_life.resume(watch, by, now))

    @router.post("/{watch_id}/extend", responses=responses)
    def extend_watch(watch_id: str, wanted: Extend, by: By) -> WatchTold:
        """Let the plan go on for some days, like its last one."""
        return change(watch_id, lambda watch, now: watch_life.extend(watch, by, wanted.days, now))

    @router.post("/{watch_id}/stop", responses=responses)
    def stop_watch(watch_id: str, wanted: Stop, by: By) -> WatchTold:
        """End a watch."""
        return change(watch_id, lambda watch, now: watch_life.stop(watch, by, wanted.reason, now))

    @router.post("/{watch_id}/intensify", responses=responses)
    def intensify_watch(watch_id: str, wanted: Intensify, by: By) -> WatchTold:
        """More rounds for a while, and back to the plan's cadence by itself."""
        return change(
            watch_id,
            lambda watch, now: watch_life.densify(watch, by, wanted.every, now + wanted.for_, now),
        )
