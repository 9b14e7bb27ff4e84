"""`/api/v1/webhooks`: alerts that other programs tell of."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.domain.incoming.report import MalformedError
from bot.engine.alerts.incoming import Received
from bot.engine.ledger import Outdated
from bot.engine.people.desk import Desk
from bot.web.problem import guarded, problem, problems

WEBHOOKS = "/api/v1/webhooks"
MOST_BYTES = 8 * 1024 * 1024
"""A thousand alerts with long texts are about a megabyte."""

_REFUSED = problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_TAKEN: dict[str, Any] = {
    "description": "How many alerts were told of, and how many began and ended with that",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {each: {"type": "integer"} for each in ("received", "began", "resolved")},
            }
        }
    },
}


def webhooks(desk: Desk) -> APIRouter:
    router = APIRouter(
        prefix=WEBHOOKS,
        tags=["webhooks"],
        dependencies=[Security(HTTPBearer(auto_error=False))],
        responses={**guarded(), **_REFUSED, 200: _TAKEN},
    )

    @router.post("/alertmanager", openapi_extra=_body("Alertmanager's webhook, version 4; Grafana's too"))
    async def alertmanager(request: Request) -> Response:
        """Alerts of Alertmanager or Grafana."""
        return await _answered(request, desk.alertmanager)

    @router.post(
        "/alerts", openapi_extra=_body("An alert, a list of them, or what `webhooks.template` reads")
    )
    async def alerts(request: Request) -> Response:
        """Alerts of any program."""
        return await _answered(request, desk.alerts)

    return router


def _body(description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"description": description}}}
    return {"requestBody": {"required": True, "content": content}}


async def _answered(request: Request, take: Callable[[object], Received]) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Only JSON is read as JSON: any page in somebody's browser may send the bot a form, but not that.
    if kind != "application/json" and not kind.endswith("+json"):
        why = "send JSON, with `Content-Type: application/json`"
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, why)
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as wrong:
        place = (
            f"{wrong.msg} at character {wrong.pos}"
            if isinstance(wrong, json.JSONDecodeError)
            else "it is no UTF-8 text"
        )
        if isinstance(wrong, RecursionError):
            place = "it is nested too deeply"
        return problem(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {place}")
    try:
        # The answer waits for the database, and health must not wait with it.
        taken = await run_in_threadpool(take, body)
    except MalformedError as wrong:
        told = f"{wrong.pointer[1:]}: {wrong.why}" if wrong.pointer else wrong.why
        facts = {"pointer": wrong.pointer} if wrong.pointer else {}
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told, facts)
    except Outdated:
        why = "the same alerts were told of at this very instant by somebody else; send them again"
        return problem(HTTPStatus.CONFLICT, why)
    return JSONResponse({"received": taken.received, "began": taken.began, "resolved": taken.resolved})
