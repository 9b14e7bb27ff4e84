"""`/api/v1`: watches for programs, described by itself in /openapi.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, FastAPI, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.config.errors import did_you_mean
from bot.domain.alerts.alert import Refusal
from bot.domain.bearer import Bearer, digest
from bot.domain.measures.history import EPOCH
from bot.engine.ledger import Outdated
from bot.engine.people.desk import Decide, Desk
from bot.engine.people.told import GateTold, WatchTold
from bot.engine.watches.begin import LONGEST_VERSION, Wanted, Wrong
from bot.web.app import Office
from bot.web.courses import COURSES, By, add_courses
from bot.web.guard import ANYBODY, Doors, Guard, Keys
from bot.web.heartbeats import HEARTBEATS, heartbeats
from bot.web.oncall import on_call
from bot.web.problem import guarded, problem, problems
from bot.web.rate import Rate
from bot.web.webhooks import MOST_BYTES, WEBHOOKS, webhooks

WATCHES = "/api/v1/watches"

Told = TypeVar("Told")


def create_api(office: Office, handlers: Mapping[Any, Any]) -> FastAPI:
    """The API and `/metrics`."""
    desk = office.desk
    doors = Doors(
        counted=frozenset({f"{HEARTBEATS}/"}),
        roomy={f"{WEBHOOKS}/": MOST_BYTES},
    )
    own = (Bearer(name=ANYBODY, digest=digest(office.token), made_at=EPOCH, made_by=""),) * bool(office.token)
    app = FastAPI(
        title="Vigil",
        version="1",
        summary="Watches of deployments, and the verdicts of their gates",
        redoc_url=None,
        redirect_slashes=False,
        routes=[Route("/metrics", _metrics(office), methods=["GET"])],
        exception_handlers={**handlers, RequestValidationError: _misunderstood},
        middleware=[
            Middleware(Guard, keys=Keys(own, desk.bearers), doors=doors, rate=Rate(office.rate)),
        ],
    )
    for router in (_watches(desk), on_call(desk), heartbeats(desk), webhooks(desk)):
        app.include_router(router)
    return app


def _metrics(office: Office) -> Callable[[Request], object]:
    async def metrics(request: Request) -> Response:
        # The page waits for the database, and health must not wait with it.
        page, content_type = await run_in_threadpool(office.metrics, request.headers.get("accept", ""))
        return Response(page, headers={"Content-Type": content_type})

    return metrics


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


def _watches(desk: Desk) -> APIRouter:
    router = APIRouter(
        prefix=WATCHES,
        tags=["watches"],
        dependencies=[Security(HTTPBearer(auto_error=False))],
        responses=guarded(),
    )
    found_or_not = problems(HTTPStatus.NOT_FOUND)
    refused = problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )

    # Plain functions: FastAPI runs them on threads, so that health does not wait for the database.
    @router.post("", status_code=HTTPStatus.CREATED, responses={201: _LOCATION, **refused})
    def start_watch(wanted: WatchWanted, response: Response, by: By) -> WatchTold:
        """Start a watch."""
        begun = _started(desk, wanted, by)
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


_LOCATION = {
    "description": "The watch has begun",
    "headers": {"Location": {"description": "Where it can be read", "schema": {"type": "string"}}},
}


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
