"""A program of the team's own, asked for a number, several numbers, or a state."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, model_validator

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.child import KEPT_BYTES, Finished, Manner, run_child
from checks.leaks import Programs
from checks.numbers import plain
from checks.printed import exit_answer, json_answer, last_line, plugin_answer, spoken, value_answer
from checks.size import Size


class Output(StrEnum):
    VALUE = "value"
    JSON = "json"
    EXIT = "exit"
    NAGIOS = "nagios"


class CommandOptions(Options):
    """A program and how to read what it says."""

    run: tuple[str, ...] | str = Field(
        min_length=1,
        description="The program and its arguments as a list. A path with a slash starts at the folder of "
        "the configuration. With `shell: true` one line for /bin/sh.",
    )
    shell: bool = Field(default=False, description="Whether `run` is a line for /bin/sh. Needed for pipes.")
    output: Output = Field(
        default=Output.VALUE,
        description="`value`: the last line is a number. `json`: an object of numbers, or a list of "
        "{metric, value, unit, labels}. `exit`: the exit code is the state (0 ok, 1 warning, 2 critical, "
        "3 unknown). `nagios`: a Nagios plugin.",
    )
    metric: str = Field(default="", description="The metric that the number feeds; `output: value` only.")
    unit: str = Field(default="", description="The number's unit; `output: value` only.")
    env: Mapping[str, SecretStr] = Field(default_factory=dict, description="Environment variables to add.")
    inherit: tuple[str, ...] | None = Field(
        default=None,
        description="The names of the bot's environment variables that the program gets, such as "
        "[PATH, LANG]; default all.",
    )
    user: str = Field(default="", description="Whom it runs as; the bot must be root for that.")
    nice: int = Field(default=0, ge=0, le=19, description="How far it stands back behind other programs.")
    output_limit: Size = Field(
        default=KEPT_BYTES,
        ge=1024,
        le=16 * 1024 * 1024,
        description="How much of what it prints is kept; of more, the beginning and the end.",
    )
    folder: str = Field(
        default=".", description="Where the program runs; relative to the folder of the configuration."
    )

    @model_validator(mode="after")
    def _agrees(self) -> CommandOptions:
        if self.shell != isinstance(self.run, str):
            raise ValueError(
                "with `shell: true` write `run` as one line of text"
                if self.shell
                else "write `run` as a list, such as [./check.sh, --fast], or add `shell: true`"
            )
        if self.output is Output.VALUE and not self.metric:
            raise ValueError("`output: value` needs `metric`: the name of the metric that the number feeds")
        if self.output is not Output.VALUE and (self.metric or self.unit):
            raise ValueError(f"`metric` and `unit` go with `output: value`, not with `output: {self.output}`")
        return self


class Command:
    """With `value` and `json` the state is OK and a non-zero exit means that it could not measure."""

    name: ClassVar[str] = "command"
    options_model: ClassVar[type[Options]] = CommandOptions

    def __init__(self, options: CommandOptions) -> None:
        self._options = options
        self._environment = {name: secret.get_secret_value() for name, secret in options.env.items()}
        self._manner = Manner(
            inherit=options.inherit, user=options.user, nice=options.nice, kept_bytes=options.output_limit
        )
        # Worked out once: the folder of the configuration stays where it is.
        self._placed = cache(partial(_placed, options))
        self._programs = Programs()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        finished = self._finish(situation)
        match self._options.output:
            case Output.NAGIOS:
                return plugin_answer(finished), cursor
            case Output.EXIT:
                return exit_answer(finished), cursor
            case Output.JSON:
                return json_answer(finished), cursor
            case Output.VALUE:
                return value_answer(finished, self._options.metric, self._options.unit), cursor

    def _finish(self, situation: Situation) -> Finished:
        """Run the program to its end. Raises CouldNotMeasure when it cannot start or has no time left."""
        arguments, folder = self._placed(situation.folder)
        try:
            finished = run_child(
                arguments,
                folder=folder,
                environment=self._programs.environment(self._environment),
                timeout_s=situation.timeout_s,
                manner=self._manner,
            )
        except LookupError as error:
            raise CouldNotMeasure(
                f"there is no user {self._options.user}", "correct the check's `user`"
            ) from error
        except (OSError, ValueError) as error:
            raise _not_started(arguments[0], folder, error) from error
        if not finished.in_time:
            said = last_line(finished.stderr) or last_line(finished.stdout)
            raise CouldNotMeasure(
                f"no answer within {plain(situation.timeout_s)} s",
                f"make it faster or raise `timeout`{f'; its last words: {said}' if said else ''}",
                spoken(finished),
            )
        return finished


def _placed(options: CommandOptions, folder: Path) -> tuple[list[str], Path]:
    """The arguments, and where the program runs, under this folder of the configuration."""
    if isinstance(options.run, str):
        arguments = ["/bin/sh", "-c", options.run]
    else:
        program, *rest = options.run
        arguments = [str((folder / program).absolute()) if "/" in program else program, *rest]
    return arguments, folder / options.folder


def _not_started(program: str, folder: Path, error: OSError | ValueError) -> CouldNotMeasure:
    name = Path(program).name
    if not folder.is_dir():
        return CouldNotMeasure(f"there is no folder {folder}", "correct the check's `folder`")
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EPERM:
        return CouldNotMeasure(
            f"{name} cannot be started as another user", "run the bot as root, or leave `user` out"
        )
    if code == errno.ENOENT and Path(program).is_file():
        return CouldNotMeasure(
            f"{name} cannot be started", f"the interpreter named in the first line of {program} is missing"
        )
    if code == errno.ENOENT:
        return CouldNotMeasure(f"{name} not found", f"there is no {program}; correct `run` or install it")
    if code == errno.EACCES:
        return CouldNotMeasure(f"{name} is not executable", f"chmod +x {program}")
    if code == errno.ENOEXEC:
        return CouldNotMeasure(f"{name} is no program", f"begin {program} with a line such as #!/bin/sh")
    return CouldNotMeasure(f"{name} cannot be started: {error}", "correct the check's `run` and `env`")
