"""All benchmarks in turn: `python benchmarks [--quick] [NAME…]`, which `make bench` runs.

What they found is written as tables into docs/benchmarks.md, between its marks, with the machine and the
versions of those beside whom Vigil was measured. In the quick form each does little, which tells whether it
runs, and nothing is written. Exit 1 when a limit was missed or a benchmark broke, naming it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured by make bench -->", "<!-- end of what was measured -->"

QUICK: Mapping[str, str] = {
    "throughput": "--checks 200 --seconds 5 --rounds 1",
    "lateness": "--checks 1000 --minutes 1",
    "dead_hosts": "--dead 64 --pages 2",
    "first_word": "--failures 8",
    "slash": "--commands 60 --checks 300 --alerts 100",
    "storm": "--alerts 1000 --rounds 1",
    "idle": "--rounds 1 --seconds 5",
    "ticking": "--checks 2000",
    "storing": "--answers 200",
    "panel": "--rows 300000",
    "history": "--rows 300000",
    "reports": "--rows 300000",
    "growth": "--quick",
    "log_lines": "",
    "duckdb_lines": "",
    "plan_calendar": "",
    "fleet": "--checks 100 --seconds 5",
    "replay": "",
    "page": "200",
}
"""Every benchmark in the order in which they run, and what makes it quick."""

PEERS = (
    "nagios4-core",
    "icinga2-bin",
    "monit",
    "prometheus-blackbox-exporter",
    "prometheus",
    "prometheus-alertmanager",
    "monitoring-plugins-basic",
    "nginx-light",
)
"""Debian's packages of those beside whom Vigil is measured."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a benchmark said, by line, and how it ended."""

    name: str
    figures: Sequence[Mapping[str, str]]
    exit_code: int

    @property
    def broken(self) -> bool:
        return self.exit_code not in (0, 1) or not self.figures

    @property
    def missed(self) -> list[str]:
        return [each["what"] for each in self.figures if each["verdict"].endswith("MISSED")]


def measured(name: str, arguments: Sequence[str]) -> Outcome:
    """Run one to its end; what it says is seen meanwhile."""
    sys.stdout.write(f"\n{name}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures"
        file.touch()
        command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
        environment = os.environ | {"BENCHMARK_FIGURES": str(file)}
        ended = subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own benchmarks
        figures = [json.loads(line) for line in file.read_text().splitlines()]
    return Outcome(name, figures, ended.returncode)


def table(outcome: Outcome) -> Iterator[str]:
    """The lines of its part of the page."""
    yield f"### `benchmarks/{outcome.name}.py`\n"
    yield "| | found | limit | beside |"
    yield "|---|---|---|---|"
    for each in outcome.figures:
        verdict = each["verdict"].removeprefix("limit ").replace("MISSED", "**missed**")
        yield f"| {each['what']} | {each['found']} | {verdict} | {each['beside']} |"
    if outcome.broken:
        yield f"\nIt broke (exit {outcome.exit_code})."
    yield ""


def machine() -> str:
    """What it was measured on, and beside which versions."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")
    memory = psutil.virtual_memory().total / 2**30
    here = f"{psutil.cpu_count()} × {model}, {memory:.0f} GiB, {platform.platform()}"
    return f"{here}, Python {platform.python_version()}. {'; '.join(versions())}."


def versions() -> Iterator[str]:
    for package in PEERS:
        ask = ["dpkg-query", "-W", "-f", "${Package} ${Version}", package]
        try:
            found = subprocess.run(ask, capture_output=True, text=True, check=False).stdout  # noqa: S603
        except FileNotFoundError:
            found = ""
        yield found or f"{package} is not here and was left out"


def written(outcomes: Sequence[Outcome]) -> None:
    """Put the tables between the marks of the page; who was not run keeps what stands there."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    parts = {part.partition(".py`")[0].strip(): part for part in old.split("### `benchmarks/")[1:]}
    parts |= {each.name: "\n".join(table(each)).removeprefix("### `benchmarks/") for each in outcomes}
    tables = "\n\n".join(f"### `benchmarks/{parts[name].strip()}" for name in QUICK if name in parts)
    PAGE.write_text(f"{before}{BEGIN}\n\n{machine()}\n\n{tables}\n\n{END}{after}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", default=list(QUICK), metavar="NAME", help=", ".join(QUICK))
    parser.add_argument("--quick", action="store_true", help="little of each, and nothing is written")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.names if name not in QUICK]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(QUICK)}")
    outcomes = [
        measured(name, QUICK[name].split() if chosen.quick else ()) for name in QUICK if name in chosen.names
    ]
    if not chosen.quick:
        written(outcomes)
    bad = [f"{each.name}: {what} misses its limit" for each in outcomes for what in each.missed]
    bad += [f"{each.name} broke" for each in outcomes if each.broken]
    sys.stdout.write("\n" + ("\n".join(bad) or "All limits are kept.") + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
