"""A program of the team's own, asked for a number, several numbers, or a state."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

import pydantic_core
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StrictFloat,
    StrictInt,
    ValidationError,
    model_validator,
)

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.child import Finished, run_child
from checks.nagios import parse_output, state_of_exit
from checks.numbers import parse_quantity, plain
from checks.result import Measurement, State


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
    env: Mapping[str, str] = Field(default_factory=dict, description="Environment variables to add.")
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


class PrintedMeasurement(BaseModel):
    """One item of a JSON list that a command printed; a value of null is one it could not find out."""

    model_config = ConfigDict(extra="forbid")

    metric: Annotated[str, Field(min_length=1)]
    value: Annotated[StrictInt | StrictFloat, FiniteFloat] | None
    unit: str = ""
    labels: dict[str, str] = Field(default_factory=dict)


class Command:
    """With `value` and `json` the state is OK and a non-zero exit means that it could not measure."""

    name: ClassVar[str] = "command"
    options_model: ClassVar[type[Options]] = CommandOptions

    def __init__(self, options: CommandOptions) -> None:
        self._options = options

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        finished = self._finish(situation)
        match self._options.output:
            case Output.NAGIOS:
                return _plugin_answer(finished, finished.exit_code or 0), cursor
            case Output.EXIT:
                return _exit_answer(finished, finished.exit_code or 0), cursor
            case Output.JSON:
                _require_success(finished)
                return _json_answer(finished), cursor
            case Output.VALUE:
                _require_success(finished)
                return self._value_answer(finished), cursor

    def _finish(self, situation: Situation) -> Finished:
        """Run the program to its end. Raises CouldNotMeasure when it cannot start or has no time left."""
        folder = situation.folder / self._options.folder
        arguments = _arguments(self._options.run, situation.folder)
        try:
            finished = run_child(
                arguments, folder=folder, environment=self._options.env, timeout_s=situation.timeout_s
            )
        except (OSError, ValueError) as error:
            raise _not_started(arguments[0], folder, error) from error
        if finished.exit_code is None:
            said = _last_line(finished.stderr) or _last_line(finished.stdout)
            raise CouldNotMeasure(
                f"no answer within {plain(situation.timeout_s)} s",
                f"make it faster or raise `timeout`{f'; its last words: {said}' if said else ''}",
                _spoken(finished),
            )
        return finished

    def _value_answer(self, finished: Finished) -> Answer:
        line = _last_line(finished.stdout)
        if not line:
            raise CouldNotMeasure("it printed nothing", "let its last line be a number", _spoken(finished))
        try:
            value, printed_unit = parse_quantity(line)
        except ValueError:
            raise CouldNotMeasure(
                f"it printed {line[:80]!r}, not a number",
                "let its last line be a number, such as 12.5",
                _spoken(finished),
            ) from None
        unit = self._options.unit or printed_unit
        if printed_unit and printed_unit != unit:
            raise CouldNotMeasure(
                f"it printed {line!r}, but the check's `unit` is {unit}",
                f"let it print {unit}, or correct `unit`",
                _spoken(finished),
            )
        measurement = Measurement(metric=self._options.metric, value=value, unit=unit)
        return _measured((measurement,), finished)


def _arguments(run: Sequence[str] | str, folder: Path) -> list[str]:
    if isinstance(run, str):
        return ["/bin/sh", "-c", run]
    program, *rest = run
    return [str(folder / program) if "/" in program else program, *rest]


def _not_started(program: str, folder: Path, error: OSError | ValueError) -> CouldNotMeasure:
    name = Path(program).name
    if not folder.is_dir():
        return CouldNotMeasure(f"there is no folder {folder}", "correct the check's `folder`")
    code = error.errno if isinstance(error, OSError) else None
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


def _require_success(finished: Finished) -> None:
    if finished.exit_code == 0:
        return
    code = finished.exit_code or 0
    _, words = state_of_exit(code)
    said = _last_line(finished.stderr)
    how = words if code < 0 or code > 125 else f"exited {code}"
    raise CouldNotMeasure(
        f"{how}{f': {said}' if said else ''}", "run it by hand to see why", _spoken(finished)
    )


def _json_answer(finished: Finished) -> Answer:
    if finished.cut_short:
        raise CouldNotMeasure("it printed more than 64 KiB", "print less", _spoken(finished))
    try:
        printed = pydantic_core.from_json(finished.stdout, allow_inf_nan=False)
        items = printed if isinstance(printed, list) else _pairs(printed)
        read = [PrintedMeasurement.model_validate(item) for item in items]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if isinstance(part, str) and part.islower())
        wrong = f"{place}: {first['msg']}, not {first['input']!r:.80}"
        raise _no_json(finished, wrong) from error
    except ValueError as error:
        raise _no_json(finished, str(error)) from error
    unknown = [item.metric for item in read if item.value is None]
    measurements = tuple(
        Measurement(metric=m.metric, value=float(m.value), unit=m.unit, labels=tuple(m.labels.items()))
        for m in read
        if m.value is not None
    )
    return _measured(
        measurements, finished, f"null, so not measured: {', '.join(unknown)}" if unknown else ""
    )


def _pairs(printed: object) -> list[dict[str, object]]:
    if not isinstance(printed, dict):
        raise ValueError("it is neither an object nor a list")
    return [{"metric": name, "value": value} for name, value in printed.items()]


def _no_json(finished: Finished, wrong: str) -> CouldNotMeasure:
    return CouldNotMeasure(
        "it did not print the JSON that was expected",
        f'{wrong}; print {{"name": 1.5}} or [{{"metric": "name", "value": 1.5, "unit": "s"}}]',
        _spoken(finished),
    )


def _measured(measurements: tuple[Measurement, ...], finished: Finished, hint: str = "") -> Answer:
    summary = ", ".join(f"{m.metric} {plain(m.value)}{f' {m.unit}' if m.unit else ''}" for m in measurements)
    return Answer(
        state=State.OK,
        summary=summary or "nothing measured",
        measurements=measurements,
        hint=hint,
        output=_spoken(finished),
    )


def _exit_answer(finished: Finished, code: int) -> Answer:
    state, words = state_of_exit(code)
    said = _first_line(finished.stdout) or _first_line(finished.stderr)
    return Answer(
        state=state,
        summary=words or said or f"exited {code}",
        hint=said if words else "",
        output=_spoken(finished),
    )


def _plugin_answer(finished: Finished, code: int) -> Answer:
    state, words = state_of_exit(code)
    printed = parse_output(finished.stdout)
    said = printed.summary or _last_line(finished.stderr)
    hints = [words] if words and said else []
    if printed.passed_over:
        hints.append(f"performance data passed over: {'; '.join(printed.passed_over[:5])}")
    return Answer(
        state=state,
        summary=said or words or "the plugin printed nothing",
        measurements=printed.measurements,
        hint="; ".join(hints),
        output=_spoken(finished),
    )


def _spoken(finished: Finished) -> str:
    return "\n".join(text.strip() for text in (finished.stdout, finished.stderr) if text.strip())


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _last_line(text: str) -> str:
    return _first_line("\n".join(reversed(text.splitlines())))
