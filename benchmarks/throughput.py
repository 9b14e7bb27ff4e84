"""What a check costs, beside Nagios and Icinga 2 doing the same: processor milliseconds, all in.

    .venv/bin/python benchmarks/throughput.py [--checks 1000] [--seconds 15] [--rounds 2] [http|command …]

Everybody runs the same number of checks every ten seconds against the same target on loopback, keeps the
state, and is run in turn: Nagios, Icinga 2, …, Vigil, and again. Counted is the processor time of all of each
one's processes, their children included, without the target's; and the checks that the target has seen.
`saturated` asks for more than this machine can do and counts what gets done, beside blackbox_exporter probing
as fast as it is asked; the Prometheus that asks it at a pace, and stores, is counted with it there. Peers are
Debian's, the target its nginx-light; who is absent is named. Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from peers.blackbox import blackbox, blackbox_scraped
from peers.icinga import icinga
from peers.monit import monit, program_check, web_check
from peers.nagios import nagios
from peers.program import Absent, Family, Program, wait
from peers.target import CommandTarget, Target, web_target
from peers.vigil import vigil
from printing import say, within

EVERY_S = 10
STARTED, WARM_UP_S = 100, 12.0
"""It has begun once so many checks have been asked; after a while more, each has been asked once."""
MOST = {
    ("http", "nagios"): 0.7,
    ("http", "icinga"): 0.5,
    ("command", "nagios"): 1.0,
    ("command", "icinga"): 1.3,
    ("saturated", "blackbox_exporter"): 1.0,
}
"""Vigil's cost may be so many times the peer's."""

Runner = Callable[[Path], AbstractContextManager[Program | Family]]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run came to."""

    checks: int
    cpu_ms: float
    memory_mib: float

    @property
    def each_ms(self) -> float:
        return self.cpu_ms / self.checks if self.checks else float("inf")


def measured(run: Runner, target: Target, seconds: float) -> Figure:
    """Let it run until it goes evenly, then watch it."""
    with tempfile.TemporaryDirectory() as folder, run(Path(folder)) as program:
        before = target.asked()
        while program.running and target.asked() < before + STARTED:
            wait(0.2)
        wait(WARM_UP_S)
        asked, cost = target.asked(), program.cost()
        wait(seconds)
        after, spent = target.asked(), program.cost()
        if not program.running:
            raise SystemExit(f"it has ended:\n{program.output.read_text()[-2000:]}")
        return Figure(after - asked, (spent.cpu_s - cost.cpu_s) * 1000, spent.memory_mib)


def config(lines: Callable[[int], str], checks: int, every: str) -> str:
    """A check each, with a metric of its own that it feeds."""
    metrics = "\n".join(f'  latency-{n}: {{tier: 1, critical: "> 5", unit: s}}' for n in range(checks))
    asked = "\n".join(f"  check-{n}: {{{lines(n)}, every: {every}}}" for n in range(checks))
    return f"metrics:\n{metrics}\nchecks:\n{asked}\n"


def http_check(port: int, number: int) -> str:
    url = f'"http://127.0.0.1:{port}/{number}"'
    return f"kind: http, url: {url}, metrics: {{http_latency: latency-{number}}}"


def command_check(folder: Path, number: int) -> str:
    return f"kind: command, run: [{folder}/true-{number}], output: exit"


def paced_monitors(plugin: str, check: str, lines: Callable[[int], str], checks: int) -> dict[str, Runner]:
    """Who asks at a pace: a plug-in of Nagios's, monit's check, and a check of Vigil's, who comes last."""
    asked = {"checks": checks, "every_s": EVERY_S}
    return {
        "nagios": partial(nagios, command=plugin, **asked),
        "icinga": partial(icinga, command=plugin, **asked),
        "monit": partial(monit, check=check, **asked),
        "vigil": partial(vigil, parts=config(lines, checks, f"{EVERY_S}s")),
    }


def web_monitors(port: int, checks: int) -> dict[str, Runner]:
    """Who asks web addresses at a pace, Vigil last."""
    plugin = f"/usr/lib/nagios/plugins/check_http -I 127.0.0.1 -p {port} -u /{{number}}"
    everybody = paced_monitors(plugin, web_check(port), partial(http_check, port), checks)
    scraped = partial(blackbox_scraped, target=port, checks=checks, every_s=EVERY_S)
    own = everybody.pop("vigil")
    return {**everybody, "blackbox_exporter and Prometheus": scraped, "vigil": own}


def command_monitors(programs: Path, checks: int) -> dict[str, Runner]:
    """Who runs programs at a pace, Vigil last."""
    command = f"{programs}/true-{{number}}"
    return paced_monitors(command, program_check(programs), partial(command_check, programs), checks)


def saturated_monitors(port: int, checks: int) -> dict[str, Runner]:
    """Who always has more to ask than can be asked, Vigil last."""
    part = config(partial(http_check, port), checks, "1s")
    return {
        "blackbox_exporter": partial(blackbox, target=port, checks=checks),
        "vigil": partial(vigil, parts=part),
    }


def compared(
    what: str, target: Target, everybody: Mapping[str, Runner], seconds: float, rounds: int
) -> dict[str, float]:
    """Everybody who is here in turn, and what a check costs each, ms."""
    figures: dict[str, list[Figure]] = {}
    absent: set[str] = set()
    for _ in range(rounds):
        for name in (each for each in everybody if each not in absent):
            try:
                figures.setdefault(name, []).append(measured(everybody[name], target, seconds))
            except Absent as missing:
                say(f"{what}, {name}: {missing}", "")
                absent.add(name)
    return {name: _told(f"{what}, {name}", many, seconds) for name, many in figures.items() if many}


def _told(what: str, many: Sequence[Figure], seconds: float) -> float:
    each = statistics.median(one.each_ms for one in many)
    spread = "/".join(f"{one.each_ms:.2f}" for one in many)
    rate = statistics.median(one.checks for one in many) / seconds
    memory = statistics.median(one.memory_mib for one in many)
    say(what, f"{each:.2f} ms", f"{rate:.0f} a second, {memory:.0f} MiB ({spread})")
    return each


def kept(work: str, each: Mapping[str, float]) -> bool:
    """Whether Vigil keeps its limits beside those who are here."""
    limits = {name: limit for (of, name), limit in MOST.items() if of == work and name in each}
    fine = [
        within(f"{work}: vigil to {name}", each["vigil"] / each[name], limit, "times")
        for name, limit in limits.items()
    ]
    return all(fine)


def run(work: str, checks: int, seconds: float, rounds: int) -> bool:
    """One comparison; whether its limits are kept. Raises Absent where the target is."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if work == "command":
            target: Target = CommandTarget(folder, checks)
            everybody = command_monitors(folder, checks)
        else:
            target = web = stack.enter_context(web_target(folder))
            few = work == "http"
            everybody = web_monitors(web.port, checks) if few else saturated_monitors(web.port, 4 * checks)
        return kept(work, compared(work, target, everybody, seconds, rounds))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("works", nargs="*", default=["http", "command", "saturated"])
    parser.add_argument("--checks", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    try:
        fine = [run(work, chosen.checks, chosen.seconds, chosen.rounds) for work in chosen.works]
    except Absent as absent:
        say(str(absent), "")
        return 1
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
