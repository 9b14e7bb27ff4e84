"""`/api/v1/oncall`: who carries the pager, for calendar programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from bot.engine.people.desk import Desk
from bot.web.problem import guarded, problems

_ICAL = "text/calendar"


def on_call(desk: Desk) -> APIRouter:
    router = APIRouter(
        prefix="/api/v1/oncall",
        tags=["on call"],
        dependencies=[Security(HTTPBearer(auto_error=False))],
        responses=guarded(),
    )
    calendar: dict[int | str, dict[str, Any]] = {200: {"content": {_ICAL: {"schema": {"type": "string"}}}}}

    @router.get(
        "/{schedule}.ics",
        responses={**calendar, **problems(HTTPStatus.NOT_FOUND)},
        response_class=Response,
    )
    def read_shifts(schedule: str) -> Response:
        """The shifts of the next 90 days, for calendar programs."""
        text = desk.shifts(schedule)
        if text is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"no schedule is called {schedule!r}")
        return Response(text, media_type=_ICAL)

    return router
