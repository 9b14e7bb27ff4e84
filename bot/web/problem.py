"""What the bot's HTTP says when it does not do what it was asked: application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from bot.engine.ledger import Unavailable

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


_SOON_S = 5
"""A database that is started again, or another that takes over, is there in about that time."""


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Answers as OpenAPI describes them, one a status."""
    return {status.value: {**_ANY, "description": status.phrase} for status in statuses}


def guarded() -> dict[int | str, dict[str, Any]]:
    """What everybody may be told who has to show a token."""
    known = problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return {**known, **later(), "default": _ANY}


def later() -> dict[int | str, dict[str, Any]]:
    """What everybody may be told who is to ask again."""
    known = problems(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    after = {"Retry-After": {"description": "Seconds", "schema": {"type": "string"}}}
    return {status: {**told, "headers": after} for status, told in known.items()}


def problem(
    status: HTTPStatus,
    detail: str,
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """`detail` says what is wrong with this request; `facts` stand beside it."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(told | dict(facts or {}), status.value, headers=headers, media_type=PROBLEM)


def unavailable(error: Unavailable) -> JSONResponse:
    """The database cannot be used now: whatever was asked for has not been done."""
    if error.mend:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, f"the database cannot be used: {error.mend}")
    detail = f"the database cannot be used now (/readyz and the bot's log say more); ask again in {_SOON_S} s"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(_SOON_S)})
