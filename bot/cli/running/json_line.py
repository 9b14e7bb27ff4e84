"""A line of the log for programs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

from bot.domain.secrecy import masked


class JsonLine(JsonFormatter):
    """An object a line: `at`, `level`, `logger`, `message`, the facts of the event, and a traceback."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        for name, value in log_data.items():
            if isinstance(value, str):
                log_data[name] = masked(value)
