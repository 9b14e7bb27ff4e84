"""Writes configuration.md: the prose of configuration.md.in, with tables of keys from the models.

There `[[PersonWords]]`, on a line of its own, stands for that model's table, `[[commands]]` for the words
of a list.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from inspect import getdoc
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.config import parsing, values
from bot.config.model import ConfigWords
from bot.config.model.service import ServiceWords
from bot.config.plain import keys_of
from bot.domain.alerts.quiet.cron import Cron
from bot.domain.alerts.quiet.matcher import Matcher
from bot.domain.commands import PERMISSIONS
from bot.domain.oncall.escalation import Target
from checks.base import Options
from checks.numbers import plain
from checks.registry import KINDS, find_kind
from checks.size import as_bytes
from checks.threshold import Condition

TEMPLATE = Path(__file__).with_name("configuration.md.in")
PAGE = Path(__file__).with_name("configuration.md")
FIRST_LINE = "<!-- Written by `make docs` from configuration.md.in and the models: edit those. -->"

LISTS = {"service keys": keys_of(ServiceWords), "commands": PERMISSIONS}

# What a type is called: by the function that reads it, else by itself.
READ_BY: dict[Callable[..., object], str] = {
    parsing.key: "name",
    as_bytes: "size",
    parsing.zone: "time zone",
    parsing.duration_or_off: "duration, or `off`",
    parsing.local_instant: "local time",
    parsing.turns: "names, or lists of names",
    parsing.expression: "expression",
    parsing.cadence: "hours, days, weeks or months",
    parsing.handoff: "time of day, with a weekday or without",
    parsing.weekdays: "weekdays",
    parsing.days: "days",
}
CALLED: dict[object, str] = {
    str: "text",
    SecretStr: "text",
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    timedelta: "duration",
    values.ClockTime: "time of day",
    values.StartTime: "time of day",
    values.LocalTime: "local time",
    Condition: "condition",
    Target: "target",
    Matcher: "matcher",
    Cron: "cron expression",
    values.Wording: "words",
}

Model = type[BaseModel]


class MisfitError(Exception):
    """The template and the models do not fit together; says what to write where."""


def page() -> str:
    """The text of configuration.md. Raises MisfitError."""
    template = TEMPLATE.read_text(encoding="utf-8")
    models = {model.__name__: model for model in _reachable()}
    anchors = _anchors(template)
    _require_same(set(models), set(anchors), "a line [[…]] for the model {}")
    sections = re.findall(r"^## `(\w+)`$", template, re.M)
    _require_same(set(keys_of(ConfigWords)), set(sections), "a section ## `{}`")

    def replaced(marker: re.Match[str]) -> str:
        name = marker[1]
        if name in LISTS:
            return ", ".join(f"`{word}`" for word in LISTS[name])
        if name not in models:
            raise MisfitError(f"{TEMPLATE.name}: [[{name}]] is neither a model nor one of {', '.join(LISTS)}")
        return _table(models[name], anchors, sections if name == ConfigWords.__name__ else ())

    return f"{FIRST_LINE}\n\n" + re.sub(r"\[\[([\w ]+)\]\]", replaced, template)


def _reachable() -> Iterator[Model]:
    """Every model that has a table: from the top-level keys down, and the options of every kind."""
    waiting: list[Any] = [ConfigWords, *(find_kind(kind).options_model for kind in KINDS)]
    seen: set[Model] = set()
    while waiting:
        annotation = waiting.pop()
        waiting.extend(get_args(annotation))
        if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
            continue
        if annotation not in seen and annotation not in CALLED:
            seen.add(annotation)
            yield annotation
            waiting.extend(get_type_hints(annotation, include_extras=True).values())


def _anchors(template: str) -> dict[str, str]:
    """Model → the heading its table stands under, as GitHub makes an anchor of it."""
    found: dict[str, str] = {}
    heading = ""
    for line in template.splitlines():
        if line.startswith("#"):
            heading = re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        elif marker := re.fullmatch(r"\[\[(\w+)\]\]", line):
            found[marker[1]] = heading
    return found


def _require_same(known: set[str], written: set[str], what: str) -> None:
    for name in sorted(known - written):
        raise MisfitError(f"{TEMPLATE.name}: add {what.format(name)}")
    for name in sorted(written - known):
        raise MisfitError(f"{TEMPLATE.name}: remove {what.format(name)}; there is none")


def _table(model: Model, anchors: Mapping[str, str], sections: Sequence[str]) -> str:
    """The model's keys; with `sections` in their order, each linked to the section of its name.

    A kind's options tell in their docstring what is measured: it stands above.
    """
    hints = get_type_hints(model, include_extras=True)
    rows = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        cells = (_takes(hints[name], anchors, field), _default(field), field.description or "")
        if not field.description:
            raise MisfitError(f"{model.__name__}.{name} has no description; write one")
        shown = f"[`{key}`](#{key})" if sections else f"`{key}`"
        rows[key] = f"| {shown} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    about = f"{' '.join((getdoc(model) or '').split())}\n\n" if issubclass(model, Options) else ""
    head = "| Key | Takes | Default | Meaning |\n|---|---|---|---|"
    return about + "\n".join([head, *(rows[key] for key in sections or rows)])


def _takes(annotation: Any, anchors: Mapping[str, str], field: FieldInfo | None = None) -> str:
    """What may be written for a value of this type."""
    if annotation in CALLED:
        return CALLED[annotation] + _bounds(field)
    origin, parts = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        readers = [getattr(each, "func", None) for each in annotation.__metadata__]
        called = [READ_BY[reader] for reader in readers if reader in READ_BY]
        inside = called[0] if called else _takes(annotation.__origin__, anchors, field)
        return inside.replace("list of ", "one or a list of ") if parsing.one_or_more in readers else inside
    if origin in (Union, types.UnionType):
        choices = [each for each in parts if each is not types.NoneType]
        return ", or ".join(dict.fromkeys(_takes(each, anchors, field) for each in choices))
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in parts)
    if origin is tuple:
        return f"list of {_many(_takes(parts[0], anchors))}"
    if origin in (dict, Mapping):
        return f"mapping: {_takes(parts[0], anchors)} → {_takes(parts[1], anchors)}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{each.value}`" for each in annotation)
    if isinstance(annotation, type) and annotation.__name__ in anchors:
        return f"[mapping](#{anchors[annotation.__name__]})"
    raise MisfitError(f"docs/reference.py: say in CALLED or READ_BY what {annotation} is called")


def _many(what: str) -> str:
    if what.startswith("["):
        return what.replace("mapping", "mappings", 1)
    head, of, rest = what.partition(" of ")
    return f"{head}s{of}{rest}" if head[-1] != "`" else what


def _bounds(field: FieldInfo | None) -> str:
    bounds = {
        side: getattr(each, side)
        for each in (field.metadata if field else ())
        for side in ("ge", "le")
        if hasattr(each, side)
    }
    return f" from {bounds['ge']} to {bounds['le']}" if len(bounds) == 2 else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        hours, rest = divmod(value, timedelta(hours=1))
        return f"`{hours}h`" if hours and not rest else f"`{plain(value.total_seconds())}s`"
    if isinstance(value, frozenset):
        return "all"
    if isinstance(value, tuple) and value:
        return ", ".join(f"`{each}`" for each in value)
    if value is None or isinstance(value, BaseModel) or value in ("", (), {}):
        return "–"
    return f"`{value}`"


def main() -> None:
    try:
        PAGE.write_text(page(), encoding="utf-8")
    except MisfitError as misfit:
        sys.exit(str(misfit))


if __name__ == "__main__":
    main()
