"""Faults on demand: how the next calls of a method go wrong."""

from dataclasses import dataclass


@dataclass
class Fault:
    """`method` is a Web API method or `*`; `effect` is `reset_before`, `reset_after`, `http_500`,
    `ratelimited`, `delay` or `error:NAME`; `times` counts down to 0."""

    method: str
    effect: str
    times: int
    retry_after: int = 1
    delay_s: float = 1.0


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def next_for(self, method: str) -> Fault | None:
        """The oldest fault that concerns this call, used up by one."""
        for fault in self._faults:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def left(self) -> list[Fault]:
        return list(self._faults)

    def remove(self, method: str) -> None:
        self._faults = [fault for fault in self._faults if fault.method != method]
