"""From lines to records: how severe each is, which lines belong together, what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

WARNING, ERROR, CRITICAL = "warning", "error", "critical"
_SEVERITIES = {
    **dict.fromkeys(("warn", "warning", "40", "w"), WARNING),
    **dict.fromkeys(("err", "error", "severe", "50", "e"), ERROR),
    **dict.fromkeys(
        ("crit", "critical", "fatal", "panic", "emerg", "emergency", "alert", "60", "f"), CRITICAL
    ),
}
# A level stands near the beginning of its line: in capitals, as a member, in brackets, or as glog has it.
_LEVEL_WITHIN = 200
_LEVEL = re.compile(
    r"(?<![A-Za-z0-9_.-])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE|PANIC"
    r"|EMERG(?:ENCY)?|ALERT)(?![A-Za-z0-9_-])"
    r'|(?:level|levelname|lvl|severity)"?\s*[=:]\s*"?([A-Za-z]+|[0-9]0)\b'
    r"|[\[<](trace|debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|panic|emerg|alert)[\]>]"
    r"|^([IWEF])[0-9]{4} [0-9:.]+ "
)
_EXCEPTION = re.compile(
    r"(?:Exception in thread \S+ )?([A-Za-z_$][\w.$]*(?:Error|Exception|Exit|Interrupt))(?::|$)", re.MULTILINE
)
_NAMED = re.compile(r"\b([A-Z]\w*(?:Error|Exception))\b")
_TRACE = re.compile(r"Traceback \(most|During handling of|The above exception|Caused by: |goroutine ")
# No line without one of these can begin a record that matters: most of a log is passed over at once.
# Plain texts only: the regular expression engine looks for those ten times faster than for anything else.
_SUSPECT = re.compile(
    "WARN|Warn|warn|ERR|Err|err|CRIT|Crit|crit|FATAL|Fatal|fatal|SEVERE|Severe|severe|PANIC|Panic|panic|"
    "EMERG|emerg|ALERT|Alert|alert|Exception|Traceback|goroutine|SystemExit|Interrupt|evel|lvl|W0|W1|E0|E1|F0|F1"
)
_KEPT_LINES = 40


@dataclass(slots=True)
class Record:
    """A line with what belongs to it, such as a traceback, of which the middle may be left out.

    What it says begins at `says_from` of its first line.
    """

    first: str
    severity: str
    says_from: int = 0
    more: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.more.append(line)
        if len(self.more) > _KEPT_LINES:
            del self.more[_KEPT_LINES // 2]


class Reader:
    """Puts lines together to records, and keeps those that are warnings or worse.

    `begins` tells the first line of a record where the usual signs do not; `errors` what an error is.
    """

    def __init__(self, begins: re.Pattern[str] | None, errors: re.Pattern[str] | None) -> None:
        self._begins = begins
        self._errors = errors
        self._open: Record | None = None
        self._tracing = False
        self._fresh = True

    def read(self, text: str) -> Iterator[Record]:
        """The records that end within these lines. The last one may go on: it waits for `rest`."""
        place = _orphans(text) if self._fresh and self._begins is None else 0
        self._fresh = False
        while 0 <= place <= len(text):
            if self._open is None and self._errors is None:
                suspect = _SUSPECT.search(text, place)
                if suspect is None:
                    return
                place = text.rfind("\n", place, suspect.start()) + 1 or place
            end = text.find("\n", place)
            line = text[place:end] if end >= 0 else text[place:]
            if ended := self._take(line.removesuffix("\r")):
                yield ended
            place = end + 1 if end >= 0 else -1

    def rest(self) -> Iterator[Record]:
        """The last record."""
        if self._open is not None:
            yield self._open
        self._open = None

    def _take(self, line: str) -> Record | None:
        if self._belongs(line):
            if self._open is not None:
                self._open.add(line)
            return None
        ended, self._open = self._open, self._begun(line)
        return ended

    def _belongs(self, line: str) -> bool:
        if self._begins is not None:
            return self._begins.search(line) is None
        if not line or line[0] in " \t":
            return True
        if _TRACE.match(line):
            self._tracing = True
            return self._open is not None
        traced, self._tracing = self._tracing, False
        return bool(_EXCEPTION.match(line)) and (traced or self._open is not None)

    def _begun(self, line: str) -> Record | None:
        if self._errors is not None:
            return Record(line, ERROR) if self._errors.search(line) else None
        if found := _LEVEL.search(line, 0, _LEVEL_WITHIN):
            severity = _SEVERITIES.get((found[found.lastindex or 0]).lower(), "")
            return Record(line, severity, 0 if found[2] else found.end()) if severity else None
        return Record(line, ERROR) if _TRACE.match(line) or _EXCEPTION.match(line) else None


def _orphans(text: str) -> int:
    """How far the rest of a traceback goes whose beginning was read another time."""
    place = 0
    while text[place : place + 1] in (" ", "\t"):
        place = text.find("\n", place) + 1 or len(text)
    last = _EXCEPTION.match(text, place) if place else None
    return (text.find("\n", place) + 1 or len(text)) if last else place


def category(record: Record) -> str:
    """The exception's class, without its module: the last one of a traceback, else one that is named."""
    for line in reversed(record.more):
        if found := _EXCEPTION.match(line):
            return found[1].rpartition(".")[2]
    found = _EXCEPTION.match(record.first) or _NAMED.search(record.first)
    return found[1].rpartition(".")[2] if found else ""


def message(record: Record) -> str:
    """What the record says, without instant and level; of a bare traceback its last line."""
    first = record.first
    if _TRACE.match(first):
        return next((line for line in reversed(record.more) if line and not line[0].isspace()), first)
    if first.startswith("{") and (said := next(_said(first), "")):
        return said
    return first[record.says_from :].lstrip(" \t:]>|-") or first


def _said(line: str) -> Iterator[str]:
    try:
        members = json.loads(line)
    except (ValueError, RecursionError):
        return
    if isinstance(members, dict):
        said = (members.get(key) for key in ("message", "msg", "event", "error"))
        yield from (text for text in said if isinstance(text, str))
