"""The log files: written in batches, rotated by size."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

ROTATE_AT = 8 * 1024 * 1024
OLD_FILES = 2


def iso(at: float) -> str:
    """Return epoch seconds as ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class LogFile:
    """One log file; lines wait in memory until `flush`, so that readers see whole lines only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[str] = []
        self._file = path.open("a", encoding="utf-8")

    def add(self, line: str) -> None:
        """Keep `line` for the next flush."""
        self._lines.append(line)

    def flush(self) -> None:
        """Write the waiting lines in one piece, then rotate when the file has grown too long."""
        if self._lines:
            self._file.write("\n".join(self._lines) + "\n")
            self._file.flush()
            self._lines.clear()
            if self._file.tell() > ROTATE_AT:
                self._rotate()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(OLD_FILES, 0, -1):
            newer = self._path.with_name(f"{self._path.name}.{number - 1}") if number > 1 else self._path
            if newer.exists():
                newer.replace(self._path.with_name(f"{self._path.name}.{number}"))
        self._file = self._path.open("a", encoding="utf-8")

    def close(self) -> None:
        """Write what waits and close."""
        self.flush()
        self._file.close()


class Journal:
    """The logs of the sample in `folder`/logs.

    `orders.jsonl` has a line for each request of the service, `client.jsonl` one for each request of
    the load, `summary.jsonl` one for each ten seconds, `error.log` plain text.
    """

    def __init__(self, folder: Path) -> None:
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self._orders = LogFile(logs / "orders.jsonl")
        self._client = LogFile(logs / "client.jsonl")
        self._summary = LogFile(logs / "summary.jsonl")
        self._errors = LogFile(logs / "error.log")

    def order(self, record: dict[str, object]) -> None:
        """Note one request as the service saw it."""
        self._orders.add(_line(record))

    def client(self, record: dict[str, object]) -> None:
        """Note one request as the client saw it."""
        self._client.add(_line(record))

    def summary(self, record: dict[str, object]) -> None:
        """Note the figures of ten seconds."""
        self._summary.add(_line(record))

    def error(self, text: str) -> None:
        """Note one error; `text` may go over several lines."""
        self._errors.add(f"{iso(time.time())} ERROR {text}")

    def flush(self) -> None:
        """Write everything noted so far."""
        for log in (self._orders, self._client, self._summary, self._errors):
            log.flush()

    def close(self) -> None:
        """Write everything and close the files."""
        for log in (self._orders, self._client, self._summary, self._errors):
            log.close()


def _line(record: dict[str, object]) -> str:
    at = time.time()
    return json.dumps({"time": round(at, 3), "iso": iso(at), **record}, separators=(",", ":"))
