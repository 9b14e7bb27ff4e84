"""One thing that can be asked of the API: where, what is sent, what comes back, and who answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.api.body import json_of, understood
from bot.web.guard import caller_of

Wanted = TypeVar("Wanted")

Answers = Mapping[int | str, Mapping[str, Any]]
"""What may come back, as OpenAPI describes it, by status."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[Wanted]):
    """What is asked: the words of the path, the program that asks, and what it sent (or None)."""

    words: Mapping[str, str]
    caller: str
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`path` has its words in braces; the docstring of `answer` says what is done.

    A plain `answer` gets what is Asked and returns what is `told` as JSON, or a response; it runs on a
    thread, for health must not wait for the database. One that is async gets the request and returns the
    response. What is `wanted` is sent as JSON; `words` are those of path and query (None: any text will do);
    `location` is where what was made can be read. Who asks must show a token, unless it is `free`.
    """

    method: str
    path: str
    tag: str
    answer: Callable[[Any], Any]
    words: type[BaseModel] | None = None
    wanted: type[BaseModel] | None = None
    told: Any = None
    location: Callable[[Any], str] | None = None
    answers: Answers
    free: bool = False

    @property
    def status(self) -> HTTPStatus:
        """Of the answer when all went well."""
        return HTTPStatus.CREATED if self.location else HTTPStatus.OK

    def route(self) -> Route:
        """It at its place."""
        serve = self.answer if iscoroutinefunction(self.answer) else self._on_a_thread()
        return Route(self.path, serve, methods=[self.method])

    def _on_a_thread(self) -> Callable[[Request], Awaitable[Response]]:
        written = TypeAdapter(self.told)

        async def serve(request: Request) -> Response:
            sent = understood(self.wanted, await json_of(request)) if self.wanted else None
            asked = Asked(request.path_params, caller_of(request), sent)
            found = await run_in_threadpool(self.answer, asked)
            if isinstance(found, Response):
                return found
            headers = {"Location": self.location(found)} if self.location else None
            return Response(written.dump_json(found), self.status, headers, "application/json")

        return serve
