"""The order service itself: takes orders, stores each once, pushes it to the external API."""

from __future__ import annotations

import asyncio
import json
import random
import time
import traceback
from dataclasses import dataclass

from figures import Figures
from journal import Journal
from release import Release
from wire import Client, Request, Response

from faults import Faults

ATTEMPTS = 3
BACKOFF = 0.03
PUSH_TIMEOUT = 5.0
KEYS_KEPT = 20_000
SLOW_SHARE = 1 / 12
ERROR_SHARE = 1 / 25
TRACEBACK_EVERY = 20


class StoreError(Exception):
    """The store did not take an order."""


@dataclass(slots=True)
class Handling:
    """What became of one request to /orders."""

    key: str
    new: bool = True
    """Whether the newest version serves it; the previous one has no faults."""
    order: str = ""
    status: int = 500
    stored: bool = False
    duplicate: bool = False
    push: str = "none"
    attempts: int = 0


class OrderService:
    """Answers the orders port."""

    def __init__(
        self, journal: Journal, faults: Faults, figures: Figures, release: Release, external: Client
    ) -> None:
        self._journal = journal
        self._release = release
        self._faults = faults
        self._figures = figures
        self._external = external
        self._keys: dict[str, str] = {}
        # Orders of an earlier run are not known, so their numbers must not come again.
        self._number = int(time.time() * 1000)
        self._errors = 0

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        match request.method, request.path:
            case "POST", "/orders":
                return await self._order(request)
            case "GET", "/healthz":
                return Response.of_json(200, {"status": "ok"})
            case "GET", "/metrics":
                return Response(200, self._figures.prometheus().encode() + b"\n", "text/plain; version=0.0.4")
            case _:
                return Response.of_text(404, "there are POST /orders, GET /healthz and GET /metrics")

    async def _order(self, request: Request) -> Response:
        started = time.monotonic()
        handling = Handling(request.headers.get("idempotency-key", ""), self._release.serves_new())
        try:
            response = await self._take(request, handling)
        except StoreError as error:
            self._note(error, handling)
            response = Response.of_json(500, {"error": "the order could not be stored, send it again"})
        handling.status = response.status
        self._record(handling, round((time.monotonic() - started) * 1000, 1))
        return response

    async def _take(self, request: Request, handling: Handling) -> Response:
        wrong = _what_is_wrong(request)
        if wrong:
            return Response.of_json(400, {"error": wrong})
        if not self._release.state.accepting:
            return Response.of_json(429, {"error": "no new orders are taken at the moment"})
        if self._fault("slow", handling) and random.random() < SLOW_SHARE:
            await self._faults.wait_off("slow", random.uniform(11, 12))
        known = self._keys.get(handling.key)
        if known and not self._fault("duplicate-orders", handling):
            handling.order = known
            return Response.of_json(200, {"order": known, "replayed": True})
        self._store(handling)
        handling.duplicate = known is not None
        await self._push(request.body, handling)
        return Response.of_json(201, {"order": handling.order, "push": handling.push})

    def _fault(self, name: str, handling: Handling) -> bool:
        return handling.new and self._faults.is_on(name)

    def _store(self, handling: Handling) -> None:
        if self._fault("errors", handling) and random.random() < ERROR_SHARE:
            raise StoreError("the store closed the connection during the write")
        self._number += 1
        handling.order = f"o-{self._number}"
        handling.stored = True
        self._keys[handling.key] = handling.order
        if len(self._keys) > KEYS_KEPT:
            del self._keys[next(iter(self._keys))]

    async def _push(self, body: bytes, handling: Handling) -> None:
        reason = ""
        for attempt in range(1, ATTEMPTS + 1):
            handling.attempts = attempt
            try:
                if self._fault("stuck-push-worker", handling):
                    raise OSError("the push worker does not answer")
                path = "/external/orders" if handling.new else "/external/v0/orders"
                async with asyncio.timeout(PUSH_TIMEOUT):
                    status = await self._external.post(path, body)
                if status < 300:
                    handling.push = "ok"
                    return
                reason = f"it answered {status}"
            except (OSError, TimeoutError) as error:
                reason = str(error) or f"no answer within {PUSH_TIMEOUT:g} s"
            if attempt < ATTEMPTS:
                await asyncio.sleep(BACKOFF * 2 ** (attempt - 1))
        handling.push = "failed"
        self._journal.error(f"push of order {handling.order} given up after {ATTEMPTS} attempts: {reason}")

    def _note(self, error: StoreError, handling: Handling) -> None:
        text = f"order with key {handling.key} not stored: {error}"
        if self._errors % TRACEBACK_EVERY == 0:
            text += "\n" + "".join(traceback.format_exception(error)).rstrip()
        self._errors += 1
        self._journal.error(text)

    def _record(self, handling: Handling, duration_ms: float) -> None:
        counts = []
        if handling.stored:
            retried = handling.attempts > 1
            failed = handling.push == "failed"
            facts = {
                "stored": True,
                "duplicates": handling.duplicate,
                "pushes": True,
                "failed": failed,
                "retried": retried,
                "rescued": retried and not failed,
            }
            counts = [name for name, holds in facts.items() if holds]
        self._figures.served(handling.status, duration_ms, counts)
        self._journal.order(
            {
                "order": handling.order,
                "key": handling.key,
                "status": handling.status,
                "duration_ms": duration_ms,
                "stored": handling.stored,
                "duplicate": handling.duplicate,
                "push": handling.push,
                "attempts": handling.attempts,
            }
        )


def _what_is_wrong(request: Request) -> str:
    if not request.headers.get("idempotency-key"):
        return "the header Idempotency-Key is missing"
    try:
        order = json.loads(request.body)
    except ValueError:
        return 'the body is not JSON; write {"item": "…", "quantity": 1}'
    if not isinstance(order, dict) or "item" not in order or "quantity" not in order:
        return "the order needs an item and a quantity"
    return ""
