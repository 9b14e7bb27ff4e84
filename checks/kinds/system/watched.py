"""Processes and files that are looked after."""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from checks.kinds.system.options import FileOptions, ProcessOptions
from checks.numbers import plain
from checks.result import Measurement, State

_MB = 10**6


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured, and what is wrong with it: a state with its words."""

    measurements: tuple[Measurement, ...]
    faults: tuple[tuple[State, str], ...]


def look_at_processes(wanted: Mapping[str, ProcessOptions]) -> Found:
    """Count the processes of each name. Those of this program's own checks are seen, too."""
    running = _running() if wanted else []
    measurements: list[Measurement] = []
    faults: list[tuple[State, str]] = []
    for name, options in wanted.items():
        pattern = re.compile(options.match or rf"\b{re.escape(name)}\b")
        sizes = [size for words, size in running if pattern.search(words)]
        count, memory, label = len(sizes), sum(sizes), (("process", name),)
        measurements += [
            Measurement(metric="processes", value=count, labels=label),
            Measurement(metric="process_memory", value=round(memory / _MB, 3), unit="MB", labels=label),
        ]
        if count < options.at_least:
            faults.append((State.CRITICAL, f"{name} runs {_times(count)}, not {options.at_least} or more"))
        if options.at_most is not None and count > options.at_most:
            faults.append((State.WARNING, f"{name} runs {_times(count)}, more than {options.at_most}"))
        if options.memory is not None and memory > options.memory:
            faults.append((State.WARNING, f"{name} has {_size(memory)}, more than {_size(options.memory)}"))
    return Found(tuple(measurements), tuple(faults))


def _running() -> list[tuple[str, int]]:
    """Name and command line of every process, and its resident memory in bytes."""
    found = []
    for process in psutil.process_iter(["name", "cmdline", "memory_info", "status"]):
        known = process.info
        if known["status"] != psutil.STATUS_ZOMBIE:
            words = " ".join([known["name"] or "", *(known["cmdline"] or ())])
            found.append((words, known["memory_info"].rss if known["memory_info"] else 0))
    return found


def look_at_files(wanted: Mapping[str, FileOptions], folder: Path, now: datetime) -> Found:
    """Measure the files of each name. Raises OSError for those that may not be looked at."""
    measurements: list[Measurement] = []
    faults: list[tuple[State, str]] = []
    for name, options in wanted.items():
        paths = (options.path,) if isinstance(options.path, str) else options.path
        names = {found for path in paths for found in glob.glob(str(folder / path), recursive=True)}
        stats = [path.stat() for path in map(Path, names) if path.is_file()]
        size, label = sum(each.st_size for each in stats), (("file", name),)
        measurements += [
            Measurement(metric="files", value=len(stats), labels=label),
            Measurement(metric="file_size", value=round(size / _MB, 6), unit="MB", labels=label),
        ]
        if len(stats) < options.at_least:
            there = f"there are {len(stats)} files" if stats else "there is no file"
            faults.append((State.CRITICAL, f"{name}: {there}"))
        if options.larger_than is not None and size > options.larger_than:
            faults.append(
                (State.WARNING, f"{name} has {_size(size)}, more than {_size(options.larger_than)}")
            )
        if stats:
            age = max(0.0, now.timestamp() - max(each.st_mtime for each in stats))
            measurements.append(Measurement(metric="file_age", value=round(age, 3), unit="s", labels=label))
            if options.older_than is not None and age > options.older_than.total_seconds():
                limit = plain(options.older_than.total_seconds())
                faults.append((State.WARNING, f"{name} was not written for {age:.0f} s, more than {limit} s"))
    return Found(tuple(measurements), tuple(faults))


def _times(count: int) -> str:
    return "not at all" if count == 0 else "once" if count == 1 else f"{count} times"


def _size(size: float) -> str:
    return f"{plain(float(f'{size / _MB:.3g}'))} MB"
