"""What a finished program said, read as an answer."""

from __future__ import annotations

from typing import Annotated

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, Strict, ValidationError

from checks.base import Answer, CouldNotMeasure
from checks.child import Finished
from checks.nagios import parse_output, state_of_exit
from checks.numbers import parse_quantity, plain
from checks.result import Measurement, State

_JSON_FORMS = 'print {"name": 1.5} or [{"metric": "name", "value": 1.5, "unit": "s"}]'


class _Item(BaseModel):
    """One number of a JSON list; null is one that the program could not find out."""

    model_config = ConfigDict(extra="forbid")

    metric: Annotated[str, Field(min_length=1)]
    value: Annotated[FiniteFloat, Strict()] | None
    unit: str = ""
    labels: dict[str, str] = Field(default_factory=dict)


def value_answer(finished: Finished, metric: str, unit: str) -> Answer:
    """The number on the last line, as `metric`. Raises CouldNotMeasure without one, or when it failed."""
    _require_success(finished)
    line = last_line(finished.stdout)
    if not line:
        raise CouldNotMeasure("it printed nothing", "let its last line be a number", spoken(finished))
    try:
        value, printed_unit = parse_quantity(line)
    except ValueError:
        raise CouldNotMeasure(
            f"it printed {line[:80]!r}, not a number",
            "let its last line be a number, such as 12.5",
            spoken(finished),
        ) from None
    if unit and printed_unit not in {"", unit}:
        raise CouldNotMeasure(
            f"it printed {line[:80]!r}, but the check's `unit` is {unit}",
            f"let it print {unit}, or correct `unit`",
            spoken(finished),
        )
    return _measured((Measurement(metric=metric, value=value, unit=unit or printed_unit),), finished)


def json_answer(finished: Finished) -> Answer:
    """Every number of a JSON object or list. Raises CouldNotMeasure on anything else, or when it failed."""
    _require_success(finished)
    if finished.cut_short:
        raise CouldNotMeasure(
            "it printed more than is kept", "print less, or raise `output_limit`", spoken(finished)
        )
    try:
        items = _items(pydantic_core.from_json(finished.stdout, allow_inf_nan=False))
    except ValueError as error:
        raise CouldNotMeasure(
            "it did not print the JSON that was expected", f"{error}; {_JSON_FORMS}", spoken(finished)
        ) from error
    measurements = tuple(
        Measurement(metric=i.metric, value=i.value, unit=i.unit, labels=tuple(i.labels.items()))
        for i in items
        if i.value is not None
    )
    unknown = ", ".join(item.metric for item in items if item.value is None)
    hint = f"null, so not measured: {unknown}" if unknown else ""
    if not measurements:
        raise CouldNotMeasure("it measured nothing", hint or _JSON_FORMS, spoken(finished))
    return _measured(measurements, finished, hint)


def _items(printed: object) -> list[_Item]:
    if isinstance(printed, dict):
        printed = [{"metric": name, "value": value} for name, value in printed.items()]
    if not isinstance(printed, list):
        raise ValueError("it is neither an object nor a list")
    return [_item(place, item) for place, item in enumerate(printed, start=1)]


def _item(place: int, item: object) -> _Item:
    try:
        return _Item.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = "".join(f"{part} " for part in first["loc"])
        said = first["msg"].removeprefix("Input ")
        raise ValueError(f"item {place}: {field}{said}, found {first['input']!r:.80}") from error


def _require_success(finished: Finished) -> None:
    if finished.exit_code == 0:
        return
    code = finished.exit_code
    _, words = state_of_exit(finished.exit_code)
    said = last_line(finished.stderr)
    how = words if code < 0 or code > 125 else f"exited {code}"
    raise CouldNotMeasure(
        f"{how}{f': {said}' if said else ''}", "run it by hand to see why", spoken(finished)
    )


def _measured(measurements: tuple[Measurement, ...], finished: Finished, hint: str = "") -> Answer:
    summary = ", ".join(f"{m.metric} {plain(m.value)}{f' {m.unit}' if m.unit else ''}" for m in measurements)
    return Answer(
        state=State.OK,
        summary=summary,
        measurements=measurements,
        hint=hint,
        output=spoken(finished),
    )


def exit_answer(finished: Finished) -> Answer:
    """The exit code as a state (0 to 3), the first line as the summary."""
    state, words = state_of_exit(finished.exit_code)
    said = _first_line(finished.stdout) or _first_line(finished.stderr)
    return Answer(
        state=state,
        summary=words or said or f"exited {finished.exit_code}",
        hint=said if words else "",
        output=spoken(finished),
    )


def plugin_answer(finished: Finished) -> Answer:
    """What a Nagios plugin found out, its performance data as measurements."""
    state, words = state_of_exit(finished.exit_code)
    printed = parse_output(finished.stdout)
    said = printed.summary or last_line(finished.stderr)
    hints = [words] if words and said else []
    if printed.passed_over:
        hints.append(f"performance data passed over: {'; '.join(printed.passed_over[:5])}")
    return Answer(
        state=state,
        summary=said or words or "the plugin printed nothing",
        measurements=printed.measurements,
        hint="; ".join(hints),
        output=spoken(finished),
    )


def spoken(finished: Finished) -> str:
    """Standard output, then standard error."""
    return "\n".join(text.strip() for text in (finished.stdout, finished.stderr) if text.strip())


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def last_line(text: str) -> str:
    """The last line that is not blank, or nothing."""
    return _first_line("\n".join(reversed(text.splitlines())))
