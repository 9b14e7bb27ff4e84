"""The clients: a steady stream of orders, some of them sent twice, as clients do when unsure."""

from __future__ import annotations

import asyncio
import json
import random
import time

from figures import Figures
from journal import Journal
from wire import Client

SENT_AGAIN_SHARE = 0.02
TIMEOUT = 30.0
IN_FLIGHT_LIMIT = 400
ITEMS = ("tea", "coffee", "rice", "noodles", "soap", "lamp")


class Load:
    """Sends orders at a rate whether or not earlier ones have been answered."""

    def __init__(self, client: Client, journal: Journal, figures: Figures, rate: float) -> None:
        """`rate` is in orders a second."""
        self._client = client
        self._journal = journal
        self._figures = figures
        self._rate = rate
        self._run = f"{int(time.time()):x}"
        self._number = 0
        self._in_flight: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if len(self._in_flight) < IN_FLIGHT_LIMIT:
                self._next_order()
            # After a pause of the machine the missed orders are not made up for.
            due = max(due + 1 / self._rate, loop.time() - 1)
            await asyncio.sleep(due - loop.time())

    def _next_order(self) -> None:
        self._number += 1
        key = f"{self._run}-{self._number}"
        body = json.dumps({"item": random.choice(ITEMS), "quantity": random.randint(1, 5)}).encode()
        self._begin(key, body)
        if random.random() < SENT_AGAIN_SHARE:
            delay = random.uniform(0.05, 1)
            asyncio.get_running_loop().call_later(delay, self._begin, key, body)

    def _begin(self, key: str, body: bytes) -> None:
        task = asyncio.get_running_loop().create_task(self._send(key, body))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _send(self, key: str, body: bytes) -> None:
        started = time.monotonic()
        status, error = 0, ""
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await self._client.post("/orders", body, f"Idempotency-Key: {key}\r\n")
        except (OSError, TimeoutError) as problem:
            error = str(problem) or f"no answer within {TIMEOUT:g} s"
        self._figures.asked(0 < status < 500)
        duration_ms = round((time.monotonic() - started) * 1000, 1)
        self._journal.client({"key": key, "status": status, "duration_ms": duration_ms, "error": error})
