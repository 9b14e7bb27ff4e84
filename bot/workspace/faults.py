"""Faults on demand: how the next calls, and the next envelopes to the app, go wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

ENVELOPES = "envelopes"
"""The `method` of a fault that concerns what the app is sent, not what it calls."""

OUTAGES = ("outage", "outage_503")
LASTING = (*OUTAGES, "silence")
"""These strike as long as `seconds` says; all others as often as `times` says."""

Envelope = Literal["drop", "duplicate", "delay"]


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (of the Web API; `*` is any):

    `reset_before`, `reset_after` (the call took effect), `http_500`, `http_503`, `ratelimited`, `drop` (no
    answer at all, no effect), `delay`, `duplicate` (it takes effect twice), `error:NAME`. For `envelopes`:
    `drop`, `duplicate`, `delay`; at once and once, `disconnect`. For `seconds`: `outage`, in which every
    connection is cut, `outage_503`, in which each call is answered so, `silence` of the connections, which
    stay open. `times` counts down to 0.
    """

    method: str
    effect: str
    times: int = 1
    retry_after: int = 1
    delay_s: float = 1.0
    seconds: float = 0.0
    until: float = 0.0


class Faults:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        fault.until = self._clock() + fault.seconds
        self._faults.append(fault)

    def next_for(self, method: str) -> Fault | None:
        """The oldest fault that concerns this call, or these envelopes, used up by one."""
        for fault in self._faults:
            if fault.effect not in LASTING and (
                fault.method == method or (fault.method == "*" and method != ENVELOPES)
            ):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def outage(self) -> str:
        """Which outage there is now; "" for none."""
        return next((fault.effect for fault in self.left() if fault.effect in OUTAGES), "")

    def silence(self) -> bool:
        """Whether the connections are silent now."""
        return any(fault.effect == "silence" for fault in self.left())

    def left(self) -> list[Fault]:
        now = self._clock()
        self._faults = [each for each in self._faults if each.effect not in LASTING or now < each.until]
        return list(self._faults)

    def remove(self, method: str) -> None:
        """All of this method; of `*`, all."""
        self._faults = [fault for fault in self._faults if method not in ("*", fault.method)]
