"""The sample order service: `python examples/orders/service.py --port 8090 --folder DIR`."""

from __future__ import annotations

import argparse
import asyncio
import errno
import random
import signal
import sys
from pathlib import Path

from clock import Clock
from figures import Figures
from journal import Journal
from load import Load
from names import serve_names
from orders import OrderService
from release import Release
from switches import Switches
from wire import HOST, Client, Door, Request, Response

from faults import Faults

FLUSH_EVERY = 0.25
SUMMARY_EVERY = 10
FOLDER = Path(__file__).resolve().parents[2] / ".vigil" / "orders"


async def keep_journal(journal: Journal, figures: Figures) -> None:
    """Flush four times a second and sum up every ten seconds, until cancelled."""
    turns = 0
    while True:
        await asyncio.sleep(FLUSH_EVERY)
        turns += 1
        if turns * FLUSH_EVERY % SUMMARY_EVERY == 0:
            journal.summary(figures.over(SUMMARY_EVERY))
        journal.flush()


async def open_doors(*doors: Door) -> None:
    """Listen on every port. Raises OSError for a taken one, with the port in its text."""
    for door in doors:
        try:
            await door.open()
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
            raise OSError(f"port {door.port} on {HOST} {why}; choose another --port") from error


async def serve(folder: Path, port: int, rate: float, clock: Clock | None) -> None:
    """Run until SIGTERM or SIGINT; on a `clock` of its own if one is given.

    Raises OSError for a taken port or a disk that cannot be written, ValueError for a broken faults file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    faults, figures, journal = Faults(folder / "faults.json"), Figures(), Journal(folder)
    release = Release(folder / "release.json")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    async def answer_order(request: Request) -> Response:
        return await service.answer(request)

    async def answer_switch(request: Request) -> Response:
        return await switches.answer(request)

    orders_door = Door(answer_order, port)
    switches_door = Door(answer_switch, port + 1 if port else 0)
    switches = Switches(folder, faults, figures, release, orders_door, clock)
    await open_doors(orders_door, switches_door)
    names = await serve_names(switches_door.port + 1 if port else 0)
    (folder / "switches.url").write_text(f"http://{HOST}:{switches_door.port}\n", encoding="utf-8")
    if faults.is_on("dead"):
        orders_door.shut()
    service = OrderService(journal, faults, figures, release, Client(switches_door.port))
    tasks: list[asyncio.Task[object]] = [
        asyncio.create_task(stop.wait()),
        asyncio.create_task(keep_journal(journal, figures)),
    ]
    if rate:
        load = Load(Client(orders_door.port), journal, figures, rate)
        tasks.append(asyncio.create_task(load.run()))
    print(f"orders http://{HOST}:{orders_door.port} switches http://{HOST}:{switches_door.port}/", flush=True)
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    orders_door.shut()
    switches_door.shut()
    names.close()
    for task in ended:
        task.result()
    journal.close()


def main() -> int:
    """Run the sample; return the exit status."""
    parser = argparse.ArgumentParser(description="The sample order service that Vigil watches.")
    parser.add_argument(
        "--port", type=int, default=8090, help="orders port; switches and names are on the next two"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(".vigil/orders"), help="logs and faults live here"
    )
    parser.add_argument("--rate", type=float, default=115, help="orders a second; 0 sends none")
    parser.add_argument(
        "--held", type=float, metavar="EPOCH", help="begin then, and go on only when told: POST /clock"
    )
    chosen = parser.parse_args()
    if not 0 <= chosen.port <= 65533 or not 0 <= chosen.rate <= 1000:
        parser.error("--port is 0 to 65533, --rate is 0 to 1000")
    try:
        clock = None if chosen.held is None else Clock(chosen.held, until=0)
        random.seed(chosen.held)  # one rehearsal goes like the next; None: each run is another
        with asyncio.Runner(loop_factory=clock.loop if clock else None) as runner:
            runner.run(serve(chosen.folder, chosen.port, chosen.rate, clock))
    except (OSError, ValueError) as error:
        print(f"sample orders: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
