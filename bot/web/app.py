"""The pages of the bot's own HTTP. Errors are application/problem+json (RFC 9457)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.engine.ledger import Unavailable
from bot.web.api import Office, create_api
from bot.web.problem import problem, unavailable
from bot.web.readiness import Readiness

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
"""Slack's requests are far smaller; whoever sends more is not Slack."""

_EVENTS_AT_ONCE = 16
"""So many of Slack's requests wait for the database side by side."""


@dataclass(frozen=True, slots=True)
class SlackEvents:
    """`answer` answers one signed request of Slack: (body, headers) → (status, content type, body).

    `answered` is called when that has left: until then nobody else should want the processor.
    """

    answer: Callable[[bytes, Mapping[str, str]], tuple[int, str, str]]
    answered: Callable[[], None]


def create_app(
    look: Callable[[], Readiness],
    slack_events: SlackEvents | None = None,
    office: Office | None = None,
) -> ASGIApp:
    """`/healthz`, `/readyz`, and `/slack/events`, `/api/v1` and `/metrics` where somebody answers them."""

    async def ready(_: Request) -> Response:
        return _readiness(await run_in_threadpool(look))

    routes = [Route("/healthz", _healthy, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]
    if slack_events is not None:
        routes.append(Route("/slack/events", _events(slack_events), methods=["POST"]))
    handlers = {HTTPException: _refused, Unavailable: _unavailable, Exception: _failed}
    own = Starlette(routes=routes, exception_handlers=handlers)
    if office is None:
        return own
    return _Entrance(own, {each.path for each in routes}, create_api(office, handlers))


class _Entrance:
    """Pages that guard themselves, by the shortest way; everything else is asked of the API."""

    def __init__(self, own: ASGIApp, paths: Collection[str], api: ASGIApp) -> None:
        self._own = own
        self._paths = paths
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._own if scope["path"] in self._paths else self._api
        await app(scope, receive, send)


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _readiness(found: Readiness) -> Response:
    facts = {
        "database": found.database,
        "slack": found.slack,
        "slack_round_trip_s": _rounded(found.slack_round_trip_s),
        "tick_age_s": _rounded(found.tick_age_s),
        "page_overdue_s": _rounded(found.page_overdue_s),
    }
    if found.troubles:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "; ".join(found.troubles), facts)
    return JSONResponse({"status": "ok", **facts})


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _events(slack: SlackEvents) -> Callable[[Request], object]:
    threads = ThreadPoolExecutor(_EVENTS_AT_ONCE, "slack-event")

    async def answered() -> None:
        slack.answered()

    async def events(request: Request) -> Response:
        body = await _body(request)
        # The answer waits for the database, and health must not wait with it. Starlette's own threads take
        # 0.1 ms longer to be reached.
        answering = asyncio.get_running_loop().run_in_executor(threads, slack.answer, body, request.headers)
        status, content_type, said = await answering
        if status >= HTTPStatus.BAD_REQUEST:
            return problem(HTTPStatus(status), said or "Slack sends no such thing; the bot's log says more")
        return Response(said, status, media_type=content_type, background=BackgroundTask(answered))

    return events


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"send at most {MOST_BYTES} bytes")
    return bytes(body)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what this is registered for
    status, detail = HTTPStatus(error.status_code), error.detail
    if detail == status.phrase:  # nobody of ours has said more
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
        detail = f"this path takes {allowed}" if allowed else "there is no such path; /openapi.json has all"
    return problem(status, detail, headers=error.headers)


async def _unavailable(_: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)  # noqa: S101 - what this is registered for
    log.error("a request could not be answered: %s", error)
    return unavailable(error)


async def _failed(_: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a defect of Vigil; its log says more")
