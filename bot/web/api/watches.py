"""`/api/v1/watches`: a pipeline starts a watch, reads how it goes, and waits for its gate."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException

from bot.config.errors import did_you_mean
from bot.domain.alerts.alert import Refusal
from bot.domain.text import in_english
from bot.engine.ledger import Outdated
from bot.engine.people.desk import Decide, Desk
from bot.engine.people.told import GateTold, WatchTold
from bot.engine.watches.begin import LONGEST_VERSION, Wanted, Wrong
from bot.web.api.body import Misunderstood
from bot.web.api.courses import courses, written_by
from bot.web.api.operation import Asked, Operation
from bot.web.problem import guarded, problems

WATCHES = "/api/v1/watches"

Told = TypeVar("Told")


def _at(value: object) -> object:
    """A time with its offset, as text: numbers and local times could mean another instant."""
    try:
        at = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        at = None
    if value is not None and (at is None or at.tzinfo is None):
        raise ValueError("write an ISO 8601 time with its offset, such as 2026-01-19T09:00:00+08:00")
    return at


class WatchWanted(BaseModel):
    """A deployment that is to be watched."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[
        str,
        Field(
            description=f"The deployed version: one line of 1 to {LONGEST_VERSION} characters",
            # Only told here: what is wrong with a version is said in other words.
            json_schema_extra={"minLength": 1, "maxLength": LONGEST_VERSION},
        ),
    ]
    service: Annotated[str | None, Field(description="May be left out when one is configured")] = None
    deployed_at: Annotated[
        datetime | None,
        BeforeValidator(_at),
        Field(description="When it went live, with an offset; now if left out"),
    ] = None
    owner: Annotated[str | None, Field(description="Whose watch it is: a key of `people`")] = None


_BEGUN: dict[str, Any] = {
    "description": "The watch has begun",
    "headers": {"Location": {"description": "Where it can be read", "schema": {"type": "string"}}},
}


def watches(desk: Desk) -> tuple[Operation, ...]:
    found_or_not = {**guarded(), **problems(HTTPStatus.NOT_FOUND)}
    refused = problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )

    def start_watch(asked: Asked[WatchWanted]) -> WatchTold:
        """Start a watch."""
        return _started(desk, asked.wanted, written_by(asked))

    def list_watches(_: Asked[None]) -> tuple[WatchTold, ...]:
        """The watches that have not ended, oldest first."""
        return desk.watches()

    def read_watch(asked: Asked[None]) -> WatchTold:
        """A watch as it is now, ended ones too."""
        watch_id = asked.words["watch_id"]
        return _found(desk.watch(watch_id) if watch_id.isalnum() else None, watch_id)

    def read_gate(asked: Asked[None]) -> GateTold:
        """How the last gate that was judged came out; before the first one it is pending."""
        watch_id = asked.words["watch_id"]
        return _found(desk.gate(watch_id) if watch_id.isalnum() else None, watch_id)

    offered = partial(Operation, tag="watches")
    one = f"{WATCHES}/{{watch_id}}"
    return (
        offered(
            method="GET", path=WATCHES, answer=list_watches, told=tuple[WatchTold, ...], answers=guarded()
        ),
        offered(
            method="POST",
            path=WATCHES,
            answer=start_watch,
            wanted=WatchWanted,
            told=WatchTold,
            location=lambda begun: f"{WATCHES}/{begun.id}",
            answers={201: _BEGUN, **guarded(), **refused},
        ),
        offered(method="GET", path=one, answer=read_watch, told=WatchTold, answers=found_or_not),
        offered(method="GET", path=f"{one}/gate", answer=read_gate, told=GateTold, answers=found_or_not),
        *courses(
            partial(_changed, desk),
            lambda answer, wanted: offered(
                method="POST",
                path=f"{one}/{wanted.__name__.lower()}",
                answer=answer,
                wanted=wanted,
                told=WatchTold,
                answers={**refused, **found_or_not},
            ),
        ),
    )


def _found(told: Told | None, watch_id: str) -> Told:
    if told is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no watch has the ID {watch_id!r}")
    return told


def _require_permission(desk: Desk) -> None:
    if refusal := desk.forbidden():
        raise HTTPException(HTTPStatus.FORBIDDEN, desk.say(refusal.reason))


def _started(desk: Desk, wanted: WatchWanted, by: str) -> WatchTold:
    _require_permission(desk)
    try:
        begun = desk.start(Wanted(**wanted.model_dump(), by=by))
    except Outdated:
        why = "this watch was started at this very instant by somebody else"
        raise HTTPException(HTTPStatus.CONFLICT, why) from None
    if isinstance(begun, Wrong) and begun.runs:
        raise HTTPException(
            HTTPStatus.CONFLICT, in_english(begun.why), {"Location": f"{WATCHES}/{begun.runs}"}
        )
    if isinstance(begun, Wrong):
        why = f"{begun.field}: {in_english(begun.why)}{did_you_mean(begun.word, begun.known)}"
        raise Misunderstood(HTTPStatus.UNPROCESSABLE_ENTITY, why, f"/{begun.field}")
    return begun


def _changed(desk: Desk, watch_id: str, decide: Decide) -> WatchTold:
    _require_permission(desk)
    try:
        told = desk.change(watch_id, decide) if watch_id.isalnum() else None
    except OverflowError:
        raise HTTPException(HTTPStatus.CONFLICT, "that is beyond the end of the calendar") from None
    except Outdated:
        raise HTTPException(HTTPStatus.CONFLICT, "somebody else changed the watch just now") from None
    if isinstance(told, Refusal):
        raise HTTPException(HTTPStatus.CONFLICT, desk.say(told.reason))
    return _found(told, watch_id)
