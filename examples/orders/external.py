"""The external API to which orders are pushed; it is where an order's time goes."""

from __future__ import annotations

import asyncio
import math
import random

from wire import Response

from faults import Faults

REFUSED_SHARE = 0.01
REFUSED_SHARE_FAILING = 0.6
MEDIAN = 0.058
SPREAD = 0.5
STALLED_SHARE = 0.0014


def thinking_time() -> float:
    """Return seconds: half are below 58 ms, 1 % above 190 ms, about one in 700 takes around a second."""
    if random.random() < STALLED_SHARE:
        return random.uniform(0.7, 1.25)
    return MEDIAN * math.exp(random.gauss(0, SPREAD))


async def answer_push(faults: Faults, old: bool) -> Response:
    """Take an order, or refuse it with 503. What the `old` version asks for is refused less often."""
    failing = faults.is_on("failing-pushes") and not old
    refused = REFUSED_SHARE_FAILING if failing else REFUSED_SHARE
    if random.random() < refused:
        await asyncio.sleep(0.004)
        return Response.of_json(503, {"error": "try again later"})
    await asyncio.sleep(thinking_time())
    return Response.of_json(200, {"taken": True})


def state_of_api(faults: Faults) -> Response:
    """What the API says of itself, as such APIs' status pages do."""
    degraded = faults.is_on("failing-pushes")
    return Response.of_json(200, {"status": {"indicator": "minor" if degraded else "none"}})
