"""What can be said about this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from checks.base import Options
from checks.duration import Duration
from checks.numbers import parse_quantity

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}


def _bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    number, unit = parse_quantity(value)
    if unit.upper() not in _UNITS:
        raise ValueError(f"{value!r} is no size; write one such as 500 MB or 2 GiB")
    return round(number * _UNITS[unit.upper()])


Size = Annotated[int, BeforeValidator(_bytes)]
"""Bytes, from `500 MB` or `2 GiB`."""


class ProcessOptions(Options):
    """Processes that must run: measures `processes` and `process_memory` (MB), by `process`."""

    match: str = Field(
        default="",
        description="The regular expression their command line or name matches; default the name here.",
    )
    at_least: int = Field(default=1, ge=0, description="Fewer are critical.")
    at_most: int | None = Field(default=None, ge=0, description="More are a warning.")
    memory: Size | None = Field(
        default=None, description="More memory than this, all together, is a warning: 500 MB."
    )

    @field_validator("match")
    @classmethod
    def _is_pattern(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f"{text!r} is not a regular expression: {error}") from None
        return text


class FileOptions(Options):
    """Files that are looked after: measures `file_size` (MB, all together), `file_age` (s, since the latest
    was written) and `files`, by `file`.
    """

    path: str | tuple[str, ...] = Field(
        min_length=1, description="The file, or a list; a name may be a shell's pattern."
    )
    larger_than: Size | None = Field(default=None, description="A warning when they are larger: 2 GB.")
    older_than: Duration | None = Field(
        default=None, description="A warning when none was written for so long: 10m."
    )
    at_least: int = Field(default=1, ge=0, description="Fewer files are critical.")


class SystemOptions(Options):
    """Figures of the machine the bot runs on: `cpu`, `memory`, `swap`, `disk`, `inodes` (%) and `load1` (per
    core). In a container with limits `cpu` and `memory` are shares of these.
    With `interfaces` `network_in`, `network_out` (B/s) and `network_errors` (/s), by `interface`.
    """

    mounts: tuple[str, ...] = Field(
        default=("/",),
        min_length=1,
        description="Mounted folders whose used space and inodes are measured as `disk` and `inodes`; with "
        "several, each measurement has the label `mount`.",
    )
    interfaces: tuple[str, ...] = Field(
        default=(), description="Network interfaces whose traffic is measured, such as [eth0]."
    )
    processes: Mapping[str, ProcessOptions] = Field(
        default_factory=dict, description="A name → processes that must run."
    )
    files: Mapping[str, FileOptions] = Field(
        default_factory=dict, description="A name → files whose size and age matter."
    )
