"""`/api/v1/heartbeats/KEY`: jobs call in, as they call Healthchecks.io."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from bot.engine.people.desk import Desk
from bot.web.problem import later, problems
from checks.beats import BODY_LENGTH, Call, Said

HEARTBEATS = "/api/v1/heartbeats"

MOST_BYTES = 1024 * 1024
"""So much of a job's log is listened to, and its first lines are kept."""

Key = Annotated[str, Path(description="The secret `key` of the heartbeat", max_length=100)]
Run = Annotated[str, Query(alias="rid", max_length=64, description="Tells runs apart that overlap")]


def heartbeats(desk: Desk) -> APIRouter:
    """Whoever knows the key may call: no token is asked for."""
    router = APIRouter(prefix=HEARTBEATS, tags=["heartbeats"], default_response_class=PlainTextResponse)

    async def answer(request: Request, key: str, said: Said, run: str, exit_code: int | None = None) -> str:
        call = Call(said=said, run=run, exit_code=exit_code, body=await _body(request))
        if not await run_in_threadpool(desk.hear, key, call):
            raise HTTPException(HTTPStatus.NOT_FOUND, "no heartbeat has this key")
        return "OK"

    async def success(request: Request, key: Key, rid: Run = "") -> str:
        """The job went well."""
        return await answer(request, key, Said.SUCCESS, rid)

    async def start(request: Request, key: Key, rid: Run = "") -> str:
        """The job begins."""
        return await answer(request, key, Said.START, rid)

    async def fail(request: Request, key: Key, rid: Run = "") -> str:
        """The job has failed."""
        return await answer(request, key, Said.FAIL, rid)

    async def log(request: Request, key: Key, rid: Run = "") -> str:
        """Something for the job's log; says nothing about how it went."""
        return await answer(request, key, Said.LOG, rid)

    async def ended(
        request: Request, key: Key, exit_code: Annotated[int, Path(ge=0, le=255)], rid: Run = ""
    ) -> str:
        """The job has ended with this exit code; 0 is well."""
        return await answer(request, key, Said.FAIL if exit_code else Said.SUCCESS, rid, exit_code or None)

    paths: dict[str, Callable[..., object]] = {
        "": success,
        "/start": start,
        "/fail": fail,
        "/log": log,
        "/{exit_code}": ended,
    }
    for path, hears in paths.items():
        for method in ("GET", "POST", "HEAD"):
            router.add_api_route(
                f"/{{key}}{path}",
                hears,
                methods=[method],
                include_in_schema=method != "HEAD",
                responses=_REFUSED,
            )
    return router


_REFUSED = {**problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY), **later()}


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
