"""Whether this machine itself is cut off: then no other one is to blame."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from checks.base import CouldNotMeasure
from checks.network.reach import Deadline, Down, connect, split_address

_ROUTES, _ROUTES_6 = Path("/proc/net/route"), Path("/proc/net/ipv6_route")
_UP = 0x1
_REACHED_WITHIN_S = 1.0
_KEPT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What this machine knows of its own network. `anchors`: an address → whether it was reached."""

    routed: bool
    anchors: dict[str, bool]


def cut_off(evidence: Evidence) -> str:
    """Why this machine is offline; nothing when it is not, or when nothing says so.

    With anchors they decide: a machine may have no default route and reach what it needs.
    """
    if evidence.anchors:
        return "" if any(evidence.anchors.values()) else f"it reaches none of {', '.join(evidence.anchors)}"
    return "" if evidence.routed else "it has no route to other networks"


class Outlook:
    """Asks the machine when somebody wants to know, at most every five seconds."""

    def __init__(self, anchors: Sequence[str]) -> None:
        """`anchors` are `host:port`, reachable whenever this machine is online."""
        self._anchors = anchors
        self._lock = threading.Lock()
        self._known: tuple[float, str] | None = None

    def cut_off(self) -> str:
        """Why this machine is offline, or nothing; in two seconds at most."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > _KEPT_S:
                reason = cut_off(Evidence(routed=has_route(), anchors=self._reached()))
                self._known = time.monotonic(), reason
            return self._known[1]

    def _reached(self) -> dict[str, bool]:
        if not self._anchors:
            return {}
        with ThreadPoolExecutor(len(self._anchors), thread_name_prefix="anchor") as pool:
            return dict(zip(self._anchors, pool.map(_is_reached, self._anchors), strict=True))


def _is_reached(anchor: str) -> bool:
    try:
        connect(*split_address(anchor), Deadline(_REACHED_WITHIN_S)).close()
    except Down as down:
        return down.reached
    except CouldNotMeasure:
        return False
    return True


def has_route(read: Callable[[Path], str] = Path.read_text) -> bool:
    """Whether there is a default route, IPv4 or IPv6; True where the system does not tell."""
    try:
        first = [line.split() for line in read(_ROUTES).splitlines()[1:]]
    except OSError:
        return True
    if any(fields[1] == "00000000" and int(fields[3], 16) & _UP for fields in first if len(fields) > 3):
        return True
    try:
        second = [line.split() for line in read(_ROUTES_6).splitlines()]
    except OSError:
        return False
    return any(
        set(fields[0]) == {"0"} and fields[1] == "00" and fields[-1] != "lo" for fields in second if fields
    )
