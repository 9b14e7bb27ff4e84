"""`/api/v1`: watches for programs, described by itself in /openapi.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, FastAPI, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.config.errors import did_you_mean
from bot.domain.alerts.alert import Refusal
from bot.engine.ledger import Outdated
from bot.engine.people.desk import Decide, Desk
from bot.engine.people.told import GateTold, WatchTold
from bot.engine.watches.begin import LONGEST_VERSION, Wanted, Wrong
from bot.web.courses import BY, COURSES, add_courses
from bot.web.guard import Guard
from bot.web.heartbeats import HEARTBEATS, heartbeats
from bot.web.problem import PROBLEM, SCHEMA, problem
from bot.web.webhooks import MOST_BYTES, WEBHOOKS, webhooks

WATCHES = "/api/v1/watches"

Told = TypeVar("Told")


def create_api(desk: Desk, token: str, routes: Sequence[Route], handlers: Mapping[Any, Any]) -> FastAPI:
    """The API beside `routes`, which guard themselves; `token` may be empty."""
    open_paths = frozenset({f"{HEARTBEATS}/", *(each.path for each in routes)})
    app = FastAPI(
        title="Vigil",
        version="1",
        summary="Watches of deployments, and the verdicts of their gates",
        redoc_url=None,
        redirect_slashes=False,
        routes=list(routes),
        exception_handlers={**handlers, RequestValidationError: _misunderstood},
        middleware=[
            Middleware(Guard, token=token, open_paths=open_paths, roomy={f"{WEBHOOKS}/": MOST_BYTES})
        ],
    )
    app.include_router(_watches(desk))
    app.include_router(_on_call(desk))
    app.include_router(heartbeats(desk))
    app.include_router(webhooks(desk))
    return app


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
        str, Field(description=f"The deployed version: one line of 1 to {LONGEST_VERSION} characters")
    ]
    service: Annotated[str | None, Field(description="May be left out when one is configured")] = None
    deployed_at: Annotated[
        datetime | None,
        BeforeValidator(_at),
        Field(description="When it went live, with an offset; now if left out"),
    ] = None
    owner: Annotated[str | None, Field(description="Whose watch it is: a key of `people`")] = None


def _watches(desk: Desk) -> APIRouter:
    router = APIRouter(
        prefix=WATCHES,
        tags=["watches"],
        dependencies=[Security(HTTPBearer(auto_error=False))],
        # FastAPI would add an answer of its own where "default" is not said.
        responses={**_problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN), "default": _ANY_PROBLEM},
    )
    found_or_not = _problems(HTTPStatus.NOT_FOUND)
    refused = _problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )

    # Plain functions: FastAPI runs them on threads, so that health does not wait for the database.
    @router.post("", status_code=HTTPStatus.CREATED, responses={201: _LOCATION, **refused})
    def start_watch(wanted: WatchWanted, response: Response) -> WatchTold:
        """Start a watch."""
        begun = _started(desk, wanted)
        response.headers["Location"] = f"{WATCHES}/{begun.id}"
        return begun

    @router.get("")
    def list_watches() -> tuple[WatchTold, ...]:
        """The watches that have not ended, oldest first."""
        return desk.watches()

    @router.get("/{watch_id}", responses=found_or_not)
    def read_watch(watch_id: str) -> WatchTold:
        """A watch as it is now, ended ones too."""
        return _found(desk.watch(watch_id) if watch_id.isalnum() else None, watch_id)

    @router.get("/{watch_id}/gate", responses=found_or_not)
    def read_gate(watch_id: str) -> GateTold:
        """How the last gate that was judged came out; before the first one it is pending."""
        return _found(desk.gate(watch_id) if watch_id.isalnum() else None, watch_id)

    add_courses(router, partial(_changed, desk), {**refused, **found_or_not})
    return router


def _on_call(desk: Desk) -> APIRouter:
    router = APIRouter(
        prefix="/api/v1/oncall",
        tags=["on call"],
        dependencies=[Security(HTTPBearer(auto_error=False))],
        responses={**_problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN), "default": _ANY_PROBLEM},
    )
    calendar: dict[int | str, dict[str, Any]] = {200: {"content": {_ICAL: {"schema": {"type": "string"}}}}}

    @router.get(
        "/{schedule}.ics",
        responses={**calendar, **_problems(HTTPStatus.NOT_FOUND)},
        response_class=Response,
    )
    def read_shifts(schedule: str) -> Response:
        """The shifts of the next 90 days, for calendar programs."""
        text = desk.shifts(schedule)
        if text is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"no schedule is called {schedule!r}")
        return Response(text, media_type=_ICAL)

    return router


_ICAL = "text/calendar"

_LOCATION = {
    "description": "The watch has begun",
    "headers": {"Location": {"description": "Where it can be read", "schema": {"type": "string"}}},
}


_ANY_PROBLEM: dict[str, Any] = {"description": "A problem", "content": {PROBLEM: {"schema": SCHEMA}}}


def _problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    return {status.value: {**_ANY_PROBLEM, "description": status.phrase} for status in statuses}


def _found(told: Told | None, watch_id: str) -> Told:
    if told is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no watch has the ID {watch_id!r}")
    return told


def _require_permission(desk: Desk) -> None:
    if refusal := desk.forbidden():
        raise HTTPException(HTTPStatus.FORBIDDEN, desk.say(refusal.reason))


def _started(desk: Desk, wanted: WatchWanted) -> WatchTold:
    _require_permission(desk)
    try:
        begun = desk.start(Wanted(**wanted.model_dump(), by=BY))
    except Outdated:
        why = "this watch was started at this very instant by somebody else"
        raise HTTPException(HTTPStatus.CONFLICT, why) from None
    if isinstance(begun, Wrong) and begun.runs:
        raise HTTPException(HTTPStatus.CONFLICT, begun.why, {"Location": f"{WATCHES}/{begun.runs}"})
    if isinstance(begun, Wrong):
        why = f"{begun.why}{did_you_mean(begun.word, begun.known)}"
        raise RequestValidationError(
            [{"type": "value_error", "loc": ("body", begun.field), "ctx": {"error": why}}]
        )
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


async def _misunderstood(request: Request, wrong: Exception) -> JSONResponse:
    assert isinstance(wrong, RequestValidationError)  # noqa: S101 - what this is registered for
    errors = wrong.errors()
    # Only JSON was read as JSON: any page in somebody's browser may send the bot a form, but not that.
    if isinstance(wrong.body, bytes):
        why = "send JSON, with `Content-Type: application/json`"
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, why)
    if errors[0]["type"] == "json_invalid":
        place = f"{errors[0]['ctx']['error']} at character {errors[0]['loc'][-1]}"
        return problem(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {place}")
    fields = COURSES.get(request.url.path.rpartition("/")[2], WatchWanted).model_fields
    pointers = [_pointer(each["loc"][1:]) for each in errors]
    told = [
        f"{pointer[1:]}: {_why(each, fields)}" if pointer else _why(each, fields)
        for pointer, each in zip(pointers, errors, strict=True)
    ]
    facts = {"pointer": pointers[0]} if pointers[0] else {}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(told), facts)


def _pointer(steps: Sequence[object]) -> str:
    """RFC 6901: `/deployed_at`; "" is the whole body."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _why(error: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> str:
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "extra_forbidden":
            known = [field.alias or name for name, field in fields.items()]
            return f"there is no such field{did_you_mean(str(error['loc'][-1]), known)}"
        case "string_type":
            return "must be text"
        case "missing" if len(error["loc"]) > 1:
            return "is needed"
        case "int_type":
            return "must be a whole number"
        case _ if len(error["loc"]) > 1:
            return str(error["msg"])
        case _:
            return 'send a JSON object, such as {"version": "v1.4.2"}'
