"""The Nagios plugin protocol: exit codes, output, performance data and ranges.

https://www.monitoring-plugins.org/doc/guidelines.html
"""

from __future__ import annotations

import math
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from checks.numbers import parse_quantity, plain
from checks.result import Measurement, State

_RANGE = re.compile(r"(@?)(?:([^:]*):)?([^:]*)")
_LABEL = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^\s='][^\s=]*))=(\S*)")
_SIGNALS = {number.value: number.name for number in signal.Signals}
_SHELL_WORDS = {126: "found but not executable", 127: "not found"}


@dataclass(frozen=True, slots=True)
class Range:
    """Limits around the normal values (`inside`: around the bad ones), both ends included."""

    start: float
    end: float
    inside: bool = False

    @classmethod
    def parse(cls, text: str) -> Range:
        """`10`, `10:`, `~:10`, `10:20`, `@10:20`. Raises ValueError."""
        match = _RANGE.fullmatch(text.strip())
        if match is None or not text.strip("@ "):
            raise ValueError(f"{text!r} is not a range such as 10, 10:, ~:10, 10:20 or @10:20")
        start = -math.inf if match[2] == "~" else _number(match[2] or "0")
        end = _number(match[3]) if match[3] else math.inf
        if start > end:
            raise ValueError(f"{text!r}: a range starts at its lower end")
        return cls(start, end, bool(match[1]))

    def alerts(self, value: float) -> bool:
        """Whether `value` is a reason to alert. NaN is none: it says nothing."""
        if self.inside:
            return self.start <= value <= self.end
        return value < self.start or value > self.end

    def __str__(self) -> str:
        start = "~" if self.start == -math.inf else plain(self.start)
        end = "" if self.end == math.inf else plain(self.end)
        return f"{'@' if self.inside else ''}{start}:{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginOutput:
    """What a plugin printed. `passed_over` says which performance data could not be read, and why."""

    summary: str
    details: str
    measurements: tuple[Measurement, ...]
    passed_over: tuple[str, ...]


def state_of_exit(code: int) -> tuple[State, str]:
    """The state an exit code stands for, and words for a code the protocol does not know.

    A negative code is death by that signal, as `subprocess` says it.
    """
    if 0 <= code <= 3:
        return State(code), ""
    if code < 0:
        return State.UNKNOWN, f"killed by {_SIGNALS.get(-code, f'signal {-code}')}"
    words = _SHELL_WORDS.get(code, "the plugin protocol knows 0 to 3")
    if code - 128 in _SIGNALS:
        words = f"killed by {_SIGNALS[code - 128]}"
    return State.UNKNOWN, f"exited {code} ({words})"


def parse_output(text: str) -> PluginOutput:
    """Read a plugin's output: `summary | perfdata`, long output, and more perfdata after a second `|`."""
    first, _, rest = text.replace("\r\n", "\n").strip("\n").partition("\n")
    summary, _, perfdata = first.partition("|")
    details, _, more = rest.partition("|")
    measurements, passed_over = parse_perfdata(f"{perfdata}\n{more}")
    return PluginOutput(
        summary=summary.strip(), details=details.strip(), measurements=measurements, passed_over=passed_over
    )


def parse_perfdata(text: str) -> tuple[tuple[Measurement, ...], tuple[str, ...]]:
    """Read `'label'=value[unit];warn;crit;min;max` items. Never raises: the second value says what is wrong.

    A value `U` means that the plugin could not find out: there is no measurement then.
    """
    measurements: list[Measurement] = []
    passed_over: list[str] = []
    for label, written in _items(text):
        try:
            measurements.append(_measurement(label, written, passed_over))
        except ValueError as wrong:
            passed_over.append(f"{label}: {wrong}" if label else str(wrong))
    return tuple(measurements), tuple(passed_over)


def _items(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _LABEL.match(text, position)
        if match is None:
            token = text[position:].split(maxsplit=1)[0]
            position = text.index(token, position) + len(token)
            yield "", token
            continue
        position = match.end()
        label = match[2] if match[1] is None else match[1].replace("''", "'")
        yield " ".join(label.split()), match[3]


def _measurement(label: str, written: str, passed_over: list[str]) -> Measurement:
    if not label:
        raise ValueError(f"{written!r} is not 'label'=value")
    value_text, *limits = written.split(";")
    if value_text == "U":
        raise ValueError("the plugin could not find out the value (U)")
    value, unit = parse_quantity(value_text.replace(",", "."))
    if len(limits) > 4 and any(limits[4:]):
        passed_over.append(f"{label}: more than warn;crit;min;max in {written!r}")
    warn, crit, low, high, *_ = [*limits, "", "", "", ""]
    return Measurement(
        metric=label,
        value=value,
        unit=unit,
        warn=_range_text(label, warn, passed_over),
        crit=_range_text(label, crit, passed_over),
        min=_bound(label, low, passed_over),
        max=_bound(label, high, passed_over),
    )


def _range_text(label: str, text: str, passed_over: list[str]) -> str | None:
    if not text:
        return None
    try:
        Range.parse(text)
    except ValueError as wrong:
        passed_over.append(f"{label}: {wrong}")
        return None
    return text


def _bound(label: str, text: str, passed_over: list[str]) -> float | None:
    if not text:
        return None
    try:
        return _number(text)
    except ValueError as wrong:
        passed_over.append(f"{label}: {wrong}")
        return None


def _number(text: str) -> float:
    """A number without its unit (some plugins repeat the unit in the limits)."""
    return parse_quantity(text.replace(",", "."))[0]
