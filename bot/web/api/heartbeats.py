"""`/api/v1/heartbeats/KEY`: jobs call in, as they call Healthchecks.io."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.engine.people.desk import Desk
from bot.web.api.body import understood
from bot.web.api.operation import Operation
from bot.web.problem import later, problems
from checks.beats import BODY_LENGTH, Call, Said

HEARTBEATS = "/api/v1/heartbeats"

MOST_BYTES = 1024 * 1024
"""So much of a job's log is listened to, and its first lines are kept."""

Spoken = TypeVar("Spoken", bound="Words")


class Words(BaseModel):
    """What stands in the address."""

    key: Annotated[str, Field(description="The secret `key` of the heartbeat", max_length=100)]
    rid: Annotated[str, Field(description="Tells runs apart that overlap", max_length=64)] = ""


class LastWords(Words):
    """The same with the exit code of a job that has ended."""

    exit_code: Annotated[int, Field(ge=0, le=255)]


def heartbeats(desk: Desk) -> tuple[Operation, ...]:
    """Whoever knows the key may call: no token is asked for."""

    async def answer(request: Request, words: Words, said: Said, exit_code: int | None = None) -> Response:
        call = Call(said=said, run=words.rid, exit_code=exit_code, body=await _body(request))
        if not await run_in_threadpool(desk.hear, words.key, call):
            raise HTTPException(HTTPStatus.NOT_FOUND, "no heartbeat has this key")
        return PlainTextResponse("OK")

    async def success(request: Request) -> Response:
        """The job went well."""
        return await answer(request, _words(request, Words), Said.SUCCESS)

    async def start(request: Request) -> Response:
        """The job begins."""
        return await answer(request, _words(request, Words), Said.START)

    async def fail(request: Request) -> Response:
        """The job has failed."""
        return await answer(request, _words(request, Words), Said.FAIL)

    async def log(request: Request) -> Response:
        """Something for the job's log; says nothing about how it went."""
        return await answer(request, _words(request, Words), Said.LOG)

    async def ended(request: Request) -> Response:
        """The job has ended with this exit code; 0 is well."""
        words = _words(request, LastWords)
        said = Said.FAIL if words.exit_code else Said.SUCCESS
        return await answer(request, words, said, words.exit_code or None)

    calls: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
        "": success,
        "/start": start,
        "/fail": fail,
        "/log": log,
        "/{exit_code}": ended,
    }
    return tuple(
        Operation(
            method=method,
            path=f"{HEARTBEATS}/{{key}}{path}",
            tag="heartbeats",
            answer=hears,
            words=LastWords if hears is ended else Words,
            answers=_ANSWERS,
            free=True,
        )
        for path, hears in calls.items()
        for method in ("GET", "POST")
    )


_ANSWERS = {
    200: {"description": "It was heard", "content": {"text/plain": {"schema": {"type": "string"}}}},
    **problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    **later(),
}


def _words(request: Request, model: type[Spoken]) -> Spoken:
    return understood(model, {**request.query_params, **request.path_params})


async def _body(request: Request) -> str:
    """The beginning of what was sent: a job shall not fail because its log is long."""
    kept, seen = bytearray(), 0
    async for piece in request.stream():
        kept += piece[: BODY_LENGTH - len(kept)]
        seen += len(piece)
        if seen > MOST_BYTES:
            break
    text = kept.decode(errors="replace")
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
