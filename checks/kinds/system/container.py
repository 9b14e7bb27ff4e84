"""The limits of the container this program runs in, and what is used of them: control groups, 1 and 2."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_UNLIMITED = 2**60
"""Version 1 writes a number near 2**63 where there is no limit."""


@dataclass(frozen=True, slots=True)
class Container:
    """`memory`: the share used, in %. `cpus` may be used; `cpu_seconds` have been. None: no such limit."""

    memory: float | None
    cpus: float | None
    cpu_seconds: float


def container(root: Path = ROOT) -> Container:
    """What the control group says; without limits where there is none."""
    if (root / "cgroup.controllers").exists():
        quota, _, period = _text(root / "cpu.max").partition(" ")
        return Container(
            memory=_share(
                root / "memory.current", root / "memory.max", root / "memory.stat", "inactive_file"
            ),
            cpus=_cpus(quota, period),
            cpu_seconds=_statistic(root / "cpu.stat", "usage_usec") / 1e6,
        )
    memory, cpu = root / "memory", root / "cpu"
    return Container(
        memory=_share(
            memory / "memory.usage_in_bytes",
            memory / "memory.limit_in_bytes",
            memory / "memory.stat",
            "total_inactive_file",
        ),
        cpus=_cpus(_text(cpu / "cpu.cfs_quota_us"), _text(cpu / "cpu.cfs_period_us")),
        cpu_seconds=(_number(_text(root / "cpuacct" / "cpuacct.usage")) or 0) / 1e9,
    )


def _share(used: Path, limit: Path, statistics: Path, spare: str) -> float | None:
    most, now = _number(_text(limit)), _number(_text(used))
    if not most or most >= _UNLIMITED or now is None:
        return None
    # Pages of files that nobody uses are given back before the limit counts.
    return round(100 * max(0, now - _statistic(statistics, spare)) / most, 1)


def _cpus(quota: str, period: str) -> float | None:
    most, each = _number(quota), _number(period)
    return most / each if most and each else None


def _statistic(path: Path, name: str) -> int:
    lines = (line.split() for line in _text(path).splitlines())
    return next((_number(words[1]) or 0 for words in lines if len(words) == 2 and words[0] == name), 0)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
