"""What the bot's HTTP says when it does not do what it was asked: application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

PROBLEM = "application/problem+json"

SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "pointer": {"type": "string", "description": "JSON pointer to the field that is wrong"},
    },
}


_ANY: dict[str, Any] = {"description": "A problem", "content": {PROBLEM: {"schema": SCHEMA}}}


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Answers as OpenAPI describes them, one a status."""
    return {status.value: {**_ANY, "description": status.phrase} for status in statuses}


def guarded() -> dict[int | str, dict[str, Any]]:
    """What everybody may be told who has to show a token."""
    known = problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
    # FastAPI would add an answer of its own where "default" is not said.
    return {**known, "default": _ANY}


def problem(
    status: HTTPStatus,
    detail: str,
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """`detail` says what is wrong with this request; `facts` stand beside it."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(told | dict(facts or {}), status.value, headers=headers, media_type=PROBLEM)
