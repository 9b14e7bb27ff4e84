"""Stands before the API: who may ask, and how much may be sent."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problem import problem

MOST_BYTES = 64 * 1024

_NO_TOKEN = (
    "without VIGIL_API_TOKEN in the bot's environment the API answers on its own machine only; "  # noqa: S105
    "set it there, and send it as `Authorization: Bearer …`"
)
_WRONG_TOKEN = "send `Authorization: Bearer …` with the VIGIL_API_TOKEN of the bot"  # noqa: S105


class Guard:
    """Refuses whoever has not the token; without one configured, whoever is not on this machine.

    `open_paths`, and what lies under a path that ends with `/`, are for everybody. What lies under a path
    of `roomy` may be sent so many bytes, everything else MOST_BYTES.
    """

    def __init__(
        self, app: ASGIApp, token: str, open_paths: frozenset[str], roomy: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._token = token.encode()
        self._open = open_paths
        self._roomy = roomy or {}
        self._open_below = tuple(path for path in open_paths if path.endswith("/"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._stranger(scope, headers)
        if refusal is None:
            await self._app(scope, _capped(receive, self._most(scope["path"])), send)
            return
        status, why = refusal
        ask = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
        await problem(status, why, headers=ask)(scope, receive, send)

    def _most(self, path: str) -> int:
        return next((most for below, most in self._roomy.items() if path.startswith(below)), MOST_BYTES)

    def _is_open(self, path: str) -> bool:
        return path in self._open or path.startswith(self._open_below)

    def _stranger(self, scope: Scope, headers: Headers) -> tuple[HTTPStatus, str] | None:
        if not self._token:
            return None if _is_local(scope, headers) else (HTTPStatus.FORBIDDEN, _NO_TOKEN)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        fits = hmac.compare_digest(given.strip().encode(), self._token)
        return None if fits and scheme.lower() == "bearer" else (HTTPStatus.UNAUTHORIZED, _WRONG_TOKEN)


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
