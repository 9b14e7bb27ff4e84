"""`/api/v1`: what programs can ask of the bot, described by itself in /openapi.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.domain.bearer import Bearer, digest
from bot.domain.measures.history import EPOCH
from bot.engine.people.desk import Desk
from bot.web.api.body import Misunderstood, misunderstood
from bot.web.api.described import PAGE, described
from bot.web.api.heartbeats import HEARTBEATS, heartbeats
from bot.web.api.oncall import on_call
from bot.web.api.operation import Operation
from bot.web.api.watches import watches
from bot.web.api.webhooks import MOST_BYTES, WEBHOOKS, webhooks
from bot.web.guard import ANYBODY, Doors, Guard, Keys
from bot.web.rate import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who answers behind the API, and who is let in.

    `token` is that of the environment ("" for none) and `rate` how many requests a minute a caller may
    make (0: any number). `metrics` answers an `Accept` header with a page and its content type.
    """

    desk: Desk
    token: str = ""
    rate: int = 0
    metrics: Callable[[str], tuple[bytes, str]]


def create_api(office: Office, handlers: Mapping[Any, Any]) -> Starlette:
    """The API and `/metrics`."""
    desk = office.desk
    doors = Doors(
        counted=frozenset({f"{HEARTBEATS}/"}),
        roomy={f"{WEBHOOKS}/": MOST_BYTES},
    )
    own = (Bearer(name=ANYBODY, digest=digest(office.token), made_at=EPOCH, made_by=""),) * bool(office.token)
    operations = (*watches(desk), *on_call(desk), *heartbeats(desk), *webhooks(desk))
    app = Starlette(
        routes=[
            Route("/metrics", _metrics(office), methods=["GET"]),
            *_pages(operations),
            *(each.route() for each in operations),
        ],
        exception_handlers={**handlers, Misunderstood: misunderstood},
        middleware=[
            Middleware(Guard, keys=Keys(own, desk.bearers), doors=doors, rate=Rate(office.rate)),
        ],
    )
    app.router.redirect_slashes = False
    return app


def _metrics(office: Office) -> Callable[[Request], object]:
    async def metrics(request: Request) -> Response:
        # The page waits for the database, and health must not wait with it.
        page, content_type = await run_in_threadpool(office.metrics, request.headers.get("accept", ""))
        return Response(page, headers={"Content-Type": content_type})

    return metrics


def _pages(operations: Sequence[Operation]) -> tuple[Route, ...]:
    @cache
    def document() -> dict[str, Any]:
        return described(operations)

    async def description(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(document))

    async def docs(_: Request) -> Response:
        return HTMLResponse(PAGE)

    return Route("/openapi.json", description, methods=["GET"]), Route("/docs", docs, methods=["GET"])
