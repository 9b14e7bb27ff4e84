"""`python -m faults`: try every fault, print the table, write it into docs/reliability.md."""

from __future__ import annotations

import argparse
import tempfile
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from faults import clocks, endurance, kills, replicas, slack, standby, storage, upgrade
from faults.nursery import Nursery
from faults.server import Server
from faults.table import Tried, Untried, write

Ordeal = Callable[[], Tried]


def ordeals(nursery: Nursery, folder: Path, server: Server, times: int) -> dict[str, Ordeal]:
    """Every fault by the word that picks it; `times` is how often bots are killed at random."""
    here = nursery, folder
    found: dict[str, Ordeal] = {
        "steps": partial(kills.at_steps, *here),
        "random": partial(kills.at_random, *here, times - times // 2),
        "random-replicas": partial(kills.at_random, *here, times // 2, server, replicas=2),
        "failover": partial(replicas.one_killed_at_an_alert, *here, server, replicas.AT_AN_ALERT * 2),
        "story": partial(replicas.one_after_the_other, *here, server, 3),
        "frozen": partial(replicas.one_frozen_at_an_alert, *here, server, replicas.IN_HAND * 2),
        "sigterm": partial(kills.told_to_end, *here, 25),
        "restart": partial(storage.gone, *here, server, 0),
        "gone": partial(storage.gone, *here, server, 60),
        "standby": partial(standby.failed_over, *here),
        "upgrade": partial(upgrade.upgraded, *here, server, 3),
        "read-only": partial(storage.read_only, *here, server, 20),
        "full": partial(storage.full, *here, 20),
        "disk": partial(storage.disk_full, *here, 20),
        "unwritable-file": partial(storage.not_to_be_written, *here, "file", 20),
        "unwritable-folder": partial(storage.not_to_be_written, *here, "folder", 20),
        "locked": partial(storage.locked, *here, 20),
        "forward": partial(clocks.leaps, *here, 3600, 3),
        "back": partial(clocks.leaps, *here, -1, 5),
        "hour-back": partial(clocks.leaps, *here, -3600, 3),
    }
    for trouble in slack.TROUBLES:
        found[f"slack-{trouble.fault.replace(' ', '-').replace(',', '')}"] = partial(
            slack.troubled, *here, trouble, 3
        )
    return found | {
        "slack-away": partial(slack.away, *here),
        "leak": partial(endurance.leaking, *here),
        "day": partial(endurance.a_day, *here),
    }


def main() -> int:
    """0 when everything held."""
    asked = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    asked.add_argument("--kills", type=int, default=500, help="random kills; default %(default)s")
    asked.add_argument("--only", nargs="*", default=[], help="words that pick faults; they may be begun only")
    asked.add_argument("--list", action="store_true", help="tell the words and end")
    options = asked.parse_args()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Nursery() as nursery, Server() as server:
        for word, ordeal in ordeals(nursery, Path(folder), server, options.kills).items():
            if options.list:
                print(word)
                continue
            if options.only and not word.startswith(tuple(options.only)):
                continue
            try:
                tried = ordeal()
            except Untried as missing:
                print(f"not tried: {word}: {missing}", flush=True)
                continue
            except Exception:
                traceback.print_exc()
                failed.append(word)
                continue
            print(tried, *tried.wrong, sep="\n  ", flush=True)
            write([tried])
            failed += [] if tried.well else [word]
    if failed:
        print("did not hold:", *failed)
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
