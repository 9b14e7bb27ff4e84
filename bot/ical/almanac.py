"""Where calendars are: behind an address or in a file."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.domain.oncall.rotation import Schedule
from bot.domain.setup import Person
from bot.engine.ledger.oncall import ReadCalendar
from bot.ical.read import IcalError, read

TIMEOUT_S = 10.0
MOST_BYTES = 5 * 1024 * 1024


class Almanac:
    """Implements `engine.ports.Almanac`. Relative paths start at `folder`."""

    def __init__(self, folder: str, people: Mapping[str, Person]) -> None:
        self._folder = Path(folder)
        self._people = people

    def read(self, schedule: Schedule, since: datetime, until: datetime, now: datetime) -> ReadCalendar:
        """What the calendar of a schedule says; where it cannot be read, or names strangers, its trouble."""
        try:
            text = self._text(schedule.ical or "")
            found = read(text, self._people, schedule.zone, since, until)
        except IcalError as error:
            return ReadCalendar(schedule=schedule.key, trouble=str(error), trouble_at=now)
        trouble = (
            f"nobody in `people` is meant by {'; '.join(found.strangers[:5])}" if found.strangers else ""
        )
        return ReadCalendar(
            schedule=schedule.key,
            shifts=found.shifts,
            read_at=now,
            trouble=trouble,
            trouble_at=now if trouble else None,
        )

    def _text(self, source: str) -> str:
        if source.startswith(("http://", "https://", "webcal://")):
            return _fetched(source.replace("webcal://", "https://", 1))
        try:
            return (self._folder / source).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            raise IcalError(f"the file {source} cannot be read: {why}") from None


def _fetched(url: str) -> str:
    """The text behind an address, which may be a secret: no error repeats it."""
    request = urllib.request.Request(url, headers={"Accept": "text/calendar", "User-Agent": "vigil"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http(s) only
            body = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise IcalError(f"its address answers with HTTP {error.code}") from None
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise IcalError(f"its address cannot be reached: {type(reason).__name__}") from None
    if len(body) > MOST_BYTES:
        raise IcalError(f"it is longer than {MOST_BYTES // 1024 // 1024} MB")
    try:
        return str(body.decode("utf-8-sig"))
    except ValueError:
        raise IcalError("it is no UTF-8 text") from None
