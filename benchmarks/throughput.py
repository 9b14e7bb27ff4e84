"""What a check costs, beside Nagios and Icinga 2 doing the same: processor milliseconds, all in.

    .venv/bin/python benchmarks/throughput.py [--checks 1000] [--seconds 30] [--rounds 3] [http|command …]

Everybody runs the same number of checks every ten seconds against the same target on loopback, keeps the
state, and is run in turn: Nagios, Icinga 2, Vigil, and again. Counted is the processor time of all of each
one's processes, their children included, without the target's; and the checks that the target has seen.
`saturated` asks for ten times as much as this machine can do and counts what gets done. Peers are Debian's
nagios4-core, icinga2-bin and monitoring-plugins-basic, the target its nginx-light; who is absent is named.
Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from peers.icinga import icinga
from peers.nagios import nagios
from peers.program import Absent, Program, found, wait
from peers.target import CommandTarget, Target, web_target
from peers.vigil import vigil
from printing import say, within

EVERY_S = 10
STARTED, WARM_UP_S = 100, 12.0
"""It has begun once so many checks have been asked; after a while more, each has been asked once."""
MOST = {
    ("http", "nagios"): 0.7,
    ("http", "icinga"): 0.5,
    ("command", "nagios"): 1.3,
    ("command", "icinga"): 1.3,
}
"""Vigil's cost may be so many times the peer's."""
MOST_SATURATED_MS = 0.9

Runner = Callable[[Path], AbstractContextManager[Program]]


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


def runners(kind: str, stack: ExitStack, checks: int) -> tuple[Target, dict[str, Runner]]:
    """The target, and everybody who is here. Raises Absent where the target is."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    if kind == "http":
        web = stack.enter_context(web_target(folder))
        lines: Callable[[int], str] = partial(http_check, web.port)
        target: Target = web
    else:
        programs = CommandTarget(folder, checks)
        lines, target = partial(command_check, folder), programs
    ours = {"vigil": lambda folder: vigil(folder, config(lines, checks, f"{EVERY_S}s"))}
    theirs = dict(_peers(kind, target, checks))
    return target, {**theirs, **ours}


def _peers(kind: str, target: Target, checks: int) -> Iterator[tuple[str, Runner]]:
    try:
        command = f"{getattr(target, 'folder', '')}/true-{{number}}"
        if kind == "http":
            plugin = "/usr/lib/nagios/plugins/check_http"
            if not Path(plugin).exists():
                raise Absent("check_http is not here: apt-get install monitoring-plugins-basic")
            command = f"{plugin} -I 127.0.0.1 -p {getattr(target, 'port', 0)} -u /{{number}}"
    except Absent as absent:
        say(str(absent), "")
        return
    for name, program, package, peer in (
        ("nagios", "nagios4", "nagios4-core", nagios),
        ("icinga", "icinga2", "icinga2-bin", icinga),
    ):
        try:
            found(program, package)
        except Absent as absent:
            say(str(absent), "")
            continue
        yield name, partial(peer, command=command, checks=checks, every_s=EVERY_S)


def paced(kind: str, checks: int, seconds: float, rounds: int) -> bool:
    """Everybody in turn; whether Vigil keeps its limits."""
    with ExitStack() as stack:
        target, everybody = runners(kind, stack, checks)
        figures: dict[str, list[Figure]] = {name: [] for name in everybody}
        for _ in range(rounds):
            for name, run in everybody.items():
                figures[name].append(measured(run, target, seconds))
    each = {name: statistics.median(one.each_ms for one in many) for name, many in figures.items()}
    for name, many in figures.items():
        spread = "/".join(f"{one.each_ms:.2f}" for one in many)
        rate = statistics.median(one.checks for one in many) / seconds
        memory = statistics.median(one.memory_mib for one in many)
        what = f"{kind}, {checks} every {EVERY_S} s, {name}"
        say(what, f"{each[name]:.2f} ms", f"{rate:.0f} a second, {memory:.0f} MiB ({spread})")
    kept = [
        within(f"{kind}: vigil to {name}", each["vigil"] / each[name], limit, "times")
        for (of, name), limit in MOST.items()
        if of == kind and name in each
    ]
    return all(kept)


def saturated(checks: int, seconds: float, rounds: int) -> bool:
    """As many HTTP checks as can be done."""
    with ExitStack() as stack:
        web = stack.enter_context(web_target(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        part = config(partial(http_check, web.port), checks, "1s")
        many = [measured(lambda folder: vigil(folder, part), web, seconds) for _ in range(rounds)]
    each = statistics.median(one.each_ms for one in many)
    rate = statistics.median(one.checks for one in many) / seconds
    say("http, saturated, vigil", f"{each:.2f} ms", f"{rate:.0f} a second")
    return within("http, saturated", each, MOST_SATURATED_MS, "ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="*", default=["http", "command", "saturated"])
    parser.add_argument("--checks", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    kept = True
    try:
        for what in chosen.what:
            if what == "saturated":
                kept &= saturated(4 * chosen.checks, chosen.seconds, chosen.rounds)
            else:
                kept &= paced(what, chosen.checks, chosen.seconds, chosen.rounds)
    except Absent as absent:
        say(str(absent), "")
        return 1
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
