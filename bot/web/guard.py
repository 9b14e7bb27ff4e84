"""Stands before the API: who may ask, how often, and how much may be sent."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.bearer import Bearer, bearer_of
from bot.engine.ledger import Unavailable
from bot.web.problem import problem, unavailable
from bot.web.rate import Rate

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024

ANYBODY = "api"
"""Who asks where no token is needed, or with VIGIL_API_TOKEN."""

_NO_TOKEN = (
    "without a token the API answers on its own machine only; make one with "  # noqa: S105
    "`vigil token create NAME`, or set VIGIL_API_TOKEN in the bot's environment, "
    "and send it as `Authorization: Bearer …`"
)
_WRONG_TOKEN = (
    "send `Authorization: Bearer …` with a token of the bot: VIGIL_API_TOKEN of its environment, "  # noqa: S105
    "or one made with `vigil token create NAME`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Which paths are how open. What ends with `/` stands for everything below it.

    `counted` ones are for everybody, but not more often than `rate` allows an address. Below a path of
    `roomy` so many bytes may be sent, everywhere else MOST_BYTES.
    """

    counted: frozenset[str] = frozenset()
    roomy: Mapping[str, int] = field(default_factory=dict)

    def most(self, path: str) -> int:
        """How many bytes may be sent there."""
        return next((most for below, most in self.roomy.items() if path.startswith(below)), MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Keys:
    """The tokens that fit: those of the environment, and those made with the command line.

    `stored` asks the database, on a thread; who has one of `own` is let in without it.
    """

    own: Sequence[Bearer]
    stored: Callable[[], Sequence[Bearer]]


class Guard:
    """Refuses whoever has no token; where none is made, whoever is not on this machine.

    `keys` are the tokens that fit.
    """

    def __init__(self, app: ASGIApp, keys: Keys, doors: Doors, rate: Rate) -> None:
        self._app = app
        self._keys = keys
        self._doors = doors
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        if _below(scope["path"], self._doors.counted):
            if wait := self._rate.take(address):
                await _too_often(wait)(scope, receive, send)
                return
            await self._app(scope, receive, send)
            return
        try:
            caller = await run_in_threadpool(self._caller, scope)
        except Unavailable as error:
            log.error("nobody can be told from a stranger: %s", error)
            await unavailable(error)(scope, receive, send)
            return
        # A stranger is counted by address, so that nobody uses up what is another's.
        wait = self._rate.take(f"{caller} " if isinstance(caller, str) else address)
        if wait:
            await _too_often(wait)(scope, receive, send)
        elif isinstance(caller, str):
            scope.setdefault("state", {})["caller"] = caller
            await self._app(scope, _capped(receive, self._doors.most(scope["path"])), send)
        else:
            ask = {"WWW-Authenticate": "Bearer"} if caller.status is HTTPStatus.UNAUTHORIZED else None
            await problem(caller.status, caller.why, headers=ask)(scope, receive, send)

    def _caller(self, scope: Scope) -> str | _Stranger:
        """The name of whoever asks."""
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        token = given.strip() if scheme.lower() == "bearer" else ""
        if found := bearer_of(token, self._keys.own):
            return found.name
        stored = self._keys.stored()
        if not (self._keys.own or stored):
            here = _is_local(scope, headers)
            return ANYBODY if here else _Stranger(HTTPStatus.FORBIDDEN, _NO_TOKEN)
        found = bearer_of(token, stored)
        return found.name if found else _Stranger(HTTPStatus.UNAUTHORIZED, _WRONG_TOKEN)


@dataclass(frozen=True, slots=True)
class _Stranger:
    status: HTTPStatus
    why: str


def caller_of(request: Request) -> str:
    """The name of the program that asks, as the guard found it."""
    return str(request.state.caller)


def _below(path: str, known: frozenset[str]) -> bool:
    return path in known or path.startswith(tuple(each for each in known if each.endswith("/")))


def _too_often(wait: float) -> ASGIApp:
    seconds = math.ceil(wait)
    why = f"you ask too often; ask again in {seconds} s (`web.rate` of the configuration)"
    return problem(HTTPStatus.TOO_MANY_REQUESTS, why, headers={"Retry-After": str(seconds)})


def _is_local(scope: Scope, headers: Headers) -> bool:
    """From this machine, and for it: a proxy speaks for others, and a page may have its name point here."""
    client = scope.get("client")
    name = headers.get("host", "").rpartition("]")[0].lstrip("[") or headers.get("host", "").partition(":")[0]
    forwarded = "forwarded" in headers or "x-forwarded-for" in headers
    return client is not None and _is_loopback(client[0]) and _is_loopback(name) and not forwarded


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _capped(receive: Receive, most: int) -> Receive:
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {most} bytes")
        return message

    return receive_some
