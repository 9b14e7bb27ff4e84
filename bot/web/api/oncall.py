"""`/api/v1/oncall`: who carries the pager, for calendar programs."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.engine.people.desk import Desk
from bot.web.api.operation import Asked, Operation
from bot.web.problem import guarded, problems

_ICAL = "text/calendar"


def on_call(desk: Desk) -> tuple[Operation, ...]:
    def read_shifts(asked: Asked[None]) -> Response:
        """The shifts of the next 90 days, for calendar programs."""
        schedule = asked.words["schedule"]
        text = desk.shifts(schedule)
        if text is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"no schedule is called {schedule!r}")
        return Response(text, media_type=_ICAL)

    found = {"description": "An iCalendar", "content": {_ICAL: {"schema": {"type": "string"}}}}
    return (
        Operation(
            method="GET",
            path="/api/v1/oncall/{schedule}.ics",
            tag="on call",
            answer=read_shifts,
            answers={200: found, **guarded(), **problems(HTTPStatus.NOT_FOUND)},
        ),
    )
