"""What the bot's HTTP says when it does not do what it was asked: application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

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


def problem(
    status: HTTPStatus,
    detail: str,
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """`detail` says what is wrong with this request; `facts` stand beside it."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(told | dict(facts or {}), status.value, headers=headers, media_type=PROBLEM)
