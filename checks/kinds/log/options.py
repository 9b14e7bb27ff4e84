"""What can be said about a log to follow."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from checks.base import Options


class LogOptions(Options):
    """Measures `log_lines`, `log_errors` and `log_warnings` that came since the last time, and counts of
    your own. The types of errors are told apart: `/monitor errors` shows them, and new ones are news.
    """

    path: str | tuple[str, ...] = Field(
        min_length=1,
        description="The file, or a list; a name may be a shell's pattern. Rotated files (`app.log.1`, "
        "`app.log-20260119.gz`, `app.1.log`) are found by themselves and read to their end.",
    )
    count: Mapping[str, str] = Field(
        default_factory=dict,
        description="A metric → the regular expression of the lines to count, such as "
        "{timeouts: timed? out}.",
    )
    errors: str = Field(
        default="",
        description="The regular expression of a line that is an error; default by level (ERROR, "
        "level=error, [crit], …) and by tracebacks.",
    )
    ignore: tuple[str, ...] = Field(
        default=(), description="Regular expressions; errors and warnings in such lines are passed over."
    )
    begins: str = Field(
        default="",
        description="The regular expression of a record's first line; default: indented lines and "
        "tracebacks belong to the line before them.",
    )
    start: Literal["end", "beginning"] = Field(
        default="end",
        description="Where to begin the first time. At `end` only what comes from then on counts; the "
        "types in the last 256 KiB count as known.",
    )
    missing: Literal["unknown", "ok"] = Field(
        default="unknown", description="What a file that is not there means; `ok` where errors create it."
    )
    encoding: str = Field(default="utf-8", description="How its text is written: `utf-8`, `gb18030`, …")

    @field_validator("errors", "begins", "ignore", "count")
    @classmethod
    def _are_patterns(cls, value: str | tuple[str, ...] | Mapping[str, str]) -> object:
        texts = [value] if isinstance(value, str) else value.values() if isinstance(value, Mapping) else value
        for text in texts:
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"{text!r} is not a regular expression: {error}") from None
        return value

    @field_validator("encoding")
    @classmethod
    def _is_by_bytes(cls, name: str) -> str:
        try:
            by_bytes = "\n".encode(name) == b"\n"
        except LookupError:
            raise ValueError(f"there is no encoding {name!r}; write utf-8, gb18030 or latin-1") from None
        if not by_bytes:
            raise ValueError(f"{name} cannot be followed; have the log written as utf-8")
        return codecs.lookup(name).name
