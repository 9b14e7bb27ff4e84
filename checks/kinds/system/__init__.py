"""This machine: processor, memory, disks, load, traffic, and what shall run and be written on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import psutil

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.deadline import Patience, StillWaiting, TooLate
from checks.kinds.system.container import Container, container
from checks.kinds.system.options import SystemOptions
from checks.kinds.system.watched import look_at_files, look_at_processes
from checks.numbers import plain
from checks.result import Measurement, State

_FIRST_SAMPLE_S = 0.1


class System:
    """OK when it could measure, since the metrics judge the figures; but processes and files that are not as
    they should be are WARNING or CRITICAL by themselves.

    Shares of time and rates are those since the last probe (kept in the cursor); the first probe takes a
    sample of the processor for 0.1 s and has no rates.
    """

    name: ClassVar[str] = "system"
    options_model: ClassVar[type[Options]] = SystemOptions

    def __init__(self, options: SystemOptions) -> None:
        self._options = options
        self._patience = Patience()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor]:
        before, now = cursor or {}, situation.now
        limits = container()
        cpu, spent = _cpu_share(before)
        spent |= {"at": now.timestamp(), "container": limits.cpu_seconds}
        share = _container_share(before, now, limits)
        memory = limits.memory if limits.memory is not None else psutil.virtual_memory().percent
        traffic, counted = self._traffic(before, now)
        machine = (
            Measurement(metric="cpu", value=cpu if share is None else share, unit="%"),
            Measurement(metric="memory", value=memory, unit="%"),
            Measurement(metric="swap", value=psutil.swap_memory().percent, unit="%"),
            *self._disks(situation.timeout_s),
            Measurement(metric="load1", value=round(os.getloadavg()[0] / (os.cpu_count() or 1), 3)),
            *traffic,
        )
        processes = look_at_processes(self._options.processes)
        try:
            files = look_at_files(self._options.files, situation.folder, now)
        except OSError as error:
            raise CouldNotMeasure(
                f"{Path(error.filename or '').name} cannot be looked at: {error.strerror}",
                "correct the check's `files`, or let the bot's user look",
            ) from error
        faults = [*processes.faults, *files.faults]
        said = [words for _, words in faults] or [_say(m) for m in (*machine, *processes.measurements)]
        return (
            Answer(
                state=max((state for state, _ in faults), default=State.OK),
                summary=", ".join(said),
                measurements=(*machine, *processes.measurements, *files.measurements),
            ),
            spent | {"traffic": counted},
        )

    def _disks(self, timeout_s: float) -> Iterator[Measurement]:
        mounts = self._options.mounts
        for mount in mounts:
            space, inodes = self._disk_used(mount, timeout_s / len(mounts))
            labels = (("mount", mount),) if len(mounts) > 1 else ()
            yield Measurement(metric="disk", value=space, unit="%", labels=labels)
            if inodes is not None:
                yield Measurement(metric="inodes", value=inodes, unit="%", labels=labels)

    def _disk_used(self, mount: str, timeout_s: float) -> tuple[float, float | None]:
        # A dead network mount holds its asker for hours.
        try:
            return self._patience.ask(mount, timeout_s, lambda: _usage(mount))
        except StillWaiting:
            raise CouldNotMeasure(
                f"disk {mount} does not answer", "an earlier question still waits; is it a network mount?"
            ) from None
        except TooLate:
            raise CouldNotMeasure(
                f"disk {mount} did not answer within {plain(timeout_s)} s", "is it a network mount?"
            ) from None
        except OSError as error:
            raise CouldNotMeasure(
                f"disk {mount} cannot be read: {error.strerror}", f"correct {mount!r} in the check's `mounts`"
            ) from error

    def _traffic(self, before: Cursor, now: datetime) -> tuple[list[Measurement], dict[str, object]]:
        """Rates of each interface since the cursor's instant, and the counters for next time."""
        if not self._options.interfaces:
            return [], {}
        counters = psutil.net_io_counters(pernic=True)
        missing = [name for name in self._options.interfaces if name not in counters]
        if missing:
            raise CouldNotMeasure(
                f"there is no interface {', '.join(missing)}",
                f"correct the check's `interfaces`; there are {', '.join(counters)}",
            )
        counted: dict[str, object] = {}
        rates: list[Measurement] = []
        earlier = before.get("traffic")
        elapsed = _elapsed(before, now)
        for name in self._options.interfaces:
            each = counters[name]
            figures = [each.bytes_recv, each.bytes_sent, each.errin + each.errout]
            counted[name] = figures
            old = earlier.get(name) if isinstance(earlier, dict) else None
            # A smaller figure means that the machine or the interface was started anew.
            if elapsed and isinstance(old, list) and len(old) == 3 and all(map(int.__le__, old, figures)):
                metrics = (("network_in", "B/s"), ("network_out", "B/s"), ("network_errors", "/s"))
                rates += [
                    Measurement(
                        metric=metric,
                        value=round((figure - was) / elapsed, 3),
                        unit=unit,
                        labels=(("interface", name),),
                    )
                    for (metric, unit), figure, was in zip(metrics, figures, old, strict=True)
                ]
        return rates, counted


def _usage(mount: str) -> tuple[float, float | None]:
    """Percent of space and of inodes in use; some file systems have no fixed number of inodes."""
    status = os.statvfs(mount)
    inodes = 100 * (1 - status.f_ffree / status.f_files) if status.f_files else None
    return psutil.disk_usage(mount).percent, None if inodes is None else round(inodes, 1)


def _elapsed(before: Cursor, now: datetime) -> float:
    """Seconds since the cursor's instant; 0 when there is none."""
    at = before.get("at")
    return max(0.0, now.timestamp() - at) if isinstance(at, float) else 0.0


def _container_share(before: Cursor, now: datetime, limits: Container) -> float | None:
    """Percent of the container's processors in use since the cursor's instant; None without such a limit."""
    spent = before.get("container")
    elapsed = _elapsed(before, now)
    if limits.cpus is None or not isinstance(spent, float) or not elapsed or spent > limits.cpu_seconds:
        return None
    return round(min(100.0, 100 * (limits.cpu_seconds - spent) / elapsed / limits.cpus), 1)


def _cpu_share(before: Cursor) -> tuple[float, Cursor]:
    """Percent busy since the cursor's instant, and the cursor for next time."""
    total, idle = _cpu_seconds()
    before_total, before_idle = before.get("total"), before.get("idle")
    spent: Cursor = {"total": total, "idle": idle}
    if isinstance(before_total, float) and isinstance(before_idle, float):
        elapsed = total - before_total
        # A smaller total means a restart of the machine; a tiny one means noise of whole clock ticks.
        if elapsed > _FIRST_SAMPLE_S * (os.cpu_count() or 1) / 2:
            busy = 100 * (1 - (idle - before_idle) / elapsed)
            return round(min(max(busy, 0.0), 100.0), 1), spent
    return psutil.cpu_percent(interval=_FIRST_SAMPLE_S), spent


def _cpu_seconds() -> tuple[float, float]:
    """Seconds of all cores since the machine started: altogether, and idle (waiting for disks included)."""
    times = psutil.cpu_times()._asdict()
    # Linux counts guests' time in user time already.
    total = sum(seconds for state, seconds in times.items() if not state.startswith("guest"))
    return float(total), float(times["idle"] + times.get("iowait", 0.0))


def _say(measurement: Measurement) -> str:
    where = "".join(f" {value}" for _, value in measurement.labels)
    unit = f" {measurement.unit}" if measurement.unit else ""
    return f"{measurement.metric}{where} {plain(measurement.value)}{unit}"
