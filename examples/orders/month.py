"""A month of the sample, recorded: `python examples/orders/month.py > month.csv`.

The sample's own code, its load, its faults and its external API, on an event loop whose clock jumps over
every pause. Every four minutes it runs for half a minute, and what its figures say of that is recorded; the
time between is left out. The same seed gives the same month.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clock import Clock
from external import answer_push
from figures import Figures
from load import Load
from orders import OrderService
from release import Release
from wire import Request, Response

from faults import Faults

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 31
EVERY = 240
WINDOW = 30
RATES = (0.5, 0.5, 0.5, 0.5, 0.5, 1, 1.5, 2, 2.5, 2.5, 2.5, 2.5, 2, 2, 2, 2, 2, 2, 2, 1.5, 1.5, 1, 1, 0.5)
"""Orders a second at each hour of the day (UTC+8)."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault that was on for so many minutes, or "away": nothing was recorded."""

    begins: str
    minutes: int
    fault: str


INCIDENTS = (
    Incident("2026-01-03T10:32+08:00", 3, "slow"),
    Incident("2026-01-06T02:10+08:00", 20, "slow"),
    Incident("2026-01-09T14:00+08:00", 8, "duplicate-orders"),
    Incident("2026-01-13T11:20+08:00", 26, "failing-pushes"),
    Incident("2026-01-17T03:00+08:00", 10, "errors"),
    Incident("2026-01-20T09:05+08:00", 4, "slow"),
    Incident("2026-01-23T22:30+08:00", 40, "stuck-push-worker"),
    Incident("2026-01-27T04:00+08:00", 14, "dead"),
    Incident("2026-01-30T16:00+08:00", 16, "away"),
)


class Silent:
    """The journal of nobody: the figures are what is recorded."""

    def order(self, record: dict[str, object]) -> None: ...
    def client(self, record: dict[str, object]) -> None: ...
    def error(self, text: str) -> None: ...


class Direct:
    """A client that calls the other side instead of connecting to it."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def post(self, path: str, body: bytes, headers: str = "") -> int:
        """The answer's status. Raises OSError where the other side would not be reached."""
        pairs = (line.split(": ", 1) for line in headers.splitlines())
        named = {name.lower(): value for name, value in pairs}
        return (await self._answer(Request("POST", path, named, body))).status


async def record(folder: Path) -> None:
    """Print the month, line by line."""
    faults, figures, release = Faults(folder / "faults.json"), Figures(), Release(folder / "release.json")

    async def push(request: Request) -> Response:
        return await answer_push(faults, old="v0" in request.path)

    async def take(request: Request) -> Response:
        if faults.is_on("dead"):
            raise ConnectionRefusedError("the port refuses connections")
        return await service.answer(request)

    service = OrderService(Silent(), faults, figures, release, Direct(push))  # type: ignore[arg-type]
    print("time,metric,value")
    for number in range(DAYS * 86_400 // EVERY):
        at = BEGIN + timedelta(seconds=number * EVERY)
        on = {incident.fault for incident in INCIDENTS if _lasts(incident, at)}
        for name, state in faults.states().items():
            if state != (name in on):
                faults.turn(name, name in on)
        rate = RATES[(at.hour + 8) % 24]
        load = Load(Direct(take), Silent(), figures, rate)  # type: ignore[arg-type]
        running = asyncio.create_task(load.run())
        await asyncio.sleep(WINDOW + 1)
        running.cancel()
        if "away" not in on:
            for metric, value in _measured(figures.over(WINDOW)):
                print(f"{at.isoformat().replace('+00:00', 'Z')},{metric},{value:g}")
        await asyncio.sleep(EVERY - WINDOW - 1)


def _lasts(incident: Incident, at: datetime) -> bool:
    begins = datetime.fromisoformat(incident.begins)
    return begins <= at < begins + timedelta(minutes=incident.minutes)


def _measured(told: dict[str, object]) -> Iterator[tuple[str, float]]:
    """The tier-1 figures, as config.yaml asks for them."""
    count = {name: float(str(value)) for name, value in told.items()}
    if count["asked"]:
        yield "availability", round(100 * count["answered"] / count["asked"], 2)
    if count["requests"]:
        yield "error_rate", round(100 * count["errors"] / count["requests"], 2)
        yield "latency_p99", round(count["p99"] / 1000, 2)
    if count["stored"]:
        yield "order_duplication_rate", round(100 * count["duplicates"] / count["stored"], 2)
        yield "push_failure_rate", round(100 * count["failed"] / count["stored"], 2)


def main() -> int:
    """Record the month; return the exit status."""
    random.seed(20260101)
    loop = Clock(BEGIN.timestamp()).loop()
    with tempfile.TemporaryDirectory() as folder:
        loop.run_until_complete(record(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
