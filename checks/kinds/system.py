"""This machine: processor, memory, disks, load."""

from __future__ import annotations

import os
from typing import ClassVar

import psutil
from pydantic import Field

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.deadline import Patience, StillWaiting, TooLate
from checks.numbers import plain
from checks.result import Measurement, State

_FIRST_SAMPLE_S = 0.1


class SystemOptions(Options):
    """Figures of the machine the bot runs on: `cpu`, `memory`, `swap`, `disk` (%) and `load1` (per core)."""

    mounts: tuple[str, ...] = Field(
        default=("/",),
        min_length=1,
        description="Mounted folders whose used space is measured as `disk`; with several, each "
        "measurement has the label `mount`.",
    )


class System:
    """Always OK when it could measure: the metrics judge the figures.

    `cpu` is the share since the last probe (kept in the cursor); the first probe takes a sample of 0.1 s.
    """

    name: ClassVar[str] = "system"
    options_model: ClassVar[type[Options]] = SystemOptions

    def __init__(self, options: SystemOptions) -> None:
        self._mounts = options.mounts
        self._patience = Patience()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor]:
        cpu, spent = _cpu_share(cursor)
        measurements = (
            Measurement(metric="cpu", value=cpu, unit="%"),
            Measurement(metric="memory", value=psutil.virtual_memory().percent, unit="%"),
            Measurement(metric="swap", value=psutil.swap_memory().percent, unit="%"),
            *self._disks(situation.timeout_s),
            Measurement(metric="load1", value=round(os.getloadavg()[0] / (os.cpu_count() or 1), 3)),
        )
        summary = ", ".join(_say(m) for m in measurements)
        return Answer(state=State.OK, summary=summary, measurements=measurements), spent

    def _disks(self, timeout_s: float) -> tuple[Measurement, ...]:
        several = len(self._mounts) > 1
        return tuple(
            Measurement(
                metric="disk",
                value=self._disk_used(mount, timeout_s / len(self._mounts)),
                unit="%",
                labels=(("mount", mount),) if several else (),
            )
            for mount in self._mounts
        )

    def _disk_used(self, mount: str, timeout_s: float) -> float:
        # A dead network mount holds its asker for hours.
        try:
            return self._patience.ask(mount, timeout_s, lambda: psutil.disk_usage(mount).percent)
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


def _cpu_share(cursor: Cursor | None) -> tuple[float, Cursor]:
    """Percent busy since the cursor's instant, and the cursor for next time."""
    total, idle = _cpu_seconds()
    before_total, before_idle = (cursor or {}).get("total"), (cursor or {}).get("idle")
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
    return f"{measurement.metric}{where} {plain(measurement.value)}{' %' if measurement.unit else ''}"
