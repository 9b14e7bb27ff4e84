"""What can be said about this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import Field, field_validator

from checks.base import Options
from checks.duration import Duration
from checks.size import Size


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
